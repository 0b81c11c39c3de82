"""Copied tables without cells: tabs, columns held apart by blanks, or one cell a line."""

import re
from collections.abc import Sequence

from .glyphs import fold, plain
from .headers import Role, roles_of
from .lines import Line
from .times import find_times

_WIDE_GAP = re.compile(r" {2,999}|\t{1,999}")
_ANY_GAP = re.compile(r"[ \t]{1,999}")
_NUMBER = re.compile(r"\(?(\d{1,3})\)?[.、．]?")
_MAX_STACKED = 8
_MIN_STACKED = 3


def cells_of(line: Line) -> tuple[str, ...]:
    """Return the cells a line has of its own: from the file, or between tabs."""
    if line.cells:
        return line.cells
    if "\t" in line.text.rstrip():
        return tuple(cell.strip() for cell in line.text.rstrip().split("\t"))
    return ()


def aligned_header(line: Line) -> tuple[tuple[Role, ...], tuple[int, ...]] | None:
    """Read 序号  时间  活动内容 typed with blanks; also tell where each column starts."""
    for gap in (_WIDE_GAP, _ANY_GAP):
        pieces = _pieces(line.text, gap)
        roles = roles_of([text for text, _ in pieces]) if len(pieces) >= _MIN_STACKED else None
        if roles is not None:
            return roles, tuple(start for _, start in pieces)
    return None


def _pieces(text: str, gap: re.Pattern[str]) -> list[tuple[str, int]]:
    folded, pieces, at, width = fold(text), [], 0, 0
    for match in [*gap.finditer(folded), None]:
        end = match.start() if match else len(folded)
        if end > at:
            pieces.append((text[at:end], width))
        following = match.end() if match else end
        width += _width(text[at:following])
        at = following
    return pieces


def _width(text: str) -> int:
    return sum(1 if glyph < "\u1100" else 2 for glyph in text)


def aligned_cells(line: Line, roles: Sequence[Role], starts: Sequence[int]) -> tuple[str, ...]:
    """Lay a line of blank-held columns on the grid of its header."""
    pieces = _pieces(line.text, _WIDE_GAP)
    if len(pieces) == len(roles):
        return tuple(text for text, _ in pieces)
    loose = _loose_cells(line, roles)
    return loose or _by_place(pieces, starts)


def _by_place(pieces: list[tuple[str, int]], starts: Sequence[int]) -> tuple[str, ...]:
    cells = [""] * len(starts)
    for text, start in pieces:
        column = min(range(len(starts)), key=lambda place: abs(starts[place] - start))
        cells[column] += text
    return tuple(cells)


def _loose_cells(line: Line, roles: Sequence[Role]) -> tuple[str, ...]:
    """Read `1 2月下旬 拟订方案，筹备会议 医院活动办`: number, time, content, units."""
    pieces = [text for text, _ in _pieces(line.text, _ANY_GAP)]
    if len(pieces) < len(roles) or not _begins_row(pieces, roles):
        return ()
    last = len(pieces) - sum(role in _TRAILING for role in roles[-1:])
    head = [role in _LEADING for role in roles].count(True)
    middle = " ".join(pieces[head:last])
    cells = [*pieces[:head], middle, *pieces[last:]]
    return tuple(cells) if len(cells) == len(roles) else ()


_LEADING = {Role.NUMBER, Role.TIME}
_TRAILING = {Role.UNITS, Role.PERSON, Role.OTHER, Role.TIME}


def _begins_row(pieces: list[str], roles: Sequence[Role]) -> bool:
    if roles[0] is Role.NUMBER:
        return _NUMBER.fullmatch(fold(pieces[0])) is not None
    return roles[0] is Role.TIME and is_time(pieces[0])


def is_time(text: str) -> bool:
    """Tell whether a cell is a time and nothing else."""
    words = plain(text).text.strip("()")
    time = next(find_times(words), None)
    return time is not None and time.start == 0 and time.end >= len(words) - len("前完成")


def stacked_header(lines: Sequence[Line]) -> tuple[int, tuple[Role, ...]] | None:
    """Read a header whose cells stand one a line; tell how many lines it takes."""
    cells: list[str] = []
    best: tuple[int, tuple[Role, ...]] | None = None
    for place, line in enumerate(lines[: 2 * _MAX_STACKED]):
        if line.is_blank:
            continue
        cells.append(line.text.strip())
        roles = roles_of(cells) if len(cells) >= _MIN_STACKED else None
        if roles is not None:
            best = place + 1, roles
        elif best is not None or len(cells) > _MAX_STACKED:
            break
    return best


def stacked_rows(lines: Sequence[Line], roles: tuple[Role, ...]) -> list[tuple[Line, tuple[str, ...]]]:
    """Deal lines that hold one cell each into rows, by number if there is one."""
    filled = [line for line in lines if not line.is_blank]
    rows: list[tuple[Line, tuple[str, ...]]] = []
    at = 0
    while at < len(filled):
        at = _past_repeated_header(filled, at, roles)
        taken = _stacked_row(filled, at, roles, len(rows) + 1)
        if taken is None:
            break
        cells, at_next = taken
        rows.append((filled[at], cells))
        at = at_next
    return rows


def _past_repeated_header(filled: list[Line], at: int, roles: tuple[Role, ...]) -> int:
    texts = [line.text.strip() for line in filled[at : at + len(roles)]]
    return at + len(roles) if _is_header(texts, roles) else at


def _is_header(texts: list[str], roles: tuple[Role, ...]) -> bool:
    return roles_of(texts[: len(roles)]) == roles


def _stacked_row(
    filled: list[Line], at: int, roles: tuple[Role, ...], expected: int
) -> tuple[tuple[str, ...], int] | None:
    texts = [line.text.strip() for line in filled]
    if at + len(roles) > len(texts) or not _starts_here(texts, at, roles, expected):
        return None
    end = at + len(roles)
    while end < len(texts) and end < at + 3 * len(roles):
        if _starts_here(texts, end, roles, expected + 1) or _is_header(texts[end:], roles):
            return _dealt(texts[at:end], roles), end
        end += 1
    return _dealt(texts[at : at + len(roles)], roles), at + len(roles)


def _starts_here(texts: list[str], at: int, roles: tuple[Role, ...], expected: int) -> bool:
    if roles[0] is Role.NUMBER:
        found = _NUMBER.fullmatch(fold(texts[at]))
        return found is not None and int(found[1]) == expected
    place = roles.index(Role.TIME) if Role.TIME in roles else 0
    return at + place < len(texts) and is_time(texts[at + place])


def _dealt(texts: list[str], roles: tuple[Role, ...]) -> tuple[str, ...]:
    """Give surplus lines to the content: it is the cell that runs over."""
    surplus = len(texts) - len(roles)
    wide = next((p for p, role in enumerate(roles) if role in (Role.CONTENT, Role.MEASURE, Role.NAME)), 0)
    content = "\n".join(texts[wide : wide + surplus + 1])
    return (*texts[:wide], content, *texts[wide + surplus + 1 :])
