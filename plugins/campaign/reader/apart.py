"""Reading in a process of its own: whatever a file does to a parser, the server goes on.

The process is this package run as a program (see __main__). It is given one line of JSON and the file,
and answers in JSON: an answer from there is data, whatever became of the process that wrote it.
"""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from .model import Document, Entry, Reading, Unreadable

SECONDS = 30
MEMORY = 1024**3
WAIT = 10  # seconds for a place
_PLACES = BoundedSemaphore(2)  # readings at a time: the other threads of the server answer pages
_COMMAND = (sys.executable, "-m", __package__)
_ROOT = Path(__file__).resolve().parents[3]
_TOO_COMPLEX = (
    f"文件太复杂，没能读完（最多用 {SECONDS} 秒和 1 GB 内存）。请只保留方案正文和安排表，"
    "把图片和其他附件去掉或另存成单独的文件，再重新上传。"
)
_BUSY = "有别的文件正在读取，请过一分钟再上传。"


def read_apart(name: str, content: bytes, *, year: int | None = None) -> Reading:
    """Read an uploaded file as `read_file` does, within bounds of time and memory."""
    limits = {"seconds": SECONDS, "memory": MEMORY}
    question = json.dumps({"name": name, "year": year, **limits}).encode() + b"\n" + content
    answer = json.loads(_asked(question))
    if "refusal" in answer:
        raise Unreadable(answer["refusal"])
    if "failure" in answer:
        raise RuntimeError(answer["failure"])
    return _reading(answer["reading"])


def _asked(question: bytes) -> bytes:
    if not _PLACES.acquire(timeout=WAIT):
        raise Unreadable(_BUSY)
    try:
        process = _run(question)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(_TOO_COMPLEX) from error
    finally:
        _PLACES.release()
    if process.returncode < 0:  # killed by a limit
        raise Unreadable(_TOO_COMPLEX)
    process.check_returncode()
    return process.stdout


def _run(question: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own program
        _COMMAND,
        input=question,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a parser may complain without end
        cwd=_ROOT,
        timeout=SECONDS,
        check=False,
    )


def _reading(plain: dict[str, Any]) -> Reading:
    return Reading(plain["text"], tuple(map(_document, plain["documents"])))


def _document(plain: dict[str, Any]) -> Document:
    kinds = ("phases", "activities", "rectifications")
    entries = {kind: tuple(map(_entry, plain[kind])) for kind in kinds}
    return Document(**{**plain, **entries, "warnings": tuple(plain["warnings"])})


def _entry(plain: dict[str, Any]) -> Entry:
    days = {end: date.fromisoformat(plain[end]) if plain[end] else None for end in ("start", "end")}
    return Entry(**{**plain, **days, "units": tuple(plain["units"]), "doubts": tuple(plain["doubts"])})
