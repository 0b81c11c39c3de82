"""Plain text and Markdown: encoding first, then lines; a pipe table gives cells."""

import codecs
import re

from .lines import Line, LineBook
from .model import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENCODINGS = ("utf-8", "gb18030")
_OTHER_FILES = (
    b"PK\x03\x04",
    b"%PDF-",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"\x89PNG",
    b"\xff\xd8\xff",
)
_RULE = frozenset(" \t|:-")
_MARK = re.compile(r"^ {0,8}(?:#{1,6}|[*+\-]) {1,9}")
_HTML = re.compile(r"<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE)
_HEAD, _SHORTEST_ROW = 200, 3
_MAX_CONTROL = 0.01


def read(content: bytes) -> tuple[Line, ...]:
    """Decode a text file and read its lines as they stand."""
    return read_text(_text(content))


def read_markdown(content: bytes) -> tuple[Line, ...]:
    """Decode a Markdown file and take off the marks that would hide a heading's number."""
    return read_text("\n".join(map(_unmarked, re.split(r"\r?\n", _text(content)))))


def _text(content: bytes) -> str:
    if content.startswith(_OTHER_FILES):
        raise Unreadable("文件内容不是纯文本，与扩展名不符，请改回原来的扩展名后再上传。")
    return decoded(content)


def decoded(content: bytes) -> str:
    """Decode by mark, then strict UTF-8, then GB18030, which most old office texts use."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, (encoding,))
    return _strictly(content, _ENCODINGS)


def _strictly(content: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _looks_written(text):
            return text
    raise Unreadable("看不出文字用的是什么编码，请另存为 UTF-8 文本或 .docx 后再上传。")


def _looks_written(text: str) -> bool:
    control = sum(glyph < " " and glyph not in "\t\r\n\f" for glyph in text)
    return control <= _MAX_CONTROL * len(text)


def read_text(text: str) -> tuple[Line, ...]:
    """Read lines that are already decoded."""
    if _HTML.match(text[:_HEAD].lstrip()):
        raise Unreadable("文件内容是网页，不是纯文本，请复制正文另存为 .txt 或 .docx 后再上传。")
    book = LineBook()
    for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n"):
        _add(book, line)
    return book.lines()


def _add(book: LineBook, line: str) -> None:
    bare = line.strip()
    if len(bare) < _SHORTEST_ROW or not (bare.startswith("|") and bare.endswith("|")):
        book.add_text(line)
    elif not _RULE.issuperset(bare):
        cells = (cell.strip().replace("**", "") for cell in bare[1:-1].split("|"))
        book.add_row(tuple(cell.replace("<br>", "\n") for cell in cells))


def _unmarked(line: str) -> str:
    return _MARK.sub("", line).replace("**", "")
