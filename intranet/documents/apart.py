"""Reading what somebody brings, in a process of its own: whatever a file does, the server goes on."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from threading import BoundedSemaphore
from typing import Any

from flask_babel import gettext as _

from intranet.contracts import Text
from intranet.errors import Invalid

WAIT = 1  # seconds for a place: a thread that waits answers nobody
PLACES = BoundedSemaphore(2)  # readings at a time: the other threads of the server answer pages
SLOW = -1
"""How a reading ends that took too long, or that a limit killed."""


def read_apart(command: Sequence[str], content: bytes, seconds: int, refusals: Mapping[int, Text]) -> Any:  # noqa: ANN401
    """The JSON the program answers. Raises Invalid with the refusal of the number it ends with."""
    if not PLACES.acquire(timeout=WAIT):
        raise Invalid(_("有别的文件正在读取，请过一分钟再上传。"))
    try:
        said = _run(command, content, seconds)
    except subprocess.TimeoutExpired as error:
        raise Invalid(refusals[SLOW]) from error
    finally:
        PLACES.release()
    code = max(said.returncode, SLOW)
    if code in refusals:
        raise Invalid(refusals[code])
    said.check_returncode()
    return json.loads(said.stdout)


def _run(command: Sequence[str], content: bytes, seconds: int) -> subprocess.CompletedProcess[bytes]:
    quiet = subprocess.DEVNULL  # a parser may complain without end
    return subprocess.run(  # noqa: S603 - our own program
        command, input=content, stdout=subprocess.PIPE, stderr=quiet, timeout=seconds, check=False
    )
