"""Seeing where a time is written: 2月底前, 3月上中旬, 从今年2月开始, 11月—次年1月."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .glyphs import number
from .points import Stretch, find_point

_BEGINNING = re.compile(
    r"(?<![\d.])[12]?\d(?=[\d月年./、\-至到,]|\*)|[*×xX某□_]{1,4}[年月]|[一二三四五六七八九十〇零元]"
    r"|[今本当去上前明来次翌转全]年|第[一二三四1-4]季|[上下]半年|年[初中底末终内]|岁末"
    r"|[元妇植劳青护建医教国春清端中重除腊][旦女树动年士党军师庆节宵明午秋阳夕八]"
    r"|(?<!\d)\d{3,8}[日号]|[“\"‘][元三妇五青护六七建八国十]"
    r"|[本当]月[初中底末上下\d]|下个?月|(?:至少)?提前|之?[前后]的?[一二三四五六七八九十两半\d]{1,2}(?:个|天|周|日)|具?体?时间"
)
_JOIN = re.compile(
    r"(?P<range>(?:-{1,2}|至|到|~)(?!今|目前|现在))|(?P<union>或(?:者)?)|(?P<list>[、,;/和及与]|\n)"
)
_SINCE = re.compile(
    r"(?:份)?(?P<word>[至到]今|(?:正式)?(?:(?:开始|启动(?=[,。;以)至到]|$)|起(?![草点步到来立]))(?:以来)?|以来|以后|之后|后(?=[,。;)]|$)))"
)
_UNTIL = re.compile(r"(?:,?)(?:一直)?(?:-{1,2}|至|到|持续到|延续到)?")
_FAR_END = re.compile(
    r"[^。;\d]{0,20}?(?=(?:\d{1,2}|[一二三四五六七八九十]{1,2})月|年[底末]|20\d\d年|[今明次]年)"
)
_CLOSED = re.compile(r"(?:份|前)?(?:基本|全部|全面|圆满)?(?:结束|完成|为止|止)")
_LASTING = re.compile(
    r"(?:,)?(?:大约|大概|计划|预计|约|总共|共|历时|利用|为期|持续){0,2}用?(?:时)?"
    r"(?P<amount>\d{1,2}|[一二三四五六七八九十两半]{1,2})(?:个半?|多个)?(?P<unit>月|周|天|年)(?:左右)?(?:的?时间)?"
    r"(?:(?:集中)?(?:开展|进行|完成))?"
)
_BEFORE = re.compile(r"(?:份)?(?:之前|以前|前夕|截止|为止|前(?![后期往来沿提述三五十\d]))")
_AROUND = re.compile(r"(?:左右|前后|上下)")
_DURING = re.compile(r"(?:期间|之间|间(?=[,。;)]|$)|当[天日]|内(?=[,。;)完进开])|内$)")
_MAX_JOINS = 14


@dataclass(frozen=True, slots=True)
class Time:
    """A time as it stands in a text: its place, its stretches, and which of its ends counts."""

    start: int
    end: int
    words: str
    stretches: tuple[Stretch, ...]
    is_list: bool = False
    only_start: bool = False
    only_end: bool = False
    is_about: bool = False
    lasts: bool = False
    is_since: bool = False
    has_tail: bool = False
    months: float | None = None  # the length that a range claims: 2月至9月，用半年时间

    @property
    def names_a_month(self) -> bool:
        return not all(stretch.is_whole_year for stretch in self.stretches)

    @property
    def is_festival(self) -> bool:
        return self.stretches[0].is_festival

    @property
    def is_relative(self) -> bool:
        return self.stretches[0].is_relative

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(s.year.value for s in self.stretches if s.year.value is not None)


def find_times(text: str) -> Iterator[Time]:
    """Every time written in a plain text, from left to right, none inside another."""
    at = 0
    while (beginning := _BEGINNING.search(text, at)) is not None:
        time = _time_at(text, beginning.start(), at)
        if time is not None:
            yield time
        at = time.end if time is not None else beginning.start() + 1


def _time_at(text: str, at: int, floor: int) -> Time | None:
    if text[at - 1 : at].isdigit() and text[at].isdigit() and at > floor:
        return None
    first = find_point(text, at)
    if first is None:
        return None
    stretches, end, is_list = _joined(text, [first.stretch], first.end)
    time = _tailed(text, Time(at, end, text[at:end], tuple(stretches), is_list=is_list))
    start = at - 1 if at > floor and text[at - 1] in "自从" else at
    ends_only = at > floor and text[at - 1] in "到至" and not time.has_tail and len(stretches) == 1
    return replace(time, start=start, words=text[start : time.end], only_end=time.only_end or ends_only)


def _joined(text: str, stretches: list[Stretch], end: int) -> tuple[list[Stretch], int, bool]:
    """Follow 至, 或 and 、 to the stretches that belong to the same time."""
    is_list = False
    for _ in range(_MAX_JOINS):
        join = _JOIN.match(text, end)
        if join is None or (join["list"] and join[0] in ",;\n与" and not _is_short_list(text, join)):
            break
        found = find_point(text, join.end(), month_is_known=True)
        if found is None or (found.stretch.is_whole_year and not join["range"]):
            break
        is_list = is_list or bool(join["list"])
        stretches, end = [*stretches, found.stretch], found.end
    return stretches, end, is_list


def _is_short_list(text: str, join: re.Match[str]) -> bool:
    """Let a comma join only numbers that wait for their 月: 3,6,9月."""
    return join[0] == "," and text[join.start() - 1].isdigit()


def _tailed(text: str, time: Time) -> Time:
    """Read what follows a time: 前, 起, 以来, 左右, 用8个月左右的时间."""
    before = _BEFORE.match(text, time.end)
    if before is not None:
        return replace(time, end=before.end(), only_end=True, has_tail=True)
    since = _SINCE.match(text, time.end)
    if since is not None:
        return _since(text, time, since)
    around = _AROUND.match(text, time.end)
    if around is not None:
        return replace(time, end=around.end(), is_about=True, has_tail=True)
    during = _DURING.match(text, time.end)
    if during is not None:
        return replace(time, end=during.end(), has_tail=True)
    lasting = _LASTING.match(text, time.end) if len(time.stretches) > 1 else None
    return replace(time, end=lasting.end(), months=_months(lasting)) if lasting else time


def _months(lasting: re.Match[str]) -> float | None:
    """Read 8个月 as 8 and 半年 as 6; weeks and days are not compared."""
    amount = 0.5 if lasting["amount"] == "半" else float(number(lasting["amount"].rstrip("半两") or "2"))
    return {"月": amount, "年": 12 * amount}.get(lasting["unit"])


def _since(text: str, time: Time, since: re.Match[str]) -> Time:
    """Read 从2月开始: to its end if one is named, else open, with its duration."""
    closed = _closing(text, since.end())
    if closed is not None:
        stretch, end = closed
        return replace(time, end=end, stretches=(*time.stretches, stretch), has_tail=True)
    lasting = _LASTING.match(text, since.end())
    is_since = since["word"].endswith("以来")
    end = lasting.end() if lasting else since.end()
    return replace(
        time, end=end, only_start=True, lasts=lasting is not None, is_since=is_since, has_tail=True
    )


def _closing(text: str, at: int) -> tuple[Stretch, int] | None:
    until = _UNTIL.match(text, at)
    here = until.end() if until else at
    found = find_point(text, here) if here > at else None
    if found is not None and text[here - 1] != ",":
        closed = _CLOSED.match(text, found.end)
        return found.stretch, closed.end() if closed else found.end
    gap = _FAR_END.match(text, at)
    found = find_point(text, gap.end()) if gap else None
    closed = _CLOSED.match(text, found.end) if found else None
    return (found.stretch, closed.end()) if found and closed else None
