"""A Word file into lines: all that a person can read, and nothing that harms."""

import io
import zipfile

import pytest
from docx import Document

from intranet.errors import Invalid
from plugins.democratic_life.documents import word_in
from plugins.democratic_life.documents.make_review import FILE, review
from plugins.democratic_life.documents.paragraphs import MAIN
from plugins.democratic_life.documents.word_in import read
from plugins.democratic_life.review_parts import heading_of, placed
from plugins.democratic_life.wording import PARTS

pytestmark = pytest.mark.one_engine

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
BODY = f"""<w:document {W} {MC}><w:body>
<w:p><w:r><w:t>一、原因</w:t></w:r><w:r><w:t>分析</w:t></w:r></w:p>
<w:p><w:ins><w:r><w:t>补进去的</w:t></w:r></w:ins><w:del><w:r><w:delText>删掉的</w:delText></w:r></w:del>
<w:hyperlink><w:r><w:t>链接里的</w:t></w:r></w:hyperlink><w:r><w:footnoteReference w:id="2"/></w:r></w:p>
<w:sdt><w:sdtContent><w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>列表里的</w:t></w:r></w:p></w:sdtContent></w:sdt>
<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>文本框里的</w:t></w:r></w:p></w:txbxContent>
</mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>文本框里的</w:t></w:r></w:p></w:txbxContent></mc:Fallback>
</mc:AlternateContent></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>左格</w:t></w:r></w:p></w:tc><w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>套着的</w:t></w:r></w:p>
</w:tc></w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>
<w:p><w:r><w:t>上</w:t><w:br/><w:t>下</w:t></w:r></w:p>
</w:body></w:document>"""
NOTE = '<w:footnote w:id="2"><w:p><w:r><w:t>脚注里的</w:t></w:r></w:p></w:footnote>'
NOTES = f"<w:footnotes {W}>{NOTE}</w:footnotes>"
HEADER = (
    f"<w:hdr {W}><w:p><w:r><w:t>页眉里的</w:t></w:r></w:p><w:p><w:r><w:t>第 3 页</w:t></w:r></w:p></w:hdr>"
)


def packed(body=BODY, *, kind=MAIN, more=None, level=zipfile.ZIP_DEFLATED):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", level) as archive:
        archive.writestr("[Content_Types].xml", b'<Types><Override ContentType="' + kind + b'"/></Types>')
        archive.writestr("word/document.xml", body)
        for name, words in (more or {}).items():
            archive.writestr(name, words)
    return content.getvalue()


def test_nothing_a_person_can_read_is_left_out():
    found = read(packed(more={"word/footnotes.xml": NOTES, "word/header1.xml": HEADER}))
    assert found.lines == (
        "一、原因分析",
        "补进去的链接里的（注：脚注里的）",
        "列表里的",
        "文本框里的",
        "左格 | 套着的",
        "上",
        "下",
    )
    assert found.aside == ("页眉里的",)
    texts = placed(found.lines, found.aside, PARTS)
    assert texts["unplaced"] == "页眉里的"
    assert texts["causes"].splitlines() == list(found.lines[1:])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "不是完好的"),
        (b"PK\3\4" + b"x" * 99, "不是完好的"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 99, "有密码"),
        (packed(kind=b"application/vnd.ms-word.document.macroEnabled.main+xml"), "不是完好的"),
        (packed(more={"word/vbaProject.bin": b"x"}), "带有宏"),
        (packed('<!DOCTYPE x [<!ENTITY a "b">]>' + BODY), "不是完好的"),
        (packed(f"<w:document {W}>" + "<w:p/>" * 2_000_000 + "</w:document>"), "解开后过大"),
        (
            packed(f"<w:document {W}><w:p><w:r><w:t>" + "字" * 50_001 + "</w:t></w:r></w:p></w:document>"),
            "过大",
        ),
        (packed(f"<w:document {W}><w:altChunk/></w:document>"), "嵌着另一份"),
        (packed(f"<w:document {W}>" + "<w:p>" * 3000 + "</w:p>" * 3000 + "</w:document>"), "不是完好的"),
    ],
)
def test_what_is_damaged_huge_or_harmful_is_refused_in_a_sentence(content, sentence):
    with pytest.raises(Invalid) as refused:
        read(content)
    assert sentence in str(refused.value.message)


def test_a_file_beyond_the_limit_is_not_read_at_all(monkeypatch):
    monkeypatch.setattr(word_in, "MOST_MB", 0)
    monkeypatch.setattr(word_in, "READER", ["/nonexistent"])
    with pytest.raises(Invalid):
        read(packed())


@pytest.mark.parametrize(
    ("line", "part", "is_bare"),
    [
        ("一、作风建设基本情况", "basics", True),
        ("（一）形式主义方面的问题", "formalism", True),
        ("2. 官僚主义：下去少。", "bureaucracy", False),
        ("三、产生问题的原因分析", "causes", True),
        ("关于“三公”经费情况", "public_funds", True),
        ("关于“三公经费”情况的说明", "public_funds", True),
        ("公务用车情况。没有超标。", "cars", False),
        ("形式主义、官僚主义还没有根除，一些工作满足于会议落实会议。", None, False),
        ("二、改进措施", "measures", True),
        ("平时想得少。", None, False),
    ],
)
def test_headings_are_known_however_people_write_them(line, part, is_bare):
    heading = heading_of(line)
    assert (heading.part if heading else None) == part
    if heading:
        assert heading.is_bare is is_bare


def test_every_line_stands_in_one_part():
    lines = ["题目", "一、基本情况", "甲", "（二）享乐主义：图安逸", "乙", "六、别的", "丙"]
    texts = placed(lines, ["页脚"], PARTS)
    assert {name: words.splitlines() for name, words in texts.items() if words} == {
        "unplaced": ["题目", "六、别的", "丙", "页脚"],
        "basics": ["甲"],
        "hedonism": ["（二）享乐主义：图安逸", "乙"],
    }


def test_points_of_a_part_stay_in_it_however_they_are_numbered():
    points = ["一、会多", "（二）检查多", "3. 报表多", "四、同一份数据要几个部门重复报，一线负担重。"]
    assert placed(["形式主义：", *points], [], PARTS)["formalism"].splitlines() == points


def test_the_template_is_what_its_script_makes():
    kept, made = ([each.text for each in paper.paragraphs] for paper in (Document(FILE), review()))
    assert kept == made
