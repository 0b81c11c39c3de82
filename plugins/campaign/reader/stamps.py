"""Lines that carry a date without planning anything: page stamps, signatures, issue lines."""

import re
from dataclasses import dataclass
from datetime import date

from .clauses import is_numbered
from .dates import resolve
from .lines import Line
from .times import find_times

_PAGE_STAMP = re.compile(
    r"发布(?:时间|日期|者|人|机构)?[:]|发表(?:时间|日期|于)|更新(?:时间|日期)|上传(?:时间|日期)|来源[:]|"
    r"(?:浏览|点击|阅读|访问)(?:次数|量|数|率)?[:\d(]|字号|编辑[:]|责任编辑|作者[:]|打印本页|下载次数|版权所有|"
    r"信息来源|索引号|(?:19|20)\d\d[\-/.年]\d{1,2}[\-/.月]\d{1,2}日?\s?\d{1,2}:\d\d"
)
_PAGE_FURNITURE = re.compile(
    r"-{0,3}\d{1,3}-{0,3}|第\d{1,3}页(?:,?共\d{1,3}页)?|https?://\S{1,200}|file:///\S{1,200}"
)
_FILLED_IN = re.compile(r"(?:填报|填表|编制|制表|更新|报送|打印|统计)(?:时间|日期)[:]")
_ISSUED = re.compile(r"印发\s{0,9}$|(?:共印|印)\d{1,6}份")
_SIGNED_DATE = re.compile(
    r"\(?(?P<date>(?:(?:19|20)\d\d|[一二][〇零0-9一二三四五六七八九]{3})年\d{1,2}月\d{1,2}日"
    r"|[一二][〇零0-9一二三四五六七八九]{3}年[一二三四五六七八九十元]{1,2}月[一二三四五六七八九十]{1,3}日"
    r"|(?:19|20)\d\d年\d{1,2}月)\)?"
)
_SIGNER = re.compile(
    r"(?:(?:填报|编制|制表|填表)时间[:]|(?:填报|编制|制表|填表)?(?:单位|部门|科室|日期|人)[:])?"
    r"(?:[^,。;:《》\d()]{0,40}(?:医院|委员会|[局处科院室部厅府校司站]|小组|党委|党组|支部|中心|工会|总支)|[^,。;:《》\d()]{0,4})"
)
_MAX_STAMP, _MAX_SIGNED = 120, 60


def is_page_stamp(line: Line) -> bool:
    """Tell a web page's own time stamp, which says nothing about the document."""
    words = line.plain.text
    return len(words) <= _MAX_STAMP and _PAGE_STAMP.search(words) is not None


def is_furniture(line: Line) -> bool:
    """Tell what a page break leaves between two lines: a page number, an address, a page stamp.

    A bare number is furniture only beside a dash or an address: alone it may be a cell.
    """
    words = line.plain.text
    is_mark = _PAGE_FURNITURE.fullmatch(words) is not None and not words.isdecimal()
    return is_mark or is_page_stamp(line)


def is_issue(line: Line) -> bool:
    """Tell the line at the foot of an official paper: 党委办公室 2014年2月25日印发."""
    words = line.plain.text
    return len(words) <= _MAX_SIGNED and _ISSUED.search(words) is not None


@dataclass(frozen=True, slots=True)
class Signature:
    """The date under a paper, and how its evidence is shown."""

    day: date
    shown: str


def signature(line: Line) -> Signature | None:
    """Read a signature or issue line."""
    words = line.plain.text
    if is_numbered(words) or len(words) > _MAX_SIGNED or is_page_stamp(line):
        return None
    match = _SIGNED_DATE.search(words)
    if match is None or not _is_signature(words, match, issued=is_issue(line)):
        return None
    time = next(find_times(match["date"]), None)
    day = resolve(time, year=None).start if time else None
    if day is None:
        return None
    in_month = f"{day.year}年{day.month}月"
    return Signature(day, f"{in_month}{day.day}日" if "日" in match["date"] else in_month)


def _is_signature(words: str, match: re.Match[str], *, issued: bool) -> bool:
    if issued:
        return True
    if match.end() < len(words):
        return False
    signer = words[: match.start()].replace("\t", "")
    return _SIGNER.fullmatch(signer) is not None and (not signer or match[0][0] != "(")


def plans_nothing(line: Line) -> bool:
    """Tell any line whose date must not become an activity."""
    return is_furniture(line) or is_issue(line) or _is_filled_in(line) or signature(line) is not None


def _is_filled_in(line: Line) -> bool:
    """Tell the line over a form that says when it was filled in."""
    words = line.plain.text
    return len(words) <= _MAX_SIGNED and _FILLED_IN.search(words) is not None
