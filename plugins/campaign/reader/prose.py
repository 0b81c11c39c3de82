"""Dated acts, duties and rectifications told outside tables, heading by heading."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from .acts import Act, act_of
from .clauses import Piece, in_title, is_chapter, is_numbered, numbering, sentences
from .draft import Draft
from .glyphs import Plain
from .lines import Line
from .model import remark
from .notices import bare_time, subject_of
from .recurring import recurring_time
from .times import Time, find_times
from .units import labelled_units, only_labels
from .vocabulary import names_no_day

_CITED_BEFORE = re.compile(r"(?:根据|按照|依据|遵照|贯彻|落实|依照|学习)[^,。;]{0,20}$")
_CITED_AFTER = re.compile(
    r"[^,。;]{0,14}(?:印发|下发|颁布|颁发|出台|发布|公布|修订|通过|实施|施行|签发)(?:的|了?《)|号|第\d|版|生(?!产)|出生|(?:正式)?(?:施行|生效)|,?(?:被|荣)?(?:更名|评为|获得|荣获|获评|通过三|通过二)|"
    r"(?:参加工作|入党|毕业|建院|成立|创建|始建|建成|挂牌)(?!领导|工作|专项|机构|督)|[^,。;]{0,6}级"
)
_HISTORY = re.compile(
    r"(?:始建|成立|创建|建院|建立|组建|落成|启用|挂牌|建成|改建|更名|评为|搬迁|扩建)[^,。;]{0,6}$"
)
_SPIRIT = re.compile(r"[^,。;]{0,30}(?:精神|要求|讲话)(?:[,。;]|$)")
_STATISTIC = re.compile(
    r"截[至止](?!时间|日期)|同比|环比|较上年|比上年|比去年|较去年|与去年|上年同期|去年同期|统计|"
    r"[\d.][亿万]元|万人次|门诊量达|业务收入"
)
_CENTRAL = re.compile(r",?(?:党中央|中央|中共中央|国务院|习近平|总书记|全国)")
_TIME_ONLY = re.compile(r"(?:工作|主要|重点|活动|学习|具体){0,9}(?:安排|计划|任务|重点|要点|内容|工作)?[:]?")
_WHEN = re.compile(r"(?:活动|时间|实施|起止|总体)?(?:时间|时限|步骤|进度|日程)(?:安排|步骤|要求|进度|节点)?")
_LEDGER = re.compile(r"[^。;:,]{0,40}?(?:问题|整改)[^。;:,]{0,6}(?:清单|台账|任务表|明细表?)$")
_DEADLINE = re.compile(r"(?:完成|整改|办结|解决|落实)(?:时限|期限|时间)(?:要求)?[:](?P<when>[^。;\n]{2,30})")
_MAX_HEADING, _MAX_ITEM = 60, 150
_MOST_ACTS = 60  # of one paragraph: far above any plan
_MORE_ACTS = remark("这一段写了很多时间，只读了前{}处，请核对", _MOST_ACTS)


@dataclass(slots=True)
class _Block:
    """A heading, the lines under it, and the time it gives them all."""

    heading: str = ""
    when: Draft | None = None
    acts: list[Act] = field(default_factory=list)
    units: tuple[str, ...] = ()
    line: int = 0
    stated: str | None = None  # 完成时限：立行立改, a time without a day
    bare: Draft | None = None  # 时间：4月18日, a time without an act
    subject: str = ""
    is_ledger: bool = False
    is_titled_ledger: bool = False  # by the paper's own title: all its chapters are

    def told(self) -> Iterator[Act]:
        """Give the units named under the heading to every act that names none."""
        for act in self._whole() or self.acts:
            draft = replace(act.draft, units=act.draft.units or self.units)
            yield Act(draft, is_rectification=act.is_rectification or self.is_ledger)

    def _whole(self) -> list[Act]:
        """Make one act of a block that has only labels: its title, its units, its time."""
        if self.bare is not None and self.subject:
            return [Act(replace(self.bare, title=self.subject)), *self.acts]
        if not self.acts and self.heading and (self.units or self.stated):
            return [Act(Draft(self.heading, self.line, self.stated))]
        return []


@dataclass(frozen=True, slots=True)
class Setting:
    """What the lines belong to: a title for a bare 时间：, and whether they only look back."""

    topic: str = ""
    looks_back: bool = False


_PLAIN = Setting()


def tell(lines: Sequence[Line], taken: set[tuple[int, int]], setting: Setting = _PLAIN) -> Iterator[Act]:
    """Tell every act in these lines; times already taken by phases are passed over."""
    block = _Block(subject=setting.topic)
    for line in [line for line in lines if not line.is_blank]:
        when, bare = _time_heading(line), _bare_time(line, taken, block)
        is_numbered_line = is_numbered(line.plain.text)
        if when is not None and says_when(block.heading) and not is_numbered_line:
            block.acts.append(Act(replace(when, title=setting.topic or block.heading)))
            continue
        if when or bare or is_numbered_line:
            yield from block.told()
            block = _next_block(block, line, when)
        if bare is not None:
            block.bare, block.heading, block.subject = bare, "", setting.topic
        elif when is None:
            _read_line(block, line, taken, setting)
    yield from block.told()


def _bare_time(line: Line, taken: set[tuple[int, int]], block: _Block) -> Draft | None:
    """Read a labelled time that no heading names an act for."""
    if block.heading and not is_numbered(line.plain.text):
        return None
    bare = bare_time(line)
    is_taken = bare is not None and bare.time is not None and (line.number, bare.time.start) in taken
    return None if is_taken else bare


def _next_block(block: _Block, line: Line, when: Draft | None) -> _Block:
    words = line.plain
    begun = numbering(words.text)
    first = next(sentences(words.text[begun:]), None)
    heading = _bare(words.verbatim(begun, begun + first.end)) if first else ""
    kept = when or (None if is_chapter(words.text) else block.when)
    is_chapter_line = is_chapter(words.text)
    is_ledger = (
        block.is_titled_ledger
        or (is_chapter_line and _LEDGER.search(words.text) is not None)
        or (block.is_ledger and not is_chapter_line)
    )
    return _Block(
        heading, kept, line=line.number, is_ledger=is_ledger, is_titled_ledger=block.is_titled_ledger
    )


_ASSIGNED = re.compile(r"[，,]?由[^，,]{2,30}(?:负责|牵头)$")


def _bare(heading: str) -> str:
    bare = _ASSIGNED.sub("", heading.strip(" ：:，,、"))
    return bare if len(bare) <= _MAX_HEADING else ""


def _time_heading(line: Line) -> Draft | None:
    """Read a line that is only a time, such as 三月份：, which dates the items below it."""
    words = line.plain
    begun = numbering(words.text)
    time = next(find_times(words.text[begun:]), None)
    if time is None or time.start > 0 or not time.names_a_month or time.is_relative:
        return None
    if _TIME_ONLY.fullmatch(words.text, begun + time.end) is None or line.cells:
        return None
    shown = words.verbatim(begun, begun + time.end)
    return Draft("", line.number, shown, replace(time, words=shown))


def _read_line(block: _Block, line: Line, taken: set[tuple[int, int]], setting: Setting) -> None:
    words = line.plain
    if not is_numbered(words.text) and _LEDGER.fullmatch(words.text):
        block.is_ledger = block.is_titled_ledger = True
    block.subject = block.subject or subject_of(line)
    block.stated = block.stated or _stated(words)
    own = _bounded(_acts(line, taken, block, setting))
    block.acts.extend(own)
    if not own and block.when is not None and len(words.text) <= _MAX_ITEM:
        block.acts.extend(_item(block.when, line))
    elif only_labels(words) or not own:
        block.units = block.units or labelled_units(words)


def _bounded(acts: Iterator[Act]) -> list[Act]:
    """Take so many acts of a paragraph, and let the last one tell that there were more."""
    own = list(islice(acts, _MOST_ACTS))
    if len(own) == _MOST_ACTS and next(acts, None) is not None:
        last = own.pop()
        draft = replace(last.draft, doubts=(*last.draft.doubts, _MORE_ACTS))
        own.append(replace(last, draft=draft))
    return own


def _item(when: Draft, line: Line) -> Iterator[Act]:
    """Yield an item that takes the time of the heading over it."""
    words = line.plain
    begun = numbering(words.text)
    title = words.verbatim(begun, len(words.text)).strip(" 。；;")
    if len(title) > 1:
        yield Act(replace(when, title=title, line=line.number, units=labelled_units(words)))


def _stated(words: Plain) -> str | None:
    """Return a labelled deadline that names no day: 完成时限：立行立改，长期坚持."""
    match = _DEADLINE.search(words.text)
    if match is None or not names_no_day(match["when"]):
        return None
    has_day = next(find_times(match["when"]), None) is not None
    return None if has_day else words.verbatim(*match.span("when"))


def _acts(line: Line, taken: set[tuple[int, int]], block: _Block, setting: Setting) -> Iterator[Act]:
    words = line.plain
    for sentence in _whole_items(words.text):
        is_heading = sentence.start == 0 and line.number == block.line
        heading = "" if is_heading else block.heading
        times = list(_own_times(words.text, sentence, taken, line.number))
        again = None if setting.looks_back else recurring_time(words.text, sentence)
        for time in times or ([again] if again else []):
            act = act_of(line, sentence, time, heading)
            if act is not None:
                yield act


def _whole_items(text: str) -> Iterator[Piece]:
    """Cut a line into sentences, but keep 一月份：检查；慰问 in one."""
    time = next(find_times(text[numbering(text) :]), None)
    begun = numbering(text) + time.end if time is not None and time.start == 0 else 0
    rest = text[begun:].split("。", maxsplit=1)[0]
    if not begun or not rest.startswith(":") or next(find_times(rest), None) is not None:
        yield from sentences(text)
        return
    end = begun + len(rest)
    yield Piece(0, end, text[:end])
    yield from (replace(p, start=p.start + end, end=p.end + end) for p in sentences(text[end:]))


def _own_times(text: str, sentence: Piece, taken: set[tuple[int, int]], line: int) -> Iterator[Time]:
    skipped = sentence.start + numbering(sentence.text)
    for time in find_times(text[skipped : sentence.end]):
        placed = replace(time, start=skipped + time.start, end=skipped + time.end)
        if (line, placed.start) not in taken and _plans(text, sentence, placed):
            yield placed


def _plans(text: str, sentence: Piece, time: Time) -> bool:
    """Refuse times of citations, history and statistics, and years with no month."""
    if not time.names_a_month or time.is_since or in_title(text, time.start):
        return False
    if time.is_festival and not time.has_tail:
        return False
    before, after = text[sentence.start : time.start], text[time.end : sentence.end]
    if (
        _CITED_BEFORE.search(before)
        or _HISTORY.search(before)
        or _CITED_AFTER.match(after)
        or counts(sentence.text)
    ):
        return False
    return not (before and _SPIRIT.match(after)) and _CENTRAL.match(after) is None


def counts(words: str) -> bool:
    """Tell words that count or compare instead of planning."""
    return _STATISTIC.search(words) is not None


def says_when(heading: str) -> bool:
    """Tell a heading that announces the time of the whole campaign: 时间安排."""
    return _WHEN.fullmatch(heading) is not None
