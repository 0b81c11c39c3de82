"""What went wrong, as administrators and the log may have it: without people's words."""

import logging
import re
import traceback
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from intranet import clock

NEWEST = 100


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, where, when last and how often."""

    plugin: str
    where: str
    message: str
    trace: str
    at: datetime = field(compare=False)
    times: int = field(compare=False)


def add(failures: list[Failure], plugin: str, where: str, message: str, trace: str) -> list[Failure]:
    """The newest hundred kinds of failure with this one at the end; a repetition is only counted."""
    new = Failure(plugin, where, message, trace, clock.now(), 1)
    others = [known for known in failures if known != new]
    times = 1 + sum(known.times for known in failures if known == new)
    return [*others, Failure(plugin, where, message, trace, new.at, times)][-NEWEST:]


def in_full(error: BaseException) -> tuple[str, str]:
    """Sentence and trace of an error from before anybody could type anything."""
    return f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error))


def without_words(error: BaseException) -> tuple[str, str]:
    """Kind and place; and all with the lines of code, causes first. An error's words may be a person's."""
    chain = [error]
    while (cause := _cause(chain[0])) and cause not in chain:
        chain.insert(0, cause)
    frames = ("".join(traceback.format_tb(each.__traceback__)) for each in chain)
    kinds = [_kind(each) for each in chain]
    return kinds[-1], "\n".join(map(str.__add__, frames, kinds))


def _cause(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _kind(error: BaseException) -> str:
    """With the line that is ours, and the code a database or the system has for it."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if not re.search("-packages|^<", each.filename)] or frames
    place = f" ({Path(ours[-1].filename).name}:{ours[-1].lineno})" if ours else ""
    codes = (getattr(error, name, None) for name in ("sqlstate", "sqlite_errorname", "errno"))
    return f"{type(error).__name__}{place}" + "".join(f" {code}" for code in codes if code)


def keep_words_out_of_logs() -> None:
    """Of this whole process, whoever writes the line: a library, the web server, a plugin."""
    logging.setLogRecordFactory(_record)


def _record(*given: Any, **named: Any) -> logging.LogRecord:  # noqa: ANN401 - as LogRecord takes it
    record = logging.LogRecord(*given, **named)
    if record.exc_info and record.exc_info[1]:
        record.exc_text, record.exc_info = without_words(record.exc_info[1])[1], None
    if isinstance(record.args, tuple):
        record.args = tuple(map(_quiet, record.args))
    record.msg = _quiet(record.msg)
    return record


def _quiet(said: object) -> object:
    return without_words(said)[0] if isinstance(said, BaseException) else said
