"""The sheets of an Excel file as rows of texts: a program for `excel`, so that no file stops the server.

The file on standard input, the sheets as arguments; their rows in JSON, or an exit code that says why not.
"""

import errno
import io
import json
import os
import sys
import zipfile
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet
if sys.platform == "linux":
    import resource

VAST, LONG, BROKEN = 3, 4, 5
SECONDS, MEMORY = 30, 2**30
MOST_ROWS, MOST_COLUMNS, MOST_CELLS, MOST_SIGNS = 100_000, 500, 1_000_000, 30 * 2**20
MOST_PARTS, MOST_BYTES, MOST_RATIO = 500, 100 * 2**20, 100
SMALL = 4 * 2**20  # below this a ratio says nothing: a repetitive table packs 200:1
PRECISE = 10**15
PLAIN = {0x200B: "", 0xFEFF: ""} | {0xFEE0 + sign: chr(sign) for sign in range(128) if chr(sign).isalnum()}


def main() -> None:
    """Bound before it looks at the file. Elsewhere than on Linux only the clock of `excel` does that."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the file would be in it
    sys.stdout, answers = sys.stderr, sys.stdout  # a parser that prints must not spoil the answer
    try:
        sheets = {name: list(rows) for name, rows in _sheets(sys.stdin.buffer.read(), sys.argv[1:])}
        json.dump(sheets, answers)
    except (MemoryError, ImportError):  # without room a library may not even load
        os.abort()  # as if killed
    except Exception as error:  # noqa: BLE001 - a file from anywhere, and libraries that raise anything
        if getattr(error, "errno", 0) == errno.ENOMEM:
            os.abort()
        sys.exit(BROKEN)


def _sheets(content: bytes, names: Collection[str]) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Refuses what was made to be too much before it is unpacked, or as soon as it shows."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sizes = [(part.file_size, part.compress_size) for part in archive.infolist()]
    vast = any(size > max(SMALL, MOST_RATIO * packed) for size, packed in sizes)
    if vast or len(sizes) > MOST_PARTS or sum(size for size, _packed in sizes) > MOST_BYTES:
        sys.exit(VAST)
    from openpyxl import load_workbook  # noqa: PLC0415 - the server wants the limits above, not the library

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    visible = (sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
    for sheet in [next(visible)] if "" in names else book.worksheets:
        name = "" if "" in names else sheet.title
        if name in names:
            sheet.reset_dimensions()  # a file may claim any size
            yield name, _rows(sheet)


def _rows(sheet: "Worksheet") -> Iterator[list[str]]:
    cells = signs = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        texts = [_text(cell) for cell in row]
        cells, signs = cells + len(row), signs + sum(map(len, texts))
        if number > MOST_ROWS or cells > MOST_CELLS or any(texts[MOST_COLUMNS:]):
            sys.exit(LONG)
        if signs > MOST_SIGNS:  # a text that is packed once may stand in every cell
            sys.exit(VAST)
        yield texts[:MOST_COLUMNS]


def _text(cell: object) -> str:
    """As a person reads it: 1001 for 1001.0. A number with more digits than Excel keeps is an error."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, int | float):
        return "#NUM!" if abs(cell) >= PRECISE else f"{cell:.15g}"
    return "" if cell is None else str(cell).translate(PLAIN).strip()


if __name__ == "__main__":
    main()
