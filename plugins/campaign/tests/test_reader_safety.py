"""Files made to hurt: refused quickly, in a sentence, and never with another error."""

import importlib
import io
import itertools
import pkgutil
import re
import sys
import zipfile
import zlib

import pytest
from docx import Document as WordDocument
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from plugins.campaign import reader
from plugins.campaign.reader import Reading, Unreadable, read_file, read_text, understand_time

BOMB = b"0" * (101 * 1024 * 1024)
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


def zipped(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return stream.getvalue()


def pdf_bomb():
    packed = zlib.compress(b"0" * (150 * 1024 * 1024), level=1)
    head = f"%PDF-1.4\n1 0 obj<</Length {len(packed)}/Filter/FlateDecode>>stream\n"
    return head.encode() + packed + b"\nendstream endobj"


def sheet_with(old, new):
    book = Workbook()
    book.active["A1"] = "x"
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    return zipped((name, part.replace(old, new) if "sheet1" in name else part) for name, part in parts)


VAST_MERGE = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
ROW = b"<row><c/><c/><c/><c/></row>"


def good_word():
    stream = io.BytesIO()
    document = WordDocument()
    document.add_paragraph("2014年3月5日召开动员会")
    document.save(stream)
    return stream.getvalue()


def nested_tables(depth):
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = "<w:p><w:r><w:t>3月5日召开动员会</w:t></w:r></w:p>"
    tables = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth
    body = f'<w:document xmlns:w="{space}"><w:body>{text}{tables}</w:body></w:document>'
    return zipped([("word/document.xml", body)])


GOOD_WORD = good_word()
ZIP_BOMB = zipped([("word/document.xml", BOMB)])

HOSTILE = {
    "an empty file": ("a.docx", b""),
    "a huge file": ("a.txt", b"0" * (10 * 1024 * 1024 + 1)),
    "a web page called docx": ("a.docx", b"<html><body>3</body></html>"),
    "a web page called txt": ("a.txt", b"<!DOCTYPE html><html></html>"),
    "a docx called xlsx": ("a.xlsx", good_word()),
    "a docx called pdf": ("a.pdf", good_word()),
    "a docx called txt": ("a.txt", good_word()),
    "a cut docx": ("a.docx", good_word()[:-400]),
    "a zip bomb": ("a.docx", ZIP_BOMB),
    "a lying zip bomb": (
        "a.docx",
        ZIP_BOMB.replace(len(BOMB).to_bytes(4, "little"), (1000).to_bytes(4, "little")),
    ),
    "thousands of parts": ("a.docx", zipped((f"p{n}", b"") for n in range(2001))),
    "an entity bomb": ("a.docx", zipped([("word/document.xml", ENTITIES)])),
    "an entity bomb in UTF-16": (
        "a.docx",
        zipped([("word/document.xml", ENTITIES.decode().encode("utf-16"))]),
    ),
    "an entity bomb in Excel": (
        "a.xlsx",
        zipped([("xl/workbook.xml", ENTITIES), ("[Content_Types].xml", b"<x/>")]),
    ),
    "a merge over the whole sheet": ("a.xlsx", sheet_with(b"</worksheet>", VAST_MERGE)),
    "a sheet of 60,000 rows": ("a.xlsx", sheet_with(b"</sheetData>", ROW * 60_000 + b"</sheetData>")),
    "60,000 lines": ("a.txt", "3月5日召开动员会\n".encode() * 60_000),
    "a megabyte in one line": ("a.txt", "3月5日，".encode() * 100_000),
    "lines that are long together": ("a.txt", ("3月5日，" * 3_000 + "\n").encode() * 60),
    "more entries than a page shows": ("a.txt", "2014年3月5日召开动员会\n".encode() * 2_001),
    "tables in tables in tables": ("a.docx", nested_tables(70)),
    "an encrypted office file": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512),
    "a PDF bomb": ("a.pdf", pdf_bomb()),
    "a damaged PDF": ("a.pdf", b"%PDF-1.7\nnothing here"),
    "binary called txt": ("a.txt", bytes(range(256)) * 40),
    "only blanks": ("a.txt", b" \n\t\n"),
}


@pytest.mark.parametrize(("name", "content"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_in_one_sentence(name, content):
    with pytest.raises(Unreadable) as refusal:
        read_file(name, content)

    assert str(refusal.value).endswith("。")


def test_a_repetitive_but_honest_word_file_is_read():
    stream = io.BytesIO()
    document = WordDocument()
    table = document.add_table(rows=0, cols=4)
    for cells in [
        ("序号", "时间", "内容", "责任部门"),
        *[("1", "2014年3月", "学习", "党办")] * 120,
    ]:
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    document.save(stream)

    assert read_file("a.docx", stream.getvalue()).documents[0].activities


# Work that grows faster than the text ---------------------------------------------------------------


def found_in(value):
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from found_in(part)


def patterns():
    for module in pkgutil.iter_modules(reader.__path__):
        loaded = importlib.import_module(f"{reader.__name__}.{module.name}")
        for name, value in vars(loaded).items():
            for number, pattern in enumerate(found_in(value)):
                yield pytest.param(pattern, id=f"{module.name}.{name}.{number}")


def repeats(parsed, outside=1):
    """How often each part of a pattern may repeat, with the repeats around it."""
    for operation, value in parsed:
        times = outside * value[1] if operation in REPEATS else outside
        yield times
        for part in parts(value):
            yield from repeats(part, times)


def parts(value):
    if isinstance(value, re._parser.SubPattern):
        yield value
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from parts(inner)


def most_repeats(pattern):
    return max(repeats(re._parser.parse(pattern.pattern, pattern.flags)))


REPEATS = {re._constants.MAX_REPEAT, re._constants.MIN_REPEAT, re._constants.POSSESSIVE_REPEAT}
BOUND = 1_000
OF_HEADERS = re.compile(r"headers\._RULES")  # asked about headings of at most sixteen glyphs


@pytest.mark.parametrize("pattern", [p for p in patterns() if not OF_HEADERS.match(p.id)])
def test_every_repeat_in_a_pattern_is_bounded(pattern):
    assert most_repeats(pattern) <= BOUND


@pytest.mark.parametrize(
    "planted", [r"[^。]*。", r"(?:3月)+\s*$", r"(?=(?:a|b{2,})c)", r"(?:x{0,9}y){0,999}"]
)
def test_an_unbounded_repeat_would_be_caught(planted):
    assert most_repeats(re.compile(planted)) > BOUND


SEEDS = [
    "1",
    "一",
    "年",
    "3月",
    "3、",
    "20",
    "(",
    " ",
    "、",
    "-",
    "党",
    "|",
    "\t",
    "第一",
    "第一阶段:",
    "*年",
    "3月-",
    "a:",
    "整改",
    "分学习",
    "问题:",
    "由党办",
    "党办、",
    "要",
]


SHORT, LONG = 1_000, 4_000
LINEAR = 8  # four times the text: four times the steps if linear, sixteen if quadratic


def steps(work, text):
    """Calls, counted by the interpreter: the same on a fast machine, a slow one and a busy one."""
    counted = itertools.count()
    sys.setprofile(lambda *_: next(counted))
    try:
        work(text)
    finally:
        sys.setprofile(None)
    return next(counted)


def outgrows(work, seed):
    long, short = ((seed * length)[:length] + "!" for length in (LONG, SHORT))
    return steps(work, long) > LINEAR * steps(work, short)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_steps_of_reading_a_line_grow_with_its_length(seed):
    assert not outgrows(read_text, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_steps_of_understanding_a_time_grow_with_its_length(seed):
    assert not outgrows(lambda text: understand_time(text, year=2014), seed)


def test_quadratic_steps_would_be_caught():
    def planted(text):
        return [text[:at].count(text[at]) for at in range(len(text)) for _ in range(0, at, 50)]

    assert outgrows(planted, "3月")


PIECES = st.sampled_from(
    ["序号", "时间", "内容", "责任部门", "\t", "\n", "3月", "上旬", "底前", "2014年", "××年", "30日", "第一阶段", "环节",  # noqa: E501
     "（", "）", "《", "》", "、", "，", "。", "：", "|", "一、", "（一）", "1.", "由党办负责", "问题：", "至", "或", "13", "0", "年", "日",  # noqa: E501
     "〔2014〕8号", "実", "環節", "\u3000", "次年", "从", "开始", "总结讲话一", "实施方案", "附件", "十一", "\x00", "😀"]  # noqa: E501
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
@example("3月5日—2月30日")
def test_any_text_is_read_or_refused(text):
    try:
        reading = read_text(text)
    except Unreadable:
        return

    assert isinstance(reading, Reading)
    reading.as_json()


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([".docx", ".xlsx", ".pdf", ".txt", ".md"]),
    st.binary(max_size=400),
    st.booleans(),
)
def test_any_bytes_are_read_or_refused(extension, garbage, is_office):
    content = GOOD_WORD[:600] + garbage if is_office else garbage

    try:
        reading = read_file(f"a{extension}", content)
    except Unreadable:
        return

    assert isinstance(reading, Reading)


def test_a_year_outside_the_calendar_is_refused():
    with pytest.raises(Unreadable):
        read_text("3月开会", year=99999)
