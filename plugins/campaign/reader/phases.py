"""The phases of a campaign: headings with 环节 or 阶段, or those that 分三个环节 announces."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .clauses import is_numbered, numbering, numbering_style
from .draft import Draft
from .lines import Line
from .times import Time, find_times

_ORDINAL = (
    r"(?:第[一二三四五六七八九十\d]{1,2}个?(?:阶段|环节|步骤?)"
    r"|(?:阶段|步骤|环节)[一二三四五六七八九十\d]{1,2})"
)
_ORDERED = re.compile(
    rf"(?P<title>{_ORDINAL}(?P<name>[:,、\-]{{0,2}}(?:\([^()]{{0,60}}\))?[:,、\-]{{0,2}}(?:为)?[^,。;:()]{{0,36}}))"
)
_SUFFIXED = re.compile(
    r"(?P<title>[^。;:()]{0,36}?(?:阶段|环节)(?!工作|性|中|后|的|前|,|要|各|应|将|为|与))(?=$|[。:;(\-])"
)
_CLASSIC = re.compile(
    r"(?P<title>学习教育[、,]?听取意见|查摆问题[、,]?开展批评|整改落实[、,]?建章立制|学习调研|分析检查|整改落实|学习动员|分析评议|整改提高"
    r"|学习培训[、,]?思想发动)(?=$|[。:;(\-])"
)
_BARE_HEADING = re.compile(r"(?P<title>[^。;:(]{2,36})(?=$|[。:;(])")
_NOT_A_PHASE = re.compile(
    r"(?:各|各个|每个|每一|几个|两个|三个|四个|五个|六个|多个|所有|关键|重点|重要|薄弱|主要|基本|中心|服务|诊疗|工作|就医|就诊|"
    r"管理|流程|规定|核心|相关|此|本|该|这一|下一|上一|一个|现|现在|初级|新|操作|监管|采购|审批)(?:的)?(?:阶段|环节)|"
    r"不分|不划|不设|进入|转入|方法步骤|转段|贯穿|贯通|把握|衔接"
)
_WEAK_VERB = re.compile(
    r"(?:认真|扎实|切实|精心|全面)?(?:抓好|搞好|做好|抓住|抓|突出|强化|优化|严把|注重|完善|改进|落实好)"
)
_CAMPAIGN_WORD = re.compile(
    r"学习|查摆|整改|分析|动员|调研|准备|总结|宣传|自查|评议|提高|实施|部署|检查|建章|启动|巩固|教育|征求|听取|批评|验收|推进"
)
_COUNT = re.compile(r"(?P<count>[二两三四五六2-6])个(?:环节|阶段|步骤)")
_DIGITS = {"二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_TIME_LABEL = re.compile(
    r"(?:活动|实施|具体|起止|安排|阶段|完成|总体)?(?:时间|日期)(?:安排|节点)?(?:大致|大约|约)?(?:为|是|从(?=\d)|[:]){1,9}"
)
_ORDINAL_HEAD = re.compile(_ORDINAL)
_SPARE = "。:;,-( "
_MAX_TITLE, _MIN_TITLE = 40, 3
_MAX_HEADING = 70
_REACH = 80  # lines after 分三个环节 in which its headings are looked for


@dataclass(frozen=True, slots=True)
class Heading:
    """A phase heading: its draft, its line, and the place of the time it uses up."""

    draft: Draft
    place: int
    is_weak: bool = False
    taken: tuple[int, int] | None = None


def find_headings(lines: Sequence[Line]) -> list[Heading]:
    """Every phase that has a heading, once, with the time its heading or first words give."""
    return _headings(lines, set()) or _headings(lines, _announced(lines))


def _headings(lines: Sequence[Line], announced: set[int]) -> list[Heading]:
    found: dict[str, Heading] = {}
    for place in range(len(lines)):
        heading = _heading(lines, place, is_announced=place in announced)
        if heading is not None:
            _keep(found, heading)
    headings = sorted(found.values(), key=lambda heading: heading.place)
    strong = any(not heading.is_weak for heading in headings)
    return headings if strong or len(headings) > 1 else []


def _keep(found: dict[str, Heading], heading: Heading) -> None:
    """Keep the first of two headings of one phase, unless only the second is dated."""
    key = _key(heading.draft.title)
    known = found.get(key)
    if known is None:
        found[key] = heading
    elif known.draft.time is None and heading.draft.time is not None:
        found[key] = replace(heading, place=known.place)


def _key(title: str) -> str:
    """Two spellings of one phase: 第一阶段：学习动员 and 学习动员阶段."""
    core = re.sub(r"阶段|环节|步骤|[、,，:：()（）“”\s]", "", _ORDINAL_HEAD.sub("", title))
    return core or title


def _announced(lines: Sequence[Line]) -> set[int]:
    """Find the headings that 分三个环节 announces: the next three numbered alike."""
    places: set[int] = set()
    for start, line in enumerate(lines):
        count = _COUNT.search(line.plain.text)
        if count is None:
            continue
        wanted = _DIGITS.get(count["count"]) or int(count["count"])
        places |= _next_alike(lines, start, wanted)
    return places


def _next_alike(lines: Sequence[Line], start: int, wanted: int) -> set[int]:
    style, found = None, []
    for place in range(start + 1, min(start + _REACH, len(lines))):
        own = numbering_style(lines[place].plain.text)
        if own is None or (style is not None and own > style):
            continue
        if style is not None and own < style:
            break
        style = own
        found.append(place)
    return set(found) if len(found) == wanted and _are_short(lines, found) else set()


def _are_short(lines: Sequence[Line], places: list[int]) -> bool:
    return all(_BARE_HEADING.match(lines[p].plain.text, numbering(lines[p].plain.text)) for p in places)


def _heading(lines: Sequence[Line], place: int, *, is_announced: bool) -> Heading | None:
    line = lines[place]
    match = _matched(line.plain.text, is_announced=is_announced)
    if match is None:
        return None
    time, time_line = _time_of(lines, place, match)
    title = _title_of(line, match)
    if not _MIN_TITLE <= len(title) <= _MAX_TITLE:
        return None
    is_weak = _WEAK_VERB.match(match["title"]) is not None
    if time is None or time_line is None:
        return Heading(Draft(title, line.number), place, is_weak)
    shown = time_line.plain.verbatim(time.start, time.end)
    draft = Draft(title, line.number, shown, replace(time, words=shown))
    return Heading(draft, place, is_weak, (time_line.number, time.start))


def _matched(words: str, *, is_announced: bool) -> re.Match[str] | None:
    begun = numbering(words)
    is_alone = begun > 0 or len(words) <= _MAX_HEADING
    ordered = _ORDERED.match(words, begun)
    if ordered is not None and _may_open(words, ordered):
        return ordered
    classic = _CLASSIC.match(words, begun)
    if classic is not None and begun > 0:
        return classic
    suffixed = _SUFFIXED.match(words, begun)
    if suffixed is not None and is_alone and _is_named(suffixed["title"]):
        return suffixed
    return _BARE_HEADING.match(words, begun) if is_announced else None


def _may_open(words: str, match: re.Match[str]) -> bool:
    """第一阶段 heads its paragraph; 第一环节规定性动作全部到位 only speaks of it."""
    name = match["name"]
    is_short = len(words) <= _MAX_HEADING
    return _NOT_A_PHASE.search(name) is None and (
        is_short or name[:1] in ":,(-、为" or words[match.end() : match.end() + 1] in "。:("
    )


def _is_named(title: str) -> bool:
    has_time = next(find_times(title), None) is not None
    is_phase = _NOT_A_PHASE.search(title) is None and _CAMPAIGN_WORD.search(title) is not None
    return is_phase and not has_time and "," not in title


def _title_of(line: Line, match: re.Match[str]) -> str:
    """Return the heading without its time and its empty brackets."""
    start, end = match.span("title")
    title = line.plain.verbatim(start, end)
    time = _first_time(line.plain.text, start, end)
    if time is not None:
        title = title.replace(line.plain.verbatim(time.start, time.end), "")
    title = re.sub(r"[（(][^（）()]{0,6}[）)]", "", title)
    return title.strip(" ：:,，、-—（(")


def _time_of(lines: Sequence[Line], place: int, match: re.Match[str]) -> tuple[Time | None, Line | None]:
    """Look for the time in the heading, at the head of what follows it, then one line down."""
    line = lines[place]
    words = line.plain.text
    bracket = words.find(")", match.end("title")) + 1 if words[match.end("title") :][:1] == "(" else 0
    time = _first_time(words, match.start("title"), max(bracket, match.end("title")))
    time = time or _opening_time(words, match.end("title"))
    if time is not None:
        return time, line
    below = next((other for other in lines[place + 1 : place + 3] if not other.is_blank), None)
    if below is None or match.end("title") < len(words.rstrip(_SPARE)) or is_numbered(below.plain.text):
        return None, None
    return _opening_time(below.plain.text, 0), below


def _first_time(words: str, start: int, end: int) -> Time | None:
    """Return the first time inside these words, told from a bare festival."""
    inside = (t for t in find_times(words) if start <= t.start and t.end <= end)
    return next((t for t in inside if t.names_a_month), None)


def _opening_time(words: str, start: int) -> Time | None:
    """Read a time that opens the text after a heading: 从2月到4月, 时间：2月—4月."""
    begun = start
    while begun < len(words) and words[begun] in _SPARE:
        begun += 1
    label = _TIME_LABEL.match(words, begun)
    begun = label.end() if label else begun
    ends = [place for mark in "。;" if (place := words.find(mark, begun)) >= 0]
    end = min(ends, default=len(words))
    time = next((t for t in find_times(words) if begun <= t.start <= begun + 1 and t.end <= end), None)
    if time is None or not time.names_a_month:
        return None
    is_range = len(time.stretches) > 1 or (time.has_tail and not time.only_end)
    return time if label or is_range or time.end == end else None


def listed(lines: Sequence[Line]) -> Iterator[Draft]:
    """Read 分学习调研、分析检查、整改落实三个阶段进行 where no phase has a heading."""
    for line in lines:
        for pattern in (_LISTED_BEFORE, _LISTED_AFTER):
            for match in pattern.finditer(line.plain.text):
                names = _names(match["names"])
                if names:
                    yield from (Draft(name, line.number) for name in names)
                    return


_LISTED_BEFORE = re.compile(
    r"(?:分为?|按照?|划分为?|包括|经过|设)(?P<names>[^。;:]{4,80}?)(?:等)?(?:[二两三四五六2-6]个)(?:阶段|环节|步骤)"
)
_LISTED_AFTER = re.compile(
    r"(?:[二两三四五六2-6]个(?:阶段|环节|步骤)),?(?:进行|即|分别是|分别为|为)?[:,]{0,2}(?:即|分别是)?(?P<names>[^。;]{4,120})"
)
_LONGEST_NAME, _SHORTEST_NAME = 14, 4


def _names(words: str) -> list[str]:
    separator = "," if "," in words else "、"
    names = [re.sub(r"(?:阶段|环节)$", "", name.strip("“”和及与的、")) for name in words.split(separator)]
    fits = all(_SHORTEST_NAME <= len(name) <= _LONGEST_NAME and _CAMPAIGN_WORD.search(name) for name in names)
    return names if fits and len(names) > 1 else []
