"""Rectification items written as labelled paragraphs: 问题：… 整改措施：… 整改时限：…."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .clauses import is_chapter, numbering
from .draft import Draft
from .lines import Line
from .units import split_units

_PROBLEM = (
    r"(?:存在|突出|具体|主要)?(?:的)?问题(?:表现|描述|清单)?[一二三四五六七八九十\d]{0,2}"
    r"|整改(?:事项|项目|内容|问题|任务)"
)
_FIELDS = re.compile(
    rf"(?P<problem>{_PROBLEM})[:]|(?P<measure>(?:整改|改进|解决)?(?:措施|办法|举措))[:]"
    r"|(?P<time>(?:整改|完成|办结|解决)?(?:时限|期限|时间|日期))[:]"
    r"|(?P<units>(?:责任|牵头|整改|负责|配合)(?:部门|单位|科室|支部|处室))[:]"
    r"|(?P<people>(?:责任|分管|牵头|包保|整改)(?:院)?(?:领导|人|责任人))[:]"
    r"|(?P<other>整改目标|目标要求|完成情况|整改情况|进展情况|整改成效|整改结果|目前进展|备注|原因分析|来源)[:]"
)
_OPENING = re.compile(rf"(?:{_PROBLEM})[:]")
_MAX_LINES = 30
_EDGES = " 　。；;，,、\n\t"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The items found and the numbers of the lines they take."""

    items: tuple[Draft, ...]
    lines: frozenset[int]


def find_ledger(lines: Sequence[Line]) -> Ledger:
    """Read every labelled item of a document."""
    items: list[Draft] = []
    taken: set[int] = set()
    for item in _items(lines):
        draft = _draft(item)
        if draft is not None:
            items.append(draft)
            taken.update(line.number for line in item)
    return Ledger(tuple(items), frozenset(taken))


def _items(lines: Sequence[Line]) -> Iterator[list[Line]]:
    item: list[Line] = []
    for line in lines:
        words = line.plain.text
        if _OPENING.match(words, numbering(words)):
            yield item
            item = [line]
        elif item and (is_chapter(words) or len(item) > _MAX_LINES):
            yield item
            item = []
        elif item:
            item.append(line)
    yield item


def _draft(item: Sequence[Line]) -> Draft | None:
    """Draft an item that says at least what is wrong and one thing about mending it."""
    fields = _fields(item)
    if "problem" not in fields or len(fields.keys() - {"other"}) < 2:  # noqa: PLR2004
        return None
    title = "；".join(fields[name] for name in ("problem", "measure") if fields.get(name))
    units = split_units(fields.get("units") or fields.get("people") or "")
    return Draft(title, item[0].number, fields.get("time"), units=units)


def _fields(item: Sequence[Line]) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = "other"
    for line in item:
        words, begun = line.plain, numbering(line.plain.text)
        matches = list(_FIELDS.finditer(words.text, begun))
        bounds = [match.start() for match in matches] + [len(words.text)]
        _append(fields, name, words.verbatim(begun, bounds[0]))
        for match, end in zip(matches, bounds[1:], strict=True):
            name = match.lastgroup or "other"
            _append(fields, name, words.verbatim(match.end(), end))
    return fields


def _append(fields: dict[str, str], name: str, text: str) -> None:
    bare = text.strip(_EDGES)
    if bare:
        fields[name] = f"{fields[name]} {bare}" if fields.get(name) else bare
