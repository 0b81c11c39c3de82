"""From the bytes of a file to its lines, refusing what cannot be read safely."""

from pathlib import PurePath

from . import plaintext, word
from .archive import opened
from .lines import Line
from .model import Unreadable, remark

MAX_MB = 10


def _xlsx(content: bytes) -> tuple[Line, ...]:
    from . import sheet  # noqa: PLC0415

    return sheet.read(opened(content, main_part="xl/workbook.xml"), content)


def _pdf(content: bytes) -> tuple[Line, ...]:
    from . import pdf  # noqa: PLC0415 - twenty megabytes that only the reader's own process needs

    return pdf.read(content)


_READERS = {
    ".docx": lambda content: word.read(opened(content, main_part="word/document.xml")),
    ".xlsx": _xlsx,
    ".pdf": _pdf,
    ".txt": plaintext.read,
    ".md": plaintext.read_markdown,
}
_SAVE_AS = {
    ".doc": remark("这是旧版 Word 文件（.doc），请用 Word 或 WPS 另存为 .docx 后再上传。"),
    ".wps": remark("这是 WPS 文字文件（.wps），请另存为 .docx 后再上传。"),
    ".xls": remark("这是旧版 Excel 文件（.xls），请另存为 .xlsx 后再上传。"),
    ".et": remark("这是 WPS 表格文件（.et），请另存为 .xlsx 后再上传。"),
    ".docm": remark("这个文件带有宏（.docm），请另存为不带宏的 .docx 后再上传。"),
    ".xlsm": remark("这个文件带有宏（.xlsm），请另存为不带宏的 .xlsx 后再上传。"),
    ".rtf": remark("这是 RTF 文件，请用 Word 或 WPS 另存为 .docx 后再上传。"),
    ".ofd": remark("这是 OFD 文件，请导出为 .docx 或带文字的 .pdf 后再上传。"),
}


def lines_of(name: str, content: bytes) -> tuple[Line, ...]:
    """Read a file by its extension, after checking that its content agrees with it."""
    extension = PurePath(name.replace("\\", "/").rsplit("/", 1)[-1].strip().lower()).suffix
    if extension in _SAVE_AS:
        raise Unreadable(_SAVE_AS[extension].words)
    if extension not in _READERS:
        raise Unreadable("只能读取 .docx、.xlsx、.pdf、.txt、.md 文件，请另存为其中一种后再上传。")
    if not content:
        raise Unreadable("文件是空的（0 字节），请检查后重新上传。")
    if len(content) > MAX_MB * 1024 * 1024:
        raise Unreadable("文件超过 {} MB，请删去图片或拆成几个文件后再上传。", MAX_MB)
    lines = _read(extension, content)
    if all(line.is_blank for line in lines):
        raise Unreadable("文件里没有文字，请检查内容后重新上传。")
    return lines


def _read(extension: str, content: bytes) -> tuple[Line, ...]:
    try:
        return _READERS[extension](content)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # the parsers promise no error type for damaged files
        raise Unreadable("文件已损坏，读不出内容，请用原来的软件打开并另存一份后再上传。") from error
