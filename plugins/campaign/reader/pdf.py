"""PDF files with text: lines and ruled tables; scans are refused."""

import io
import logging
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.table import Table
from pdfplumber.utils.exceptions import PdfminerException

from .lines import Line, LineBook
from .model import Unreadable

MAX_PAGES = 200
MAX_UNPACKED = 100 * 1024 * 1024
_STREAM = re.compile(rb"stream\r?\n")
_NESTED = re.compile(rb"/FlateDecode\s{0,9}/FlateDecode")
_PAGE_NUMBER = re.compile(
    r"\s{0,4}[-—–－]?\s{0,4}(?:第\s{0,4})?\d{1,3}\s{0,4}(?:页)?\s{0,4}(?:[/／共]\s{0,4}\d{1,3}\s{0,4}页?)?\s{0,4}[-—–－]?\s{0,4}$"
)
_UNFINISHED = re.compile(r"[^。！？；：:;!?.]$")
_STARTS_ANEW = re.compile(
    r"\s{0,4}(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|附件|第[一二三四五六七八九十]|[①-⑳])"
)
_RADICALS = range(0x2E80, 0x2FE0)
# Simplified radicals that Unicode does not map to their characters by itself.
_SIMPLE_RADICALS = str.maketrans(
    "⺠⺟⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⼾",
    "民母虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟户",
)
_EM = 16.0

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it reports every odd font on stderr


def read(content: bytes) -> tuple[Line, ...]:
    """Read the text of a PDF in page order."""
    if not content.startswith(b"%PDF-"):
        raise Unreadable("文件内容不是 PDF，与扩展名不符，请重新导出后再上传。")
    _refuse_bombs(content)
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            return _pages(document.pages)
    except PdfminerException as error:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in error.args):
            raise Unreadable("PDF 已加密，请去掉密码后再上传。") from error
        raise


MAX_STREAMS = 20_000
_PIECE = 64 * 1024


def _refuse_bombs(content: bytes) -> None:
    """Unpack every stream with a limit before a parser does it without one."""
    if _NESTED.search(content):
        raise Unreadable("PDF 内部重复压缩，不像正常文件，请重新导出后再上传。")
    total, whole = 0, memoryview(content)
    for number, stream in enumerate(_STREAM.finditer(content)):
        total += _unpacked_size(whole[stream.end() :], MAX_UNPACKED - total)
        if number > MAX_STREAMS:
            raise Unreadable("PDF 内部的数据块过多，不像正常文件，请重新导出后再上传。")
        if total >= MAX_UNPACKED:
            raise Unreadable("PDF 解开后过大，不像正常文件，请重新导出后再上传。")


def _unpacked_size(content: memoryview, limit: int) -> int:
    """Fed piece by piece: what follows the stream is not copied."""
    inflate, size = zlib.decompressobj(), 0
    try:
        for start in range(0, len(content), _PIECE):
            rest = bytes(content[start : start + _PIECE])
            while rest and size < limit and not inflate.eof:
                size += len(inflate.decompress(rest, 1024 * 1024))
                rest = inflate.unconsumed_tail
            if inflate.eof or size >= limit:
                break
    except zlib.error:
        return size
    return size


def _pages(pages: list[Page]) -> tuple[Line, ...]:
    if len(pages) > MAX_PAGES:
        raise Unreadable("PDF 超过 {} 页，请只保留方案本身后再上传。", MAX_PAGES)
    book = LineBook()
    for page in pages:
        for block in _blocks(page):
            _add(book, block)
        page.close()
    lines = book.lines()
    if all(line.is_blank for line in lines):
        raise Unreadable("PDF 里没有文字，可能是扫描件，请上传 .docx，或先做文字识别后再上传。")
    return lines


def _add(book: LineBook, block: str | tuple[str, ...]) -> None:
    if isinstance(block, str):
        book.add_text(block)
    else:
        book.add_row(block)


def _blocks(page: Page) -> Iterator[str | tuple[str, ...]]:
    """Yield text above each table, then its rows, from the top of the page down."""
    lines = [_TextLine.of(line) for line in page.extract_text_lines(return_chars=False)]
    lines = [line for line in lines if not _PAGE_NUMBER.match(line.text)]
    top = 0.0
    for table in sorted(page.find_tables(), key=lambda table: table.bbox[1]):
        if table.bbox[1] >= top:
            yield from _paragraphs(lines, top, table.bbox[1])
            yield from _rows(table)
            top = table.bbox[3]
    yield from _paragraphs(lines, top, float(page.height))


def _rows(table: Table) -> Iterator[str | tuple[str, ...]]:
    above: list[str] = []
    for row in table.extract():
        cells = [_filled(cell, above, place) for place, cell in enumerate(row)]
        above = cells
        if len(set(cells)) > 1:
            yield tuple(cells)
        elif cells:
            yield cells[0]


def _filled(cell: str | None, above: list[str], place: int) -> str:
    """Return the text of a cell; one that is covered by a merge says what stands above it."""
    if cell is None:
        return above[place] if place < len(above) else ""
    return _characters(cell.replace("\n", "").strip())


@dataclass(frozen=True, slots=True)
class _TextLine:
    """A printed line and where it stands on the page."""

    text: str
    top: float
    left: float
    right: float

    @classmethod
    def of(cls, line: Mapping[str, str | float]) -> Self:
        text = _characters(str(line["text"]))
        return cls(text, float(line["top"]), float(line["x0"]), float(line["x1"]))


def _characters(text: str) -> str:
    """Undo what PDF fonts do to text: 月 comes out as the radical ⽉."""
    simple = text.translate(_SIMPLE_RADICALS)
    return "".join(
        unicodedata.normalize("NFKC", glyph) if ord(glyph) in _RADICALS else glyph for glyph in simple
    )


def _paragraphs(lines: list[_TextLine], top: float, bottom: float) -> Iterator[str]:
    """Join the lines that were only broken by the width of the page."""
    left = min((line.left for line in lines), default=0.0)
    right = max((line.right for line in lines), default=0.0)
    paragraph = ""
    for line in lines:
        if not top <= line.top < bottom:
            continue
        if paragraph and _STARTS_ANEW.match(line.text):
            yield paragraph
            paragraph = ""
        paragraph += line.text
        is_full = line.left < left + 4 * _EM and line.right > right - 2 * _EM
        if not is_full or not _UNFINISHED.search(line.text):
            yield paragraph
            paragraph = ""
    if paragraph:
        yield paragraph
