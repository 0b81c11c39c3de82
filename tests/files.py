"""Files as people upload them, and as attackers do."""

import io
import struct
import zipfile
import zlib

import docx
import openpyxl
from PIL import Image
from werkzeug.datastructures import FileStorage

MAIN = {
    "docx": "wordprocessingml.document",
    "xlsx": "spreadsheetml.sheet",
    "pptx": "presentationml.presentation",
}
OPENXML = "application/vnd.openxmlformats-officedocument"
TYPES = f'<Types><Override PartName="/main.xml" ContentType="{OPENXML}.%s.main+xml"/></Types>'


def sent(content, name):
    """As the server receives it."""
    return FileStorage(io.BytesIO(content), name)


def packed(*parts, types=None):
    """An archive of (name, content); `types` writes the list of parts first."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [("[Content_Types].xml", types), *parts] if types else parts:
            archive.writestr(name, content)
    return made.getvalue()


def office(kind, *parts):
    """The least that is a Word, Excel or PowerPoint file."""
    return packed(*parts, types=TYPES % MAIN[kind])


def word():
    made = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("整改报告")
    document.save(made)
    return made.getvalue()


def excel():
    made = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["日期", "签到"])
    book.save(made)
    return made.getvalue()


def encrypted(content):
    """The same archive with the flag that says: there is a password."""
    first, central = content.index(b"PK\3\4"), content.index(b"PK\1\2")
    found = bytearray(content)
    found[first + 6] |= 1
    found[central + 8] |= 1
    return bytes(found)


def picture(kind, size=(640, 480), mode="RGB", **options):
    made = io.BytesIO()
    Image.new(mode, size, "red").save(made, kind, **options)
    return made.getvalue()


def png_header(width, height):
    """Says how large it is; there is next to nothing behind it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0"))


def _chunk(kind, content):
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
