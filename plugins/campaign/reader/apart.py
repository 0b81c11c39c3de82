"""Reading in a process of its own: whatever a file does to a parser, the server goes on.

The process is this package run as a program (see __main__). It is given one line of JSON and the file,
and answers in JSON: an answer from there is data, whatever became of the process that wrote it.
"""

import json
import logging
import subprocess
import sys
from datetime import date
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from .model import Document, Entry, Reading, Unreadable, remark_of

SECONDS = 30
MEMORY = 1024**3
WAIT = 10  # seconds for a place
_PLACES = BoundedSemaphore(2)  # readings at a time: the other threads of the server answer pages
_COMMAND = (sys.executable, "-m", __package__)
_ROOT = Path(__file__).resolve().parents[3]
logger = logging.getLogger("intranet.campaign")


def read_apart(name: str, content: bytes, *, year: int | None = None) -> Reading:
    """Read an uploaded file as `read_file` does, within bounds of time and memory."""
    limits = {"seconds": SECONDS, "memory": MEMORY}
    question = json.dumps({"name": name, "year": year, **limits}).encode() + b"\n" + content
    answer = json.loads(_asked(question))
    if "refusal" in answer:
        refusal = remark_of(answer["refusal"])
        raise Unreadable(refusal.words, *refusal.values)
    if "failure" in answer:
        logger.error("the reader failed\n%s", answer["failure"])
        raise RuntimeError
    return _reading(answer["reading"])


def _asked(question: bytes) -> bytes:
    if not _PLACES.acquire(timeout=WAIT):
        raise Unreadable("有别的文件正在读取，请过一分钟再上传。")
    try:
        process = _run(question)
    except subprocess.TimeoutExpired as error:
        raise _too_complex() from error
    finally:
        _PLACES.release()
    if process.returncode < 0:  # killed by a limit
        raise _too_complex()
    process.check_returncode()
    return process.stdout


def _too_complex() -> Unreadable:
    return Unreadable(
        "文件太复杂，没能读完（最多用 {} 秒和 1 GB 内存）。请只保留方案正文和安排表，"
        "把图片和其他附件去掉或另存成单独的文件，再重新上传。",
        SECONDS,
    )


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
    basis = remark_of(plain["year_basis"]) if plain["year_basis"] else None
    warnings = tuple(map(remark_of, plain["warnings"]))
    return Document(**{**plain, **entries, "year_basis": basis, "warnings": warnings})


def _entry(plain: dict[str, Any]) -> Entry:
    days = {end: date.fromisoformat(plain[end]) if plain[end] else None for end in ("start", "end")}
    doubts = tuple(map(remark_of, plain["doubts"]))
    return Entry(**{**plain, **days, "units": tuple(plain["units"]), "doubts": doubts})
