"""The reader as a program, for `apart`: a file on standard input, what was understood on standard output."""

import json
import os
import sys
import traceback
from dataclasses import asdict
from typing import Any

from . import Unreadable, read_file

if sys.platform == "linux":
    import resource


def main() -> None:
    """Answer one question and end."""
    sys.stdout, answers = sys.stderr, sys.stdout  # a parser that prints must not spoil the answer
    question = json.loads(sys.stdin.buffer.readline())
    _limit(question["seconds"], question["memory"])
    try:
        json.dump(_answer(question["name"], question["year"]), answers, default=str)
    except MemoryError:
        os.abort()  # as if killed: `apart` knows what to say


def _limit(seconds: int, memory: int) -> None:
    """Bind this process before it opens the file. Elsewhere than on Linux only the clock of `apart` does."""
    if sys.platform == "linux":
        _bind(resource.RLIMIT_CPU, seconds)
        _bind(resource.RLIMIT_AS, memory)
        _bind(resource.RLIMIT_CORE, 0)  # the file would be in it


def _bind(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (bound, bound))


def _answer(name: str, year: int | None) -> dict[str, Any]:
    """Plain values of what was read, or why nothing was."""
    try:
        return {"reading": asdict(read_file(name, sys.stdin.buffer.read(), year=year))}
    except Unreadable as refusal:
        return {"refusal": refusal.remark}
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours belongs in the log of the server
        return {"failure": "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__}


if __name__ == "__main__":
    main()
