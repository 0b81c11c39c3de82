"""Word files: paragraphs and tables in reading order, straight from the XML.

python-docx skips inserted runs, content controls and nested tables, which real plans are full of.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from .archive import Archive
from .lines import Line, LineBook
from .model import Unreadable

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_VALUE = f"{_W}val"
_SKIPPED = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", f"{_W}instrText", _CHOICE})
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_MAX_SPAN = 60
_MAX_DEPTH = 60


def read(archive: Archive) -> tuple[Line, ...]:
    """Read the body of a Word file."""
    root = fromstring(archive.part("word/document.xml"), forbid_dtd=True)
    book = LineBook()
    body = root.find(f"{_W}body")
    for block in _blocks(body if body is not None else root):
        _add_block(book, block, 0)
    return book.lines()


def _blocks(parent: Element) -> Iterator[Element]:
    """Yield paragraphs and tables, also those inside content controls and insertions."""
    for child in parent:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag not in _SKIPPED:
            yield from _blocks(child)


def _add_block(book: LineBook, block: Element, depth: int) -> None:
    if block.tag == f"{_W}tbl":
        _add_table(book, block, depth)
        return
    book.add_text(_text(block))
    for boxed in _boxed(block):
        book.add_text(_text(boxed))


def _boxed(paragraph: Element) -> Iterator[Element]:
    """Paragraphs of text boxes, which hang inside another paragraph."""
    for content in paragraph.iter(f"{_W}txbxContent"):
        yield from content.iter(f"{_W}p")


def _text(element: Element) -> str:
    return "".join(_pieces(element))


def _pieces(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag not in _SKIPPED and child.tag != f"{_W}txbxContent":
            yield from _pieces(child)


def _add_table(book: LineBook, table: Element, depth: int) -> None:
    above: dict[int, str] = {}
    for row in _children(table, "tr"):
        cells = list(_children(row, "tc"))
        nested = [inner for cell in cells for inner in _children(cell, "tbl")]
        texts, above = _row(cells, above)
        if len(texts) == 1 or len(set(texts)) == 1:
            book.add_text(texts[0])
        elif any(text.strip() for text in texts):
            book.add_row(tuple(texts))
        if nested and depth == _MAX_DEPTH:
            raise Unreadable("表格里套了太多层表格，请改成普通表格后再上传。")
        for inner in nested:
            _add_table(book, inner, depth + 1)


def _children(parent: Element, name: str) -> Iterator[Element]:
    """Yield direct children, looking through content controls."""
    for child in parent:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins"):
            yield from _children(child, name)


def _row(cells: list[Element], above: dict[int, str]) -> tuple[list[str], dict[int, str]]:
    """Lay the cells on the grid: a merged cell says the same in every place it covers."""
    texts: list[str] = []
    for cell in cells:
        own = "\n".join(_text(paragraph) for paragraph in _children(cell, "p")).strip()
        text = above.get(len(texts), own) if _continues(cell) else own
        texts.extend([text] * _span(cell))
    return texts, dict(enumerate(texts))


def _span(cell: Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    value = span.get(_VALUE, "1") if span is not None else "1"
    return min(int(value), _MAX_SPAN) if value.isdecimal() else 1


def _continues(cell: Element) -> bool:
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    return merge is not None and merge.get(_VALUE, "continue") == "continue"
