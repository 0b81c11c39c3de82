"""The words of the calendar: each pattern reads one point or stretch of a year."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from .glyphs import number
from .model import Remark, remark

END = 0  # as a day: the last of its month
SAME = 0  # as a month: the one named before

DayOfYear = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Year:
    """How a year is written: in full, masked (××年), in relation (去年), or not at all."""

    value: int | None = None
    offset: int | None = None
    masked: bool = False
    follows: bool = False  # 次年: the year after the one before it in the sentence

    @property
    def is_silent(self) -> bool:
        return self == _SILENT


_SILENT = Year()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a year, from its first day to its last; the year may still be open."""

    first: DayOfYear | None
    last: DayOfYear | None
    year: Year = _SILENT
    weekday: int | None = None
    is_edge: bool = False  # 底: as the end of a range, or before 前, its last day
    is_festival: bool = False
    is_whole_month: bool = False
    is_whole_year: bool = False
    is_deadline: bool = False  # 年内: only its end counts
    is_relative: bool = False
    doubt: Remark | None = None

    @property
    def needs_month(self) -> bool:
        return self.first is not None and self.first[0] == SAME


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch and the place where its words end."""

    stretch: Stretch
    end: int


_CHINESE = "一二三四五六七八九十廿卅"
_SEPARATOR = r"(?:-{1,2}|[至到、,/或和及])"
_WEEKDAYS = "一二三四五六日"
_YEAR = re.compile(
    r"(?:(?P<full>(?:19|20)\d\d|[一二][〇零\d一二三四五六七八九]{3})年度?"
    r"|(?P<short>[0-3]\d)年(?=\d{1,2}月)"
    r"|(?P<mask>(?:(?:19|20)\d?)?[*×xX某□_]{1,4}年)"
    r"|(?P<relative>今年|本年度?|当年|去年|上年|前年|明年|来年)"
    r"|(?P<follows>次年|翌年|第二年|转年))(?:的)?,?"
)
_OFFSETS = {"去年": -1, "上年": -1, "前年": -2, "明年": 1, "来年": 1}
_MONTH = re.compile(
    r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元])"
    rf"(?:月份?|(?={_SEPARATOR}(?:\d{{1,2}}[、,]){{0,10}}(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月))"
)
_MASKED_MONTH = re.compile(r"[*×xX]{1,2}月(?:[*×xX\d]{1,2}日)?")
_PART = re.compile(
    r"(?P<days>[上中下](?:[、和及至到\-]?[上中下])?旬)|月?(?P<edge>[初底末])|中(?=[前至到\-,。;)]|$)"
)
_DAY = re.compile(
    rf"(?P<day>3[01]|[12]\d|0?[1-9]|[{_CHINESE}]{{1,3}})"
    rf"(?:[日号]|(?={_SEPARATOR}\d{{1,2}}[日号]))"
)
_WEEKDAY = re.compile(rf"\(?(?:周|星期|礼拜)(?P<weekday>[{_WEEKDAYS}天])\)?")
_CLOCK = re.compile(
    r"(?:[上下中]午|晚上?|早上|早晨|凌晨|全天)?"
    r"(?:\d{1,2}(?:[:.]\d{2}(?!\d)|[点时](?:半|整|\d{1,2}分?)?))?"
    r"(?:(?:-{1,2}|至|到)(?:[上下中]午|晚上?)?\d{1,2}(?:[:.]\d{2}(?!\d)|[点时](?:半|整|\d{1,2}分?)?)(?![\d日]))?"
)
_NUMERIC = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<mark>[./\-])(?P<month>1[0-2]|0?[1-9])(?!\d)"
    r"(?:(?P=mark)(?P<day>3[01]|[12]\d|0?[1-9])(?!\d))?(?! ?\d{1,2}:\d)"
)
_COMPACT = re.compile(r"(?P<year>20[0-3]\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)")
_QUARTER = re.compile(r"第?(?P<quarter>[一二三四1-4])季度(?P<edge>[初末底])?")
_HALF = re.compile(r"(?P<half>[上下])半年(?P<edge>[初末底])?")
_YEAR_EDGE = re.compile(r"年(?:(?P<edge>[初底末])|(?P<vague>[中终])(?=[前,。;:)]|$))|岁末")
_ALL_YEAR = re.compile(r"全年(?!级)|年(?P<inside>内)(?=[完建实达落予前。,;)]|$)")
_FESTIVALS = {
    "元旦": (1, 1), "三八": (3, 8), "妇女": (3, 8), "植树": (3, 12), "五一": (5, 1),
    "劳动": (5, 1), "五四": (5, 4), "青年": (5, 4), "护士": (5, 12), "六一": (6, 1),
    "七一": (7, 1), "建党": (7, 1), "八一": (8, 1), "建军": (8, 1), "医师": (8, 19),
    "教师": (9, 10), "国庆": (10, 1), "十一": (10, 1),
}  # fmt: skip
_MOVABLE = "春节|元宵|清明|端午|中秋|重阳|除夕|腊八"
_FESTIVAL = re.compile(
    rf"[“\"‘']?(?:(?P<fixed>{'|'.join(_FESTIVALS)})|(?P<movable>{_MOVABLE}))[”\"’']?节?(?:假期)?"
)
_NAMED_DAY = re.compile(  # 5月12日护士节前夕 is one time: the name only says the date again
    rf"[“\"]?(?:国际)?(?:{'|'.join(_FESTIVALS)})[”\"]?节(?=之?前|以前|前夕|期间|当[天日])"
)
_DAMAGED = re.compile(r"\d{3,8}[日号](?!\d)|\d{1,2}月(?=[日号])|(?:1[3-9]|[2-9]\d)月(?!\d)")

_NUMERAL = r"[一二三四五六七八九十两半\d]{1,2}"
_RELATIVE = re.compile(
    rf"(?:[本当]月|下个?月)(?:[初中底末]|[上中下]旬|{_NUMERAL}日)(?:之前|以前|前)?"
    rf"|(?:至少)?提前{_NUMERAL}个?(?:工作日|天|周|日|月)(?:左右)?"
    rf"|(?:之)?[前后]的?{_NUMERAL}个?(?:工作日|天|周|日|月)(?:之?内|左右)?"
    r"|(?:具体)?时间[^,。;:()]{0,16}(?:商定|待定|另行通知|另定|另行安排)"
)

_PARTS = {
    "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, END),
    "上中旬": (1, 20), "中上旬": (1, 20), "中下旬": (11, END), "下中旬": (11, END),
    "上下旬": (1, END),
}  # fmt: skip
_EDGES = {"初": (1, 10), "底": (21, END), "末": (21, END)}


def find_point(text: str, at: int, *, month_is_known: bool = False) -> Found | None:
    """Read the one point of time that begins exactly here; 下旬 alone needs a known month."""
    opening = _YEAR.match(text, at)
    if opening is None:
        found = _first_reading(text, at)
        return found or (_bare_part(text, at) if month_is_known else None)
    year = _year(opening)
    found = _first_reading(text, opening.end()) or _first_reading(text, opening.end() - 1)
    if found is not None and found.stretch.year.is_silent:
        return Found(replace(found.stretch, year=year), found.end)
    whole = Stretch((1, 1), (12, END), year, is_whole_year=True)
    return Found(whole, opening.end() - (text[opening.end() - 1] == ","))


def _first_reading(text: str, at: int) -> Found | None:
    for read in _READERS:
        found = read(text, at)
        if found is not None:
            return found
    return None


def _year(opening: re.Match[str]) -> Year:
    if opening["full"] or opening["short"]:
        value = number(opening["full"] or opening["short"])
        return Year(value if opening["full"] else 2000 + value)
    if opening["mask"]:
        return Year(masked=True)
    if opening["follows"]:
        return Year(follows=True)
    return Year(offset=_OFFSETS.get(opening["relative"], 0))


def _relative(text: str, at: int) -> Found | None:
    match = _RELATIVE.match(text, at)
    if match is None:
        return None
    doubt = remark("“{}”没有确定的日期，无法换算", match[0])
    return Found(Stretch(None, None, is_relative=True, doubt=doubt), match.end())


def _numeric(text: str, at: int) -> Found | None:
    match = _NUMERIC.match(text, at) or _COMPACT.match(text, at)
    if match is None:
        return None
    month, day = int(match["month"]), match["day"]
    first, last = (month, int(day or 1)), (month, int(day) if day else END)
    return Found(Stretch(first, last, Year(int(match["year"])), is_whole_month=not day), match.end())


def _damaged(text: str, at: int) -> Found | None:
    match = _DAMAGED.match(text, at)
    if match is None:
        return None
    doubt = remark("“{}”数字有缺损，看不出是哪一天", match[0])
    return Found(Stretch(None, None, doubt=doubt), match.end())


def _month(text: str, at: int) -> Found | None:
    match = _MONTH.match(text, at)
    if match is None:
        return _masked_month(text, at)
    month = number(match["month"])
    day = _day(text, match.end(), month)
    if day is not None:
        return day
    part = _PART.match(text, match.end())
    if part is not None:
        return Found(_part(part, month), part.end())
    return Found(Stretch((month, 1), (month, END), is_whole_month=True), match.end())


def _masked_month(text: str, at: int) -> Found | None:
    match = _MASKED_MONTH.match(text, at)
    if match is None:
        return None
    return Found(Stretch(None, None, doubt=remark("“{}”月份被隐去，无法换算成日期", match[0])), match.end())


def _day(text: str, at: int, month: int) -> Found | None:
    match = _DAY.match(text, at)
    if match is None:
        return None
    day = number(match["day"])
    end, weekday = match.end(), None
    named = _WEEKDAY.match(text, end)
    if named is not None:
        weekday, end = _WEEKDAYS.find(named["weekday"].replace("天", "日")), named.end()
    for more in (_CLOCK, _NAMED_DAY):
        follows = more.match(text, end)
        end = follows.end() if follows else end
    return Found(Stretch((month, day), (month, day), weekday=weekday), end)


def _part(part: re.Match[str], month: int) -> Stretch:
    days = re.sub("[、和及至到-]", "", (part["days"] or "").replace("旬", ""))
    if part["edge"]:
        first, last = _EDGES[part["edge"]]
        return Stretch((month, first), (month, last), is_edge=last == END)
    first, last = _PARTS.get(f"{days}旬", (1, END)) if days else (11, 20)
    return Stretch((month, first), (month, last))


def _bare_part(text: str, at: int) -> Found | None:
    """Read 下旬, 底 or 19日, whose month was named before."""
    day = _day(text, at, SAME)
    if day is not None:
        return day
    part = _PART.match(text, at)
    return Found(_part(part, SAME), part.end()) if part and part[0] != "中" else None


def _edged(first: int, last: int, edge: str | None) -> Stretch:
    """Read 二季度末 as the end of its last month, 初 as the beginning of its first."""
    if edge == "初":
        return Stretch((first, 1), (first, 10))
    if edge:
        return Stretch((last, 21), (last, END), is_edge=True)
    return Stretch((first, 1), (last, END))


def _quarter(text: str, at: int) -> Found | None:
    match = _QUARTER.match(text, at)
    if match is None:
        return None
    last = 3 * number(match["quarter"])
    return Found(_edged(last - 2, last, match["edge"]), match.end())


def _half(text: str, at: int) -> Found | None:
    match = _HALF.match(text, at)
    if match is None:
        return None
    first = 1 if match["half"] == "上" else 7
    return Found(_edged(first, first + 5, match["edge"]), match.end())


def _year_edge(text: str, at: int) -> Found | None:
    match = _YEAR_EDGE.match(text, at)
    if match is None:
        return None
    if match["edge"] == "初":
        return Found(Stretch((1, 1), (1, END), doubt=remark("“年初”按一月理解")), match.end())
    if match["vague"] == "中":
        return Found(Stretch(None, None, doubt=remark("“年中”没有确定的日期")), match.end())
    return Found(Stretch((12, 21), (12, END), is_edge=True), match.end())


def _all_year(text: str, at: int) -> Found | None:
    match = _ALL_YEAR.match(text, at)
    if match is None:
        return None
    whole = Stretch((1, 1), (12, END), is_whole_year=True, is_deadline=bool(match["inside"]))
    return Found(whole, match.end())


def _festival(text: str, at: int) -> Found | None:
    match = _FESTIVAL.match(text, at)
    if match is None:
        return None
    if match["movable"]:
        doubt = remark("“{}”每年日期不同，请填写具体日期", match["movable"])
        return Found(Stretch(None, None, doubt=doubt, is_festival=True), match.end())
    day = _FESTIVALS[match["fixed"]]
    return Found(Stretch(day, day, is_festival=True), match.end())


_READERS: tuple[Callable[[str, int], Found | None], ...] = (
    _relative, _numeric, _damaged, _month, _quarter, _half, _year_edge, _all_year, _festival,
)  # fmt: skip
