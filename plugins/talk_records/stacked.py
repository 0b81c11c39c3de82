"""A table that was copied with one cell a line, put together again before it is read."""

import re
from collections.abc import Iterable, Iterator, Sequence

from plugins.talk_records.annexes import HEADINGS, NAME, POST, Row, may_be_a_name, rows_of

NUMBERS = {"序号", "编号", "号"}
OTHERS = {"性别", "备注", "单位", "科室", "部门", "联系电话", "电话", "手机", "政治面貌", "职称"}
HEADS = {word: key for key, words in HEADINGS.items() for word in words}
KNOWN = {*HEADS, *NUMBERS, *OTHERS}
ROLES = re.compile(r"(?:第一|常务)?副?组长|成员")


def read_rows(lines: Iterable[str]) -> list[Row]:
    """Everybody the lines name, whether a row of a table fills one line or each of its cells does."""
    return rows_of(in_rows([line for line in lines if line.strip()]))


def in_rows(lines: Sequence[str]) -> list[str]:
    """The lines; what stands under headings that fill a line each becomes rows with tabs."""
    first = next((n for n in range(len(lines)) if "name" in _keys(_heads(lines[n:]))), None)
    if first is None:
        return list(lines)
    heads = _heads(lines[first:])
    cells = [line.strip() for line in lines[first + len(heads) :]]
    rows = [_placed(row, heads) for row in _people(cells, heads)]
    return [*lines[:first], *("\t".join(row) for row in [heads, *rows])]


def _heads(lines: Sequence[str]) -> list[str]:
    """The headings the lines begin with; one alone heads nothing."""
    words = ["".join(line.split()) for line in lines]
    number = next((n for n, word in enumerate(words) if word not in KNOWN), len(words))
    return words[:number] if number > 1 else []


def _keys(heads: Sequence[str]) -> set[str]:
    return {HEADS[head] for head in heads if head in HEADS}


def _people(cells: list[str], heads: Sequence[str]) -> Iterator[list[str]]:
    """The cells of each person, without their number."""
    starts = [n for n in range(len(cells)) if _begins(cells, n, heads)]
    for start, end in zip(starts, [*starts[1:], len(cells)], strict=True):
        row = cells[start:end]
        yield [cell for cell in row if not cell.rstrip(".、．").isdecimal()]


def _begins(cells: Sequence[str], place: int, heads: Sequence[str]) -> bool:
    """Here stands a name, and behind it what the table says of the person."""
    words = "".join(cells[place].split())
    if not re.fullmatch(NAME, words) or not may_be_a_name(words):
        return False
    behind = cells[place + 1] if place + 1 < len(cells) else ""
    says_post = {"duty", "role"} & _keys(heads)
    return not says_post or bool(POST.search(behind) or ROLES.fullmatch(behind))


def _placed(row: Sequence[str], heads: Sequence[str]) -> list[str]:
    """A full row stands as it is, lines beyond it in its last cell; of another each cell says what it is."""
    wanted = [head for head in heads if head not in NUMBERS]
    if len(row) >= len(wanted):
        last = len(wanted) - 1
        found = dict(zip(wanted, [*row[:last], "；".join(row[last:])], strict=True))
        return [found.get(head, "") for head in heads]
    said = {"name": row[0]} | {_kind(cell): cell for cell in reversed(row[1:])}
    return [said.get(HEADS.get(head, ""), "") for head in heads]


def _kind(cell: str) -> str:
    if ROLES.fullmatch(cell):
        return "role"
    return "duty" if POST.search(cell) else "work"
