"""What went wrong in plugins and jobs, as the system administrator may see it: without people's words."""

import traceback
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

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
    """Kind and place, and the lines of code. The error's own words may be a person's; the log has them."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "-packages" not in frame.filename] or frames
    kind = type(error).__name__
    place = f" ({Path(ours[-1].filename).name}:{ours[-1].lineno})" if ours else ""
    return f"{kind}{place}", "".join(traceback.format_list(frames)) + kind
