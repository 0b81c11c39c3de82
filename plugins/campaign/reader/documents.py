"""Where one document ends and the next begins, and what each is called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .clauses import is_chapter, is_numbered
from .glyphs import plain
from .lines import Line
from .stamps import is_page_stamp, plans_nothing

_KIND = (
    r"(?:实施方案|活动方案|工作方案|方案|实施意见|意见|通知|工作安排|安排意见|安排|工作计划|计划|工作要点|要点|总结讲话|讲话|"
    r"发言|总结报告|总结|报告|清单|台账|安排表|进度表|推进表|一览表|配档表|日程表|办法|通报|任务书|措施|决定)"
)
_TITLE = re.compile(rf"[^。;,]{{0,70}}{_KIND}(?:\([^()]{{1,14}}\))?(?:[一二三四五六七八九十\d]{{1,2}})?[:]?")
_SERIES = re.compile(
    r"(?P<stem>[^。;,]{2,50}?)(?:\((?P<a>[一二三四五六七八九十\d]{1,2})\)|[-]?(?P<b>[一二三四五六七八九十]{1,2}))[:]?"
    r"|[\[(]?(?P<piece>篇|第|范文|方案|材料|文件|文档)(?P<c>[一二三四五六七八九十\d]{1,2})(?:篇|份)?[\])]?[:、]?(?P<name>[^。;]{0,50})"
)
_MAIN_KIND = re.compile(
    r"[^。;,]{4,70}(?:实施方案|活动方案|工作方案|实施意见|安排意见|总结讲话|讲话稿?|总结报告|工作总结|的方案|的意见|整改方案|的通知)"
    r"(?:\([^()]{1,14}\))?[:]?"
)
_ATTACHED = re.compile(r"附(?:件|表|录)?\d{0,2}[:]?")
_ATTACHMENT_MARK = re.compile(r"^附\s{0,9}(?:件|表|录)\s{0,9}\d{0,2}\s{0,9}[:：]\s{0,9}")
_LETTERHEAD = re.compile(r"[^。;,《]{2,40}文件")
_NUMBER_LINE = re.compile(r"[^,。;:《》]{0,24}[\[(?](?:19|20)\d\d[\])?]\d{1,4}号(?:签发人.{0,12})?")
_FIRST_CHAPTER = re.compile(r"一[、.]|一,|\(一\)")
_OWNER = re.compile(
    r"(?:关于)?(?:印发|转发)?[《?“]?(?:中共)?(?P<owner>[^,。;:关于开展]{2,20}?"
    r"(?:医院|卫生院|保健院|卫[生健计][委局]|疾控中心|管理局|集团|公司|学院|中心|局|区|县|市)(?!级))"
)
_SALUTATION = re.compile(r"(?:同志们|各位|尊敬的|朋友们)[^,。;:]{0,20}[:,!]")
_SPEECH = re.compile(r"(?:讲话|发言|致辞|报告|总结|汇报)(?:稿|提纲|要点|材料)?[:]?$")
UNTITLED = "（无标题）"
_ONE, _MAX_TITLE = "一二三四五六七八九十", 80
_MIN_TITLE = 8
_HEAD = 16


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one document and its title."""

    lines: tuple[Line, ...]
    title: str


def parts_of(lines: Sequence[Line]) -> tuple[tuple[Line, ...], list[Part]]:
    """Split a file into its documents; lines before the first one are the foreword."""
    series = _series_starts(lines)
    starts = series if len(series) > 1 else _plain_starts(lines)
    foreword = tuple(lines[: starts[0]]) if len(series) > 1 else ()
    bounds = [*starts, len(lines)] if len(series) > 1 else [0, *starts, len(lines)]
    spans = [tuple(lines[a:b]) for a, b in pairwise(bounds)]
    return foreword, [Part(span, _title(span)) for span in spans if any(not x.is_blank for x in span)]


def _series_starts(lines: Sequence[Line]) -> list[int]:
    """Find titles counted 一, 二, 三 on one stem: 总结讲话一, 总结讲话二; 篇一, 篇二."""
    starts: list[int] = []
    stem = ""
    for place, line in enumerate(lines):
        match = _SERIES.fullmatch(line.plain.text) if len(line.text) <= _MAX_TITLE else None
        if match is None or line.cells:
            continue
        own, count = _counted(match)
        if count == 1 and not starts and _may_begin_series(match):
            starts, stem = [place], own
        elif starts and count == len(starts) + 1 and own[-2:] == stem[-2:]:
            starts.append(place)
    return starts


def _counted(match: re.Match[str]) -> tuple[str, int]:
    digits = match["a"] or match["b"] or match["c"]
    count = int(digits) if digits.isdecimal() else _ONE.find(digits) + 1
    return match["stem"] or match["piece"], count


def _may_begin_series(match: re.Match[str]) -> bool:
    if match["piece"]:
        return match["piece"] != "第" or "篇" in match[0] or "份" in match[0]
    return re.search(rf"{_KIND}$", match["stem"]) is not None


def _plain_starts(lines: Sequence[Line]) -> list[int]:
    """Find the title of a main document after the body of another one."""
    starts: list[int] = []
    body_began = attached = False
    begun = 0
    owner = ""
    for place, line in enumerate(lines):
        if line.is_blank:
            continue
        words = line.plain.text
        attached = _ATTACHED.match(words) is not None or (attached and place - begun < _HEAD)
        begun = place if _ATTACHED.match(words) else begun
        if body_began and not attached and _begins_document(lines, place, owner):
            starts.append(_head_start(lines, place))
            body_began, owner = False, _owner(words)
        elif _begins_body(line):
            body_began = True
        elif not body_began:
            owner = owner or _owner(words)
    return starts


def _begins_body(line: Line) -> bool:
    """Tell a first chapter, a table or a salutation: what comes before it is all head."""
    words = line.plain.text
    is_table = bool(line.cells) or "\t" in line.text.strip()
    return is_table or is_chapter(words) or bool(_FIRST_CHAPTER.match(words) or _SALUTATION.match(words))


def _begins_document(lines: Sequence[Line], place: int, owner: str) -> bool:
    words = lines[place].plain.text
    if is_numbered(words) or len(words) > _MAX_TITLE or plans_nothing(lines[place]) or lines[place].cells:
        return False
    if _NUMBER_LINE.fullmatch(words):
        return True
    if _MAIN_KIND.fullmatch(words) is not None and _starts_over(lines, place):
        return True
    return _TITLE.fullmatch(words) is not None and (
        (_is_of_another(words, owner) and _stands_apart(lines, place)) or _is_spoken(lines, place)
    )


def _owner(words: str) -> str:
    """Name the organisation that a title begins with: ××县人民医院 of its 实施方案."""
    match = _OWNER.match(words) if _TITLE.fullmatch(words) else None
    return match["owner"] if match else ""


def _is_of_another(words: str, owner: str) -> bool:
    own = _owner(words)
    return bool(own and owner) and own not in owner and owner not in own


def _stands_apart(lines: Sequence[Line], place: int) -> bool:
    """Tell a line behind a blank, a signature or the end of a sentence."""
    if place == 0 or lines[place - 1].is_blank or plans_nothing(lines[place - 1]):
        return True
    return lines[place - 1].plain.text[-1:] in "。;"


def _is_spoken(lines: Sequence[Line], place: int) -> bool:
    """Tell the title of a speech: those it is made to are greeted right below it."""
    if _SPEECH.search(lines[place].plain.text) is None:
        return False
    below = [line for line in lines[place + 1 : place + 8] if not line.is_blank][:3]
    return any(_SALUTATION.match(line.plain.text) for line in below)


def _starts_over(lines: Sequence[Line], place: int) -> bool:
    """Tell that chapters count from 一 again, with no other chapter in between."""
    for line in lines[place + 1 : place + 40]:
        words = line.plain.text
        if _FIRST_CHAPTER.match(words):
            return True
        if is_numbered(words) or _ATTACHED.match(words):
            return False
    return False


def _head_start(lines: Sequence[Line], place: int) -> int:
    """Take in the letterhead and the organisation that stand above a title."""
    start = place
    while start > 0 and (lines[start - 1].is_blank or _is_head(lines[start - 1])):
        start -= 1
    while lines[start].is_blank:
        start += 1
    return start


def _is_head(line: Line) -> bool:
    words = line.plain.text
    if plans_nothing(line) or is_numbered(words) or line.cells:
        return False
    is_title = len(words) <= _MAX_TITLE and words[-1:] not in "。；;:,"
    return is_title and (
        _LETTERHEAD.fullmatch(words) is not None
        or _TITLE.fullmatch(words) is not None
        or words.startswith("中共")
    )


def _title(lines: Sequence[Line]) -> str:
    """Name a document by its first title, joined if it was set on several lines."""
    head = [line for line in lines if not line.is_blank and not line.cells][:_HEAD]
    for place, line in enumerate(head):
        words = line.plain.text
        if _LETTERHEAD.fullmatch(words) or is_page_stamp(line) or _NUMBER_LINE.fullmatch(words):
            continue
        if _TITLE.fullmatch(words) and not is_numbered(words):
            return _with_lines_above(head, place)
    first = next((line for line in head if not is_page_stamp(line)), None)
    if first is None:
        return UNTITLED
    return _tidy(first.text)[:_MAX_TITLE]


_ORGANISATION = re.compile(r"[^,。;:]{2,30}(?:医院|委员会|局|中心|卫生院|院|党委|党组|公司)")


def _needs_line_above(title: str, above: str) -> bool:
    if _ORGANISATION.fullmatch(above):
        return plain(title).text.startswith(("关于", "开展", "深入")) or above not in plain(title).text
    return len(title) < _MIN_TITLE or plain(title).text.startswith(("关于", "开展", "深入"))


def _with_lines_above(head: Sequence[Line], place: int) -> str:
    title = _tidy(head[place].text)
    while place > 0 and _needs_line_above(title, head[place - 1].plain.text):
        place -= 1
        words = head[place].plain.text
        if not _may_belong(head[place], words):
            break
        title = _tidy(head[place].text) + title
    return title


def _may_belong(line: Line, words: str) -> bool:
    if plans_nothing(line) or _NUMBER_LINE.fullmatch(words) or _LETTERHEAD.fullmatch(words):
        return False
    return (
        len(words) <= _MAX_TITLE // 2
        and words[-1:] not in "。;:,"
        and not is_numbered(words)
        and not _ATTACHED.match(words)
    )


def _tidy(text: str) -> str:
    return _ATTACHMENT_MARK.sub("", " ".join(text.split())).strip(" :：#*")
