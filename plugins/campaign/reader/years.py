"""The year a document speaks of, where it was taken from, and what speaks against it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from .clauses import in_title
from .glyphs import number
from .lines import Line
from .model import Remark, remark
from .stamps import Signature, is_issue, is_page_stamp, signature
from .times import find_times

_DOCUMENT_NUMBER = re.compile(
    r"[^,。;:《》]{0,24}(?P<shown>[\[(?](?P<year>(?:19|20)\d\d)[\])?]\d{1,4}号)(?:签发人.{0,12})?"
)
_CITED_NUMBER = re.compile(r"[\[(?]((?:19|20)\d\d)[\])?]\d{1,4}号")
_FULL_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d|[一二][〇零0-9一二三四五六七八九]{3})年(?!代|前)")
_LAST_YEAR = re.compile(r"去年|上年")
_CITED = re.compile(r"根据|按照|依据|遵照|印发的|下发的|施行|实施的|\d{1,4}号")
_HEAD = 40
_NO_YEAR = remark("没有找到年份，日期都没有换算，请指定年份后重新读取。")

# When the national campaigns ran; a year outside cannot be the year of their plan.
_CAMPAIGNS = (
    (re.compile(r"群众路线教育实践"), range(2013, 2016)),
    (re.compile(r"科学发展观活动|学习实践科学发展观"), range(2008, 2011)),
    (re.compile(r"先进性教育"), range(2004, 2007)),
    (re.compile(r"创先争优"), range(2010, 2013)),
    (re.compile(r"三严三实"), range(2015, 2017)),
    (re.compile(r"两学一做"), range(2016, 2020)),
    (re.compile(r"不忘初心"), range(2019, 2021)),
    (re.compile(r"党史学习教育"), range(2021, 2025)),
    (re.compile(r"党纪学习教育"), range(2024, 2025)),
)


@dataclass(frozen=True, slots=True)
class YearFound:
    """The year, its basis, the date of signature, and doubts."""

    year: int | None
    basis: Remark | None
    signed: date | None
    doubts: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class _Evidence:
    year: int
    source: Remark

    def is_from(self, source: str) -> bool:
        return self.source.words.startswith(source)


def find_year(
    lines: Sequence[Line], title: str, *, given: int | None, foreword: Sequence[Line] = ()
) -> YearFound:
    """Weigh, in this order: the caller, the document number, the signature, the title, the body."""
    signed = _first_signature(lines)
    day = signed.day if signed else None
    evidence = [
        *_given(given),
        *_document_numbers(lines),
        *_from_signature(signed),
        *_from_title(title, remark("标题{}")),
        *_from_body(lines, title),
        *(item for line in foreword for item in _from_title(line.plain.text, remark("文件开头{}"))),
    ]
    window = campaign_years("".join([title, *(line.plain.text for line in lines)]))
    fitting = [item for item in evidence if item.is_from("指定") or _fits(item, window)]
    weak = _from_issue(lines) or _from_citations(lines) or _from_window(lines, window)
    chosen = fitting[:1] or evidence[:1] or weak
    if not chosen:
        return YearFound(None, None, day, (_NO_YEAR,))
    year = _planned_year(chosen[0], evidence, day)
    doubts = tuple(_contradictions(year, evidence, window))
    if not evidence:
        doubts += (remark("原文没有写年份，按{}推断为{}年，请核对。", chosen[0].source, year),)
    return YearFound(year, _basis(year, evidence or chosen), day, doubts)


def _fits(item: _Evidence, window: range | None) -> bool:
    return window is None or item.year in window


def _planned_year(chosen: _Evidence, evidence: list[_Evidence], signed: date | None) -> int:
    """Believe a title that names the next year if it was signed in November or December."""
    titled = next((item.year for item in evidence if item.is_from("标题")), None)
    late = signed is not None and signed.month > 10 and signed.year == chosen.year  # noqa: PLR2004
    return chosen.year + 1 if late and titled == chosen.year + 1 else chosen.year


def _given(year: int | None) -> list[_Evidence]:
    return [] if year is None else [_Evidence(year, remark("指定的年份{}年", year))]


def _document_numbers(lines: Sequence[Line]) -> Iterable[_Evidence]:
    for line in [line for line in lines if not line.is_blank][:_HEAD]:
        match = _DOCUMENT_NUMBER.fullmatch(line.plain.text)
        if match is not None and not is_page_stamp(line):
            shown = line.plain.verbatim(match.start("shown"), match.end("shown"))
            yield _Evidence(int(match["year"]), remark("文号{}", shown))


def _first_signature(lines: Sequence[Line]) -> Signature | None:
    own = (line for line in lines if not is_issue(line))
    return next((signed for line in own if (signed := signature(line)) is not None), None)


def _from_issue(lines: Sequence[Line]) -> list[_Evidence]:
    """Fall back on 2014年2月25日印发: when a paper was sent out is not what it speaks of."""
    sent = next((s for line in lines if is_issue(line) and (s := signature(line)) is not None), None)
    return [] if sent is None else [_Evidence(sent.day.year, remark("印发日期{}", sent.shown))]


def _from_signature(signed: Signature | None) -> list[_Evidence]:
    return [] if signed is None else [_Evidence(signed.day.year, remark("落款{}", signed.shown))]


def _from_title(words: str, where: Remark) -> list[_Evidence]:
    match = _FULL_YEAR.search(words)
    return [_Evidence(number(match["year"]), where._replace(values=(match[0],)))] if match else []


def _from_body(lines: Sequence[Line], title: str) -> list[_Evidence]:
    """Take the year that dated phrases name most; a bare year counts only if none does."""
    dated: Counter[int] = Counter()
    bare: Counter[int] = Counter()
    for line in lines:
        if is_page_stamp(line) or signature(line) is not None or line.text.strip() == title:
            continue
        dated.update(_dated_years(line))
        bare.update(_bare_years(line.plain.text))
    counted = dated or bare
    if not counted:
        return []
    ranked = sorted(counted, key=lambda year: (-counted[year], -year))
    return [_Evidence(year, remark("正文{}年", year)) for year in ranked]


def _dated_years(line: Line) -> Iterable[int]:
    words = line.plain.text
    for time in find_times(words):
        is_cited = in_title(words, time.start) or _CITED.search(words, max(time.start - 6, 0), time.end + 12)
        if time.names_a_month and not is_cited:
            yield from time.years


def _bare_years(words: str) -> Iterable[int]:
    for match in _FULL_YEAR.finditer(words):
        if not in_title(words, match.start()):
            yield number(match["year"])


def campaign_years(words: str) -> range | None:
    """Return the years of the national campaign that a text names most."""
    counts = [(len(pattern.findall(words)), years) for pattern, years in _CAMPAIGNS]
    count, years = max(counts, key=lambda pair: pair[0])
    return years if count else None


def _from_citations(lines: Sequence[Line]) -> list[_Evidence]:
    """Fall back on the papers that the text obeys: they are usually of its own year."""
    cited = Counter(int(y) for line in lines for y in _CITED_NUMBER.findall(line.plain.text))
    return [_Evidence(year, remark("引用文件的文号〔{}〕", year)) for year, _ in cited.most_common(1)]


def _from_window(lines: Sequence[Line], window: range | None) -> list[_Evidence]:
    """Fall back on the campaign: 去年 in a paper of 2013–2014 was written in 2014."""
    if window is None:
        return []
    looks_back = any(_LAST_YEAR.search(line.plain.text) for line in lines)
    year = window[1] if looks_back and len(window) > 1 else window[0]
    return [_Evidence(year, remark("活动开展的年份{}—{}年", window[0], window[-1]))]


def _contradictions(year: int, evidence: list[_Evidence], window: range | None) -> Iterable[Remark]:
    others = [item for item in evidence if item.year != year and not item.is_from("正文")]
    for item in others:
        if _fits(item, window):
            yield remark("{}与文件年份{}年不一致，请核对。", item.source, year)
        else:
            yield remark(
                "{}与文件年份{}年不一致，与活动开展的年份不符，可能是网页标题或排版日期，请核对。",
                item.source,
                year,
            )
    if window is not None and year not in window:
        first, last = window[0], window[-1]
        yield remark("文件年份{}年不在这项活动通常开展的{}—{}年之内，请核对。", year, first, last)


def _basis(year: int, evidence: list[_Evidence]) -> Remark:
    agreeing = list(dict.fromkeys(item.source for item in evidence if item.year == year))
    if len(agreeing) > 1:
        return remark("{}与{}", *agreeing[:2])
    return agreeing[0] if agreeing else evidence[0].source
