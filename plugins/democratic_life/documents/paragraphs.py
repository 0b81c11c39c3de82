"""All that a Word file says as lines: a program for `word_in`, so that no file stops the server.

The file on standard input; on standard output its lines in JSON, or an exit code that says why not. Nothing
a person can read is left out but what they have deleted: paragraphs, lists, tables, notes, text boxes,
drawings, and what stands at the edge of the pages.
"""

import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

if sys.platform == "linux":
    import resource

VAST, BROKEN, MACROS, LOCKED, INSIDE = 3, 4, 5, 6, 7
SECONDS, MEMORY = 20, 2**29
MOST_PARTS, MOST_BYTES, MOST_RATIO, MOST_SIGNS = 2_000, 100 * 2**20, 100, 50_000
SMALL = 4 * 2**20  # below this a ratio says nothing
OLD = b"\xd0\xcf\x11\xe0"  # .doc, or a .docx with a password
MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SKIPPED = {"del", "moveFrom", "pPr", "rPr", "tblPr", "tcPr", "trPr", "sectPr", "instrText", "delText"}
SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
PRINTABLE = range(0x20, 0xD800)
PAGE_NUMBER = re.compile(r"[\W\d第共页]*")
NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}


def main() -> None:
    """Bound before it looks at the file. Elsewhere than on Linux only the clock of the caller does that."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the file would be in it
    sys.stdout, answers = sys.stderr, sys.stdout
    try:
        json.dump(_read(sys.stdin.buffer.read()), answers)
    except MemoryError:
        os.abort()  # as if killed
    except Exception:  # noqa: BLE001 - a file from anywhere, and libraries that raise anything
        sys.exit(BROKEN)


def _read(content: bytes) -> dict[str, object]:
    if content.startswith(OLD):
        sys.exit(LOCKED)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _refuse(archive)
        paper = Paper(archive)
        lines = list(paper.body())
        aside = list(dict.fromkeys(paper.aside()))
    if sum(map(len, [*lines, *aside])) > MOST_SIGNS:
        sys.exit(VAST)
    return {"lines": lines, "aside": aside, "pictures": paper.pictures}


def _refuse(archive: zipfile.ZipFile) -> None:
    """What was made to be too much, by what it declares: nothing is unpacked yet."""
    parts = archive.infolist()
    vast = any(part.file_size > max(SMALL, MOST_RATIO * part.compress_size) for part in parts)
    if vast or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        sys.exit(VAST)
    names = [part.filename for part in parts]
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        sys.exit(MACROS)
    if any(part.flag_bits & 1 for part in parts):
        sys.exit(LOCKED)
    if len(set(names)) < len(names) or MAIN not in archive.read("[Content_Types].xml"):
        sys.exit(BROKEN)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _value(element: Element, name: str) -> str:
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


class Paper:
    """A Word file whose size and kind have been checked."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive, self.pictures, self._held = archive, 0, list[str]()
        self.notes = {kind: self._notes(kind) for kind in NOTES.values()}

    def _root(self, name: str) -> Element:
        """Declarations of a document type are refused: that is where entities are made."""
        from defusedxml.ElementTree import fromstring  # noqa: PLC0415 - the limits above come first

        root: Element = fromstring(self.archive.read(name), forbid_dtd=True)
        return root

    def _notes(self, kind: str) -> dict[str, Element]:
        name = f"word/{kind}.xml"
        if name not in self.archive.namelist():
            return {}
        return {_value(note, "id"): note for note in self._root(name) if not _value(note, "type")}

    def body(self) -> Iterator[str]:
        root = self._root("word/document.xml")
        yield from self._lines(root)

    def _lines(self, parent: Element) -> Iterator[str]:
        """Paragraphs and tables in reading order; what hangs on one comes right behind it."""
        for child in self._children(parent):
            name = _name(child)
            if name == "p":
                yield from self._paragraph(child)
            elif name == "tr":
                yield from self._row(child)
            elif name == "altChunk":
                sys.exit(INSIDE)
            elif name not in SKIPPED:
                yield from self._lines(child)

    def _children(self, parent: Element) -> Iterator[Element]:
        """Of two drawings of the same thing, for new and for old programs, the first."""
        if _name(parent) == "AlternateContent":
            yield from list(parent)[:1]
        else:
            yield from parent

    def _paragraph(self, paragraph: Element) -> Iterator[str]:
        held, self._held = self._held, []
        text = "".join(self._pieces(paragraph))
        mine, self._held = self._held, held
        yield from (line.strip() for line in text.split("\n") if line.strip())
        yield from mine

    def _row(self, row: Element) -> Iterator[str]:
        """Cells side by side in one line; what stands in a cell as several lines stays together."""
        cells = [" ".join(self._lines(cell)) for cell in self._cells(row)]
        if any(cells):
            yield " | ".join(cells)

    def _cells(self, row: Element) -> Iterator[Element]:
        for child in row:
            if _name(child) == "tc":
                yield child
            elif _name(child) in {"sdt", "sdtContent", "ins"}:
                yield from self._cells(child)

    def _pieces(self, element: Element) -> Iterator[str]:
        for child in self._children(element):
            name = _name(child)
            said = self._said(child, name)
            if said is not None:
                yield said
            elif name in {"txbxContent", "tbl"}:
                self._held += self._lines(child)
            elif name not in SKIPPED:
                self.pictures += name in {"blip", "imagedata"}
                yield from self._pieces(child)

    def _said(self, element: Element, name: str) -> str | None:
        """What an element says by itself; None if that is up to what it holds."""
        if name in NOTES:
            return self._note(NOTES[name], _value(element, "id"))
        if name == "sym":
            code = int(_value(element, "char") or "0", 16)
            return chr(code) if code in PRINTABLE else "□"
        if name == "textpath":
            return _value(element, "string")
        return (element.text or "") if name == "t" else SIGNS.get(name)

    def _note(self, kind: str, key: str) -> str:
        note = self.notes[kind].get(key)
        said = " ".join(self._lines(note)) if note is not None else ""
        return f"（注：{said}）" if said else ""

    def aside(self) -> Iterator[str]:
        """At the edge of the pages, in drawings made of parts, and what others have remarked."""
        for name in self.archive.namelist():
            if re.fullmatch(r"word/(header|footer|comments)\d*\.xml", name):
                lines = self._lines(self._root(name))
                yield from (line for line in lines if not PAGE_NUMBER.fullmatch(line))
            elif re.fullmatch(r"word/(diagrams/data|charts/chart)\d*\.xml", name):
                words = [each.text or "" for each in self._root(name).iter() if _name(each) in {"t", "v"}]
                yield from (word.strip() for word in words if word.strip())


if __name__ == "__main__":
    main()
