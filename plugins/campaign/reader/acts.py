"""What a sentence says is done at a time: its title, its units, and how its time is shown."""

import re
from dataclasses import dataclass, replace

from .clauses import Piece, clauses, numbering
from .draft import Draft
from .glyphs import Plain, plain
from .lines import Line
from .model import remark
from .times import Time, find_times
from .units import acting_unit, labelled_units, lone_unit, split_units

_LEAD_IN = re.compile(
    r"(?:我院|全院|医院|党委|院党委)?"
    r"(?:拟|定|计划|预计|将|要|争取|确保|力争|必须|应|最迟|截止|原则上|初步|具体|安排|集中|统一|大约|约)?"
    r"(?:在|于|从|自|到|至|时间为|为|是)?[,:]?"
)
_CLOSER = re.compile(
    r"[,、:(\s]{0,4}(?:(?:计划|拟|定|预计|争取|力争|务必|必须|须|应|要|将)?(?:于|在|到|至|从|自)?"
    r"|(?:完成|整改|办结|活动|会议|起止|具体|实施|召开|举办|学习)?(?:时间|时限|期限|日期)(?:安排|要求|节点)?(?:为|是)?|截止(?:时间)?(?:为)?)[:(]?$"
)
_AFTER_TIME = re.compile(
    r"(?:[,:、)\]\s\-]|之间|期间|左右|要(?!求)|将|应(?!急)|须|的(?!确)|为(?!了|民)"
    r"|前完成|(?:基本)?完成(?=[,。;)]|$)|(?:基本)?结束(?=[,。;)]|$)){0,9}"
)
_DONE = re.compile(r"(?:前)?(?:基本|全部|全面|按期)?(?:完成|结束|到位|进行|举行|开展|实施)?[)。;]{0,9}")
_LEANS = re.compile(
    r"按照|根据|依据|结合|围绕|针对|为了?|通过|利用|在(?![^,。;]{0,8}范围内)|由于|随着|由[^,]{2,30}(?:负责|牵头)$|并|采取|采用|以[^,]{2,16}(?:方式|形式)|(?:责任|牵头|配合|主办|承办)[^,]{0,6}[:]"
)
_ENDINGS = re.compile(r"(?:之后|以后|之际|期间|之前|以前|后|前|(?<!小)时)$")
_OPEN_BRACKET = re.compile(r"[（(][^（）()]{0,1000}$")
_ASIDE = re.compile(
    r"[（(][^（）()]{0,40}(?:电话|联系人|邮箱|Tel)[^（）()]{0,40}[）)]"
    r"|\s{0,20}(?:地点|负责人|责任人|主持人|主持|参加人员|参加对象|对象|主讲人?)\s{0,4}[:：].{0,1000}$"
)
_EDGES = " 　，,、：:；;。.-—"
_RECTIFIED = re.compile(
    r"(?:清理|清退|清查|腾退|退还|整改|纠正|取消|拆除|封存|停用|上缴|收回|处置|查处|调整|压缩|整治)"
    r"(?:了|改建|合并|腾退|整改|出|到位|完毕)"
    r"|(?:完成|进行|开展)了?[^,。;]{0,16}(?:清理|清退|腾退|整改|拆除)"
    r"|(?:清理|清退|腾退|收回|取消|压缩)[^,。;]{0,12}(?:用房|公车|公务用车|小金库|会员卡|红包)"
    r"|(?:用房|公务用车|公车|小金库|会员卡|吃空饷|津补贴)[^,。;]{0,10}(?:清理|清退|整改|腾退|处置)"
)
_PLANNED = re.compile(r"方案|会议|台账|清单|动员|座谈|计划|讨论|报告|任务书|精神|生活会|情况|回头看")
_NO_OBJECT = re.compile(r".{0,4}(?:开展|进行|推进|落实)整改(?:落实|工作)?")
_ALONE = re.compile(r"(?:至少)?提前|[本当下]")
_SHORT = 6
MIN_TITLE = 2


@dataclass(frozen=True, slots=True)
class Act:
    """A dated act and whether it tells of something put right."""

    draft: Draft
    is_rectification: bool = False


Place = tuple[int, int]


def act_of(line: Line, sentence: Piece, time: Time, heading: str) -> Act | None:
    """Name what is done at this time; a sentence that is only a time takes its heading."""
    words = line.plain
    title, unit = _title(words, sentence, time)
    is_meagre = len(title) < MIN_TITLE or (len(title) <= _SHORT and _is_ending(title))
    title = heading if is_meagre and heading else title
    if len(title) < MIN_TITLE:
        return None
    shown = words.verbatim(*_shown(words.text, time))
    time = _relative_in_full(time, shown)
    units = labelled_units(words, sentence) or (split_units(unit) if unit else ())
    draft = Draft(title, line.number, shown, replace(time, words=shown), units)
    put_right = _RECTIFIED.search(sentence.text) and not _PLANNED.search(title)
    put_right = put_right and not _NO_OBJECT.fullmatch(plain(title).text)
    return Act(draft, is_rectification=bool(put_right))


def _relative_in_full(time: Time, shown: str) -> Time:
    """Let the doubt quote 民主生活会召开前一周, not only 前一周."""
    if not time.is_relative:
        return time
    doubt = remark("“{}”是相对时间，无法换算成日期", shown)
    return replace(time, stretches=(replace(time.stretches[0], doubt=doubt), *time.stretches[1:]))


def _is_ending(title: str) -> bool:
    return title.startswith(("完成", "上报", "报", "交", "汇总", "公布", "公示", "反馈", "结束", "进行"))


def _shown(text: str, time: Time) -> Place:
    """Show all of a bracket that holds nothing but the time: （2月底前完成）."""
    opened, closed = _bracket(text, time)
    if opened == time.start - 1 and _DONE.fullmatch(text, time.end, closed):
        return time.start, closed
    if time.is_relative:
        return _event(text, time), time.end
    return time.start, time.end


def _event(text: str, time: Time) -> int:
    """Find where the event begins that 会后一周 counts from; 提前1天 and 本月底 need none."""
    if _ALONE.match(text, time.start):
        return time.start
    begun = max(text.rfind(mark, 0, time.start) for mark in ",。;:(") + 1
    return begun + (numbering(text[begun : time.start]) if begun == 0 else 0)


def _bracket(text: str, time: Time) -> Place:
    """Find the bracket around a time; (-1, -1) if there is none."""
    opened, closed = text.rfind("(", 0, time.start), text.find(")", time.end)
    inside = opened >= 0 and closed >= 0 and ")" not in text[opened : time.start]
    return (opened, closed) if inside else (-1, -1)


def _title(words: Plain, sentence: Piece, time: Time) -> tuple[str, str | None]:
    """Name the act: the clause without its time, and without a unit that stands before 要."""
    begun = sentence.start + numbering(sentence.text)
    opened, _ = _bracket(words.text, time)
    if opened > begun:
        begun = _after_earlier_times(words.text, begun, opened)
        return _trimmed(words, (begun, opened), None)
    parts = clauses(words.text, sentence)
    place = next((p for p, part in enumerate(parts) if part.start <= time.start < part.end), 0)
    before = _before(words.text, parts[place], time)
    after = _after(words.text, parts[place], time)
    if before is not None and after is not None:
        before = _behind_colon(words.text, before)
    if before is None and after is None:
        return _from_neighbours(words, parts, place, time)
    if before is None and after is not None and place > 0 and _is_ending(words.text[slice(*after)]):
        before = _usable(words.text, parts[place - 1])
    return _trimmed(words, before, after)


def _behind_colon(text: str, span: Place) -> Place | None:
    """Leave out a salutation or a label: 同志们：, 动员部署：."""
    if text[span[1]] == ":":
        return None
    begun = text.rfind(":", *span) + 1
    return span if begun == 0 else ((begun, span[1]) if span[1] - begun > 1 else None)


def _after_earlier_times(text: str, begun: int, end: int) -> int:
    """Start behind a clause that has a time of its own: 3月，调研，形成报告（4月底前）."""
    times = [time for time in find_times(text[begun:end]) if time.names_a_month]
    comma = text.rfind(",", begun + times[-1].end, end) if times else -1
    return comma + 1 if comma >= 0 else begun


def _usable(text: str, part: Piece) -> Place | None:
    """Return the clause before, up to and with its comma, if it can stand in a title."""
    begun = part.start + numbering(part.text)
    own = text[begun : part.end]
    is_spoken_for = _LEANS.match(own) or next(find_times(own), None) is not None
    return None if is_spoken_for else (begun, part.end + 1)


def _before(text: str, own: Piece, time: Time) -> Place | None:
    begun = own.start + numbering(own.text)
    start = _shown(text, time)[0] if time.is_relative else time.start
    closer = _CLOSER.search(text[begun:start])
    end = begun + closer.start() if closer else start
    lead = _LEAD_IN.match(text, begun)
    if lead is not None and lead.end() >= end:
        return None
    return (begun, end) if end - begun > 1 else None


def _after(text: str, own: Piece, time: Time) -> Place | None:
    skip = _AFTER_TIME.match(text, time.end)
    begun = skip.end() if skip else time.end
    done = _DONE.fullmatch(text, begun, own.end)
    return None if done or own.end - begun < MIN_TITLE else (begun, own.end)


def _from_neighbours(words: Plain, parts: list[Piece], place: int, time: Time) -> tuple[str, str | None]:
    """Let a clause that is only a time date the next one, or the ones before it."""
    following = next((part for part in parts[place + 1 :] if not _LEANS.match(part.text)), None)
    if following is not None:
        return _trimmed(words, None, (following.start, following.end))
    begun = parts[0].start + numbering(parts[0].text)
    start = _shown(words.text, time)[0]
    closer = _CLOSER.search(words.text[begun:start])
    end = begun + closer.start() if closer else start
    if _LEANS.match(words.text[begun:end]):
        return "", None
    return _trimmed(words, (begun, end), None) if end > begun else ("", None)


def _trimmed(words: Plain, before: Place | None, after: Place | None) -> tuple[str, str | None]:
    before = _without_preposition(words.text, before)
    spans = [span for span in (before, after) if span]
    subject = acting_unit("".join(words.text[slice(*span)] for span in spans))
    unit, drop = subject or _asked(words.text, before) or ("", 0)
    shown = "".join(words.verbatim(*span) for span in spans)
    named = _parted(shown, len(unit))[0] or None
    return _clean(_parted(shown, drop)[1]), named


def _without_preposition(text: str, span: Place | None) -> Place | None:
    if span is None or text[span[0]] not in "在于请":
        return span
    return span[0] + 1, span[1]


def _asked(text: str, before: Place | None) -> tuple[str, int] | None:
    """Return the unit that is all that stands before a time: 各支部4月前…."""
    return lone_unit(text[slice(*before)]) if before else None


def _parted(shown: str, count: int) -> tuple[str, str]:
    """Part a text behind its first glyphs, not counting blanks."""
    seen = 0
    for place, glyph in enumerate(shown):
        if seen == count:
            return shown[:place], shown[place:]
        seen += not glyph.isspace()
    return (shown, "") if seen <= count and count else ("", shown)


def _clean(title: str) -> str:
    bare = _OPEN_BRACKET.sub("", _ASIDE.sub("", title).strip(_EDGES))
    if not any(glyph in bare for glyph in "（("):
        bare = bare.rstrip("）)")
    return _ENDINGS.sub("", bare).strip(_EDGES)
