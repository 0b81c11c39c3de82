"""The names of those who are responsible, as the text spells them."""

import re

from .clauses import Piece
from .glyphs import Plain, fold, plain

_LABEL = re.compile(
    r"(?:主办|承办|牵头|责任|配合|协办|组织|负责|实施|参加)?(?:部门|单位|科室|领导|人|组织|主体)?[:]"
)
_SEPARATORS = "、,;\n\t/|"
_EMPTY = {"", "-", "--", "无", "/"}
_UNFINISHED = "、,;/及和与("
_KINDS = (
    "领导小组办公室|督导组|活动办公室|活动办|办公室|领导小组|工作组|党支部|各支部|支部|总支|党组|党办|院办|"
    "委员会|护理部|工会|妇委会|中心组|院班子|领导班子|班子成员|医院|科室|部门|单位|处室|"
    "[院局厅委]领导|委(?![员托派会])|[处科局部室办院组会]"
)
_DUTY = re.compile(
    r"由(?P<units>[^,。;:()由]{2,40}?)(?:具体|牵头|统一|共同|分别)?(?:负责|牵头|承办|组织实施|主办)"
)
_UNIT_LABEL = re.compile(
    r"(?:责任|牵头|承办|主办|负责|组织|实施|落实|配合|协办|主管|参与)(?:和?(?:责任|牵头|配合|落实))?"
    r"(?:部门|单位|科室|处室|支部|领导|人|主体)(?:[:]|为)"
    r"(?P<units>[^。;()\n]{2,60}?)(?=[。;()]|$|,?[^,。;]{0,6}(?:时间|时限|期限|单位|部门|领导|责任人|配合|人)[:])"
)
_UNIT = rf"[^,。;:()《》“”、要将应须在于对把]{{0,14}}?(?:{_KINDS})"
# A clause that begins with what is done names no unit: 召开领导班子对照检查会.
_DOING = (
    r"(?!召开|组织(?![人部科处])|开展|举[办行]|成立|完成|制[定订]|撰写|参加|邀请|[印下]发|通报|征求|形成|建立|"
    r"听取|深入|加强|坚持|实行|推行|做到|保证|确保|落实|汇总|梳理|学习|到|赴|与|和|由|以|从|向|请)"
)
_UNITS = rf"{_DOING}(?P<unit>(?:{_UNIT}、){{0,4}}{_UNIT})"
_SUBJECT = re.compile(
    rf"{_UNITS}(?:(?:副?(?:组长|书记|院长|主任|局长|处长|科长|主席))\w{{0,5}})?"
    r"(?P<modal>要|将|应当?|须|需要?|负责|拟|可)?(?:认真|及时|分别|统一|集中|先后|具体|再次|要|立即)?"
    r"(?=组织|召开|开展|举办|举行|进行|制定|制订|撰写|完成|对|集中|参加|成立|开|做|抓|印发|通报|安排|研究|实施|派|"
    r"邀请|到|来|赴|深入|向|梳理|落实|牵头|报送|上报|汇总|形成|发放|征求|学习|开设|设立|建立|于|"
    r"通过|采取|结合|围绕|相互|谈心|上交|提交|提出|修订|新增|优化|推行|每|走访|督查|检查|总结|编印|公布|公示|改造)"
)
_LONE = re.compile(rf"{_UNITS}(?:要|将|应当?|须|拟|可)?")


def split_units(text: str) -> tuple[str, ...]:
    """Split a cell at 、 and its kin; brackets and the words of a name stay as they are."""
    names, name, depth = [], "", 0
    for glyph, folded in zip(_unwrapped(text), fold(_unwrapped(text)), strict=True):
        depth += (folded == "(") - (folded == ")")
        if folded in _SEPARATORS and depth <= 0:
            names.append(name)
            name = ""
        else:
            name += glyph
    return tuple(dict.fromkeys(clean for clean in map(_clean, [*names, name]) if clean not in _EMPTY))


def _unwrapped(text: str) -> str:
    """Undo line breaks in the middle of a list: a line that ends in 、 goes on."""
    joined = ""
    for part in text.split("\n"):
        goes_on = joined.endswith(tuple(_UNFINISHED)) or len(part.strip()) == 1
        joined = part if not joined else joined + ("" if goes_on else "\n") + part.strip()
    return joined


def _clean(name: str) -> str:
    stripped = name.strip(" 　。；;，,.:：")
    label = _LABEL.match(plain(stripped).text)
    if label is None:
        return stripped
    return plain(stripped).verbatim(label.end(), len(plain(stripped).text))


def labelled_units(words: Plain, sentence: Piece | None = None) -> tuple[str, ...]:
    """Return the names after 责任单位：, or in 由X负责 within the sentence."""
    names = [
        name
        for match in _UNIT_LABEL.finditer(words.text)
        for name in split_units(words.verbatim(*match.span("units")).strip(" ，,"))
    ]
    start, end = (sentence.start, sentence.end) if sentence else (0, len(words.text))
    duty = None if names else _DUTY.search(words.text, start, end)
    if duty is not None:
        names.extend(split_units(words.verbatim(*duty.span("units"))))
    return tuple(dict.fromkeys(names))


def only_labels(words: Plain) -> bool:
    """Tell a line that does nothing but name who is responsible."""
    return _UNIT_LABEL.match(words.text.lstrip("(")) is not None


def acting_unit(words: str) -> tuple[str, int] | None:
    """Return the unit that acts at the head of a clause, and where the act begins.

    The act begins after 要 or 将; without one the unit stays part of the title.
    """
    subject = _SUBJECT.match(words)
    if subject is None:
        return None
    return subject["unit"], subject.end() if subject["modal"] else 0


def lone_unit(words: str) -> tuple[str, int] | None:
    """Return the unit if these words are nothing else; it stays part of the title."""
    match = _LONE.fullmatch(words)
    return (match["unit"], 0) if match else None
