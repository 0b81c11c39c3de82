"""Words of a ledger: codes by their titles, the states its rows are in, the days they are due."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from unicodedata import normalize

from intranet import clock
from intranet.contracts import Text
from intranet.documents.excel import day_of
from intranet.web import in_language
from plugins.rectification.stages import TITLES, Stage

FINISHED = re.compile(
    "已?销号|是|(?:已经?)?完成(?:整改)?|已经?整改(?:完成|完毕|到位|销号)?|整改(?:完成|完毕|到位)|已?办结|已(?:解决|落实)"
)
GOING_ON = re.compile(
    "否|(?:尚?未|没有)(?:销号|完成|整改|启动|开始)|整改中|正在整改|进行中|(?:正在|持续)推进|推进中|"
    "阶段性完成|长期坚持|无法整改"
)
"""What is not finished, in the usual words: the board begins with all of it anew."""

HOUR = re.compile(r"[\sT]\d\d?:\d\d(?::\d\d)?$")
BEFORE = re.compile("(?:之前|以前|前)?(?:完成)?$")
WRITTEN = re.compile(r"(?:(\d{4})年|年(?=底))?(?:(\d\d?)月(?:(\d\d?)[日号]|底)|(?<=年)底)")
"""12月底, 2026年底, 12月5日. A month alone, or 12月前, may mean two days and is none."""


def by_word(titles: Mapping[str, Text]) -> dict[str, str]:
    """Which code a word means: in Chinese, and as this reader's own language has it."""
    words = {str(title): code for code, title in titles.items()}
    with in_language("zh"):
        return words | {str(title): code for code, title in titles.items()}


def is_finished(state: str) -> bool:
    """The ledger says that nothing is left to be done."""
    stage = _stage(state)
    return stage == Stage.CLOSED if stage else _is_any(state, FINISHED)


def is_known(state: str) -> bool:
    """One of the board's own stages, or a usual word."""
    return bool(_stage(state)) or _is_any(state, FINISHED, GOING_ON)


def _stage(state: str) -> str | None:
    return by_word({stage.value: title for stage, title in TITLES.items()}).get(state)


def _is_any(state: str, *ways: re.Pattern[str]) -> bool:
    """Spaces and the end of a sentence do not count."""
    bare = _bare(state).rstrip("。.;!")
    return any(way.fullmatch(bare) for way in ways)


def day_due(text: str) -> date | None:
    """The last day a ledger means, this year's where it names none. None when it is no certain day."""
    words = BEFORE.sub("", _bare(HOUR.sub("", text)))
    written = WRITTEN.fullmatch(words)
    return _written(*written.groups()) if written else day_of(words)


def _written(year: str | None, month: str | None, day: str | None) -> date | None:
    in_year, in_month = int(year or clock.today().year), int(month or 12)
    try:
        return date(in_year, in_month, int(day or monthrange(in_year, in_month)[1]))
    except ValueError:
        return None


def _bare(text: str) -> str:
    return "".join(normalize("NFKC", text).split())
