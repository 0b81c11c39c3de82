"""Which days a written time means in a year; what cannot be known is a doubt, never a guess."""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from .glyphs import plain
from .model import Remark, remark
from .points import END, Stretch, Year
from .times import Time, find_times
from .vocabulary import doubt_about

_SHORT_MONTH_DATE = re.compile(r"(?<![\d.年])(1[0-2]|0?[1-9])[./](3[01]|[12]\d|0?[1-9])(?![\d.月])")
_DECORATION = re.compile(
    r"完成(?:时间|时限|期限)?|结束|时间|时限|期限|为|拟定?|暂定|计划|预计|大?约|每?[天日]|[()\[\]:,。;、“”\"‘’\s]|定于|将?于|在"
)
_WEEKDAYS = (
    remark("周一"),
    remark("周二"),
    remark("周三"),
    remark("周四"),
    remark("周五"),
    remark("周六"),
    remark("周日"),
)
_ROLL = timedelta(days=240)
_LATE, _EARLY = 10, 3
_TOO_LONG = 400


@dataclass(frozen=True, slots=True)
class Span:
    """The days a time means; both may be open, and a doubt says what a person should look at."""

    start: date | None = None
    end: date | None = None
    doubt: Remark | None = None


def understand_time(text: str, *, year: int | None = None, after: date | None = None) -> Span:
    """Read the whole text as one time; what cannot be understood is a doubt, never a guess.

    `after` is the start of the row above: a January below a December is the next year's.
    """
    words = _SHORT_MONTH_DATE.sub(r"\1月\2日", plain(text[:_TOO_LONG]).text)
    times = [time for time in find_times(words) if not time.is_festival or time.start <= 1]
    if not times:
        return Span(doubt=doubt_about(words, text))
    whole = _together(times)
    span = resolve(whole, year=year, after=after)
    return _with_doubt(span, _leftover(words, times))


def _together(times: list[Time]) -> Time:
    if len(times) == 1:
        return times[0]
    stretches = tuple(stretch for time in times for stretch in time.stretches)
    return replace(times[0], end=times[-1].end, stretches=stretches, is_list=True)


def _leftover(words: str, times: list[Time]) -> Remark | None:
    """Doubt a time cell that says more than its time: 民主生活会前, 提前1天, 每月."""
    pieces, at = [], 0
    for time in times:
        pieces.append(words[at : time.start])
        at = time.end
    rest = _DECORATION.sub("", "".join([*pieces, words[at:]]))
    return remark("时间里还有“{}”，没有计入日期", rest) if rest else None


def resolve(time: Time, *, year: int | None, after: date | None = None) -> Span:
    """Say which days a time means when silent years are this year."""
    damaged = next((s.doubt for s in time.stretches if s.first is None), None)
    if damaged is not None:
        return Span(doubt=damaged)
    masked = [stretch for stretch in time.stretches if stretch.year.masked]
    if len(masked) > 1:
        return Span(doubt=remark("“{}”前后两个年份都被隐去，无法换算成日期", time.words))
    spans = _in_years(time.stretches, year)
    if spans is None:
        return Span(doubt=remark("“{}”没有写明年份，文件里也没有找到年份", time.words))
    span = _spanned(time, spans)
    span = _with_doubt(span, _hidden_year(time, year) if masked else None)
    return _rolled(span, time, after)


def _hidden_year(time: Time, year: int | None) -> Remark:
    return remark("“{}”的年份被隐去，暂按文件年份{}年", time.words, str(year))


def _in_years(stretches: tuple[Stretch, ...], year: int | None) -> list[Span] | None:
    """Give every stretch its days, each leaning on the one before for year and month."""
    first_year = _first_year(stretches, year)
    spans: list[Span] = []
    before: tuple[int, int] | None = None
    for stretch in stretches:
        placed = _place(stretch, before, first_year, year)
        if placed is None:
            return None
        span, before = placed
        spans.append(span)
    return spans


def _first_year(stretches: tuple[Stretch, ...], year: int | None) -> int | None:
    """Take the year of 12月—2015年2月 from its far end."""
    named = stretches[-1]
    first = stretches[0]
    if not first.year.is_silent or named.year.value is None or named.first is None:
        return year
    runs_over = first.first is not None and first.first[0] > named.first[0]
    return named.year.value - runs_over


def _place(
    stretch: Stretch, before: tuple[int, int] | None, first_year: int | None, year: int | None
) -> tuple[Span, tuple[int, int]] | None:
    if stretch.first is None or stretch.last is None:
        return None
    own = _own_year(stretch.year, before, first_year, year)
    if own is None:
        return None
    month = before[1] if before and stretch.needs_month else stretch.first[0]
    crosses = before is not None and stretch.year.is_silent and month < before[1]
    own += crosses
    doubt = None
    if crosses and before:
        doubt = remark("“{}月”到“{}月”跨年，后者按{}年理解", before[1], month, own)
    last_month = month if stretch.needs_month else stretch.last[0]
    span = _days(own, (month, stretch.first[1]), (last_month, stretch.last[1]))
    return _with_doubt(_with_doubt(span, doubt), _own_doubt(stretch, span)), (own, last_month)


def _own_year(
    word: Year, before: tuple[int, int] | None, first_year: int | None, year: int | None
) -> int | None:
    if word.value is not None:
        return word.value
    if word.follows:
        base = before[0] if before else year
        return base + 1 if base is not None else None
    if word.offset is not None:
        return year + word.offset if year is not None else None
    return before[0] if before and not word.masked else first_year


def _days(year: int, first: tuple[int, int], last: tuple[int, int]) -> Span:
    try:
        return Span(_day(year, *first), _day(year, *last))
    except ValueError:
        return Span(doubt=remark("{}月没有{}日，日期有误", first[0], max(first[1], last[1])))


def _day(year: int, month: int, day: int) -> date:
    return date(year, month, monthrange(year, month)[1] if day == END else day)


def _own_doubt(stretch: Stretch, span: Span) -> Remark | None:
    """Check the weekday written beside a date: 5月9日(周五)."""
    if stretch.weekday is None or span.start is None or span.start.weekday() == stretch.weekday:
        return stretch.doubt
    really, written = _WEEKDAYS[span.start.weekday()], _WEEKDAYS[stretch.weekday]
    return remark("{}是{}，原文写的是{}，请核对年份或日期", span.start.isoformat(), really, written)


def _spanned(time: Time, spans: list[Span]) -> Span:
    """Lay the stretches end to end and keep the ends that the words leave standing."""
    doubts = None
    for doubt in dict.fromkeys(span.doubt for span in spans if span.doubt):
        doubts = _both(doubts, doubt)
    starts = [span.start for span in spans if span.start]
    ends = [span.end for span in spans if span.end]
    if len(starts) < len(spans):
        return Span(doubt=doubts)
    start, end = _first_day(time, spans), max(ends)
    if start is not None and end < start:
        return Span(doubt=remark("“{}”的结束早于开始", time.words))
    span = _opened(time, start, end, min(starts))
    return _with_doubt(Span(span.start, span.end, doubts), _shape_doubt(time, spans))


def _first_day(time: Time, spans: list[Span]) -> date | None:
    return min(span.start for span in spans if span.start) if time.is_list else spans[0].start


def _opened(time: Time, start: date | None, end: date, earliest: date) -> Span:
    if time.only_start:
        return Span(start, None)
    if time.only_end or time.stretches[-1].is_deadline:
        ranged = len(time.stretches) > 1 and not time.is_list
        return Span(earliest if ranged else None, end)
    return Span(start, end)


def _shape_doubt(time: Time, spans: list[Span]) -> Remark | None:
    if time.lasts:
        return remark("“{}”只写了开始和大约的时长，没有写明结束日期", time.words)
    if time.months is not None and abs(_length(spans) - time.months) > 1:
        return remark("“{}”写的时长与起止时间不符", time.words)
    if time.is_about:
        return remark("“{}”是约数", time.words)
    if time.is_list and not _adjoin(spans):
        return remark("“{}”列了多个时间，日期取最早到最晚", time.words)
    if time.only_end and time.stretches[-1].is_whole_month and len(spans) == 1:
        return remark("“{}”按当月最后一天理解，也可能指上月底", time.words)
    return None


def _length(spans: list[Span]) -> float:
    """Return the months from the first day to the last, counting both."""
    start, end = spans[0].start, spans[-1].end
    return (end - start).days / 30.4 if start and end else 0.0


def _adjoin(spans: list[Span]) -> bool:
    pairs = pairwise(spans)
    return all(a.end and b.start and b.start - a.end <= timedelta(days=1) for a, b in pairs)


def _rolled(span: Span, time: Time, after: date | None) -> Span:
    """Move a January below a December to the next year."""
    first = span.start or span.end
    if after is None or first is None or not all(s.year.is_silent for s in time.stretches):
        return span
    is_next = after.month >= _LATE and first.month <= _EARLY and after - first > _ROLL
    if not is_next and not (after.month <= _EARLY and after.year > first.year and first.month <= _LATE):
        return span
    years = after.year - first.year + (1 if is_next else 0)
    start, end = _later(span.start, years), _later(span.end, years)
    doubt = remark("安排跨年，“{}”按{}年理解", time.words, first.year + years)
    return _with_doubt(Span(start, end, span.doubt), doubt)


def _later(day: date | None, years: int) -> date | None:
    if day is None:
        return None
    return _day(day.year + years, day.month, min(day.day, monthrange(day.year + years, day.month)[1]))


def _with_doubt(span: Span, doubt: Remark | None) -> Span:
    return span if doubt is None else replace(span, doubt=_both(span.doubt, doubt))


def _both(one: Remark | None, other: Remark) -> Remark:
    return remark("{}；{}", one, other) if one else other
