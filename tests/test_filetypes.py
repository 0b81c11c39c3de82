"""A file is what its name says, or it is refused in a sentence; the name is one any system can hold."""

import io
import tracemalloc
from threading import Timer

import pytest
from PIL import Image

from intranet import filetypes
from intranet.errors import Busy, Invalid
from tests.files import encrypted, excel, office, packed, picture, png_header, word

pytestmark = pytest.mark.one_engine

MB = 1024 * 1024
PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def checked(app, tmp_path):
    """`checked(name, content)`: the content type, or the sentence of the refusal."""

    def check(name, content, allowance=None):
        path = tmp_path / "0000"
        path.write_bytes(content)
        with app.test_request_context():
            return filetypes.check(path, filetypes.clean(name), allowance or filetypes.Allowance())

    return check


ACCEPTED = {
    "整改报告.docx": (word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "签到表.XLSX": (excel, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "汇报.pptx": (
        lambda: office("pptx"),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "通知.pdf": (lambda: PDF, "application/pdf"),
    "记录.txt": ("每周巡查".encode, "text/plain"),
    "记录.md": (lambda: "每周巡查".encode("gb18030"), "text/plain"),
    "台账.csv": ("\ufeff日期,科室".encode, "text/plain"),
    "照片.jpg": (lambda: picture("JPEG"), "image/jpeg"),
    "照片.jpeg": (lambda: picture("JPEG", mode="CMYK"), "image/jpeg"),
    "截图.png": (lambda: picture("PNG", mode="RGBA"), "image/png"),
    "图标.png": (lambda: picture("PNG", mode="P"), "image/png"),
    "动图.gif": (lambda: picture("GIF"), "image/gif"),
    "照片.webp": (lambda: picture("WEBP"), "image/webp"),
    "照片.docx.jpg": (lambda: picture("JPEG"), "image/jpeg"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_people_use_is_accepted(checked, name):
    content, content_type = ACCEPTED[name]

    assert checked(name, content()) == content_type


def test_every_kind_on_the_list_has_been_tried():
    assert {name.rpartition(".")[2].lower() for name in ACCEPTED} == set(filetypes.KINDS)


MACROS = ("word/vbaProject.bin", b"macro")
NOT_THIS_KIND, WRONG, FLOOD = "不能上传这种文件", "内容与扩展名不符", "5000 万像素"
REFUSED = [
    ("报告.docx.exe", b"MZ", NOT_THIS_KIND),
    ("报告.docx\0.exe", b"MZ", NOT_THIS_KIND),
    ("报告.exe.", b"MZ", NOT_THIS_KIND),
    ("报告.exe. . ", b"MZ", NOT_THIS_KIND),
    ("CON", b"x", NOT_THIS_KIND),
    ("图.svg", b"<svg onload=alert(1)>", NOT_THIS_KIND),
    ("页.html", b"<script>", NOT_THIS_KIND),
    ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", NOT_THIS_KIND),
    ("宏.docm", office("docx", MACROS), NOT_THIS_KIND),
    ("没有扩展名", b"x", NOT_THIS_KIND),
    ("空.txt", b"", "0 字节"),
    ("空.docx", b"", "0 字节"),
    ("网页.jpg", b"<html><script>alert(1)</script>", WRONG),
    ("其实是.png", picture("JPEG"), WRONG),
    ("截断.jpg", picture("JPEG")[:400], WRONG),
    ("脚本.gif", b"GIF89a\1\0\1\0=1;alert(1)//", WRONG),
    ("脚本.gif", b"GIF89a/*\xff\xff*/=1;alert(1)", WRONG),
    ("网页.pdf", b"<html>%PDF-1.7", WRONG),
    ("程序.txt", b"\x7fELF\0\0\1", WRONG),
    ("半个字.txt", "测试".encode()[:-1] + b"\xff", WRONG),
    ("宏.docx", office("docx", MACROS), "带有宏"),
    ("宏.xlsx", office("xlsx", ("xl/VBAPROJECT.BIN", b"macro")), "带有宏"),
    ("带宏类型.docx", packed(types="application/vnd.ms-word.document.macroEnabled.main+xml"), WRONG),
    ("表格.docx", excel(), WRONG),
    ("压缩包.docx", packed(("a.txt", b"x")), WRONG),
    ("加密.docx", encrypted(office("docx")), WRONG),
    ("加密.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1EncryptedPackage", WRONG),
    ("截断.docx", word()[:-200], WRONG),
    ("炸弹.docx", office("docx", ("word/document.xml", bytes(20 * MB))), "解开后过大"),
    ("部件.docx", office("docx", *((f"{number}.xml", b"") for number in range(2000))), "部件太多"),
    ("像素.png", png_header(60_000, 60_000), FLOOD),
]


@pytest.mark.parametrize(("name", "content", "sentence"), REFUSED, ids=[name for name, *_more in REFUSED])
def test_what_is_not_what_its_name_says_is_refused_in_a_sentence(checked, name, content, sentence):
    with pytest.raises(Invalid) as refusal:
        checked(name, content)

    assert sentence in refusal.value.message
    assert filetypes.clean(name) in refusal.value.message


def test_a_part_named_twice_is_refused(checked):
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = office("docx", ("word/document.xml", b"1"), ("word/document.xml", b"2"))

    with pytest.raises(Invalid, match=WRONG):
        checked("两个.docx", twice)


def test_a_list_of_sixty_thousand_parts_is_refused_without_reading_it(checked):
    flood = office("docx") + b"PK\1\2" * 60_000
    tracemalloc.start()

    with pytest.raises(Invalid, match="部件太多"):
        checked("部件.docx", flood)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < MB


PIXELS = [
    ("大图.png", {"kind": "PNG"}, 20_000_000),
    ("大图.jpg", {"kind": "JPEG"}, 50_000_000),
    ("大图.jpg", {"kind": "JPEG", "progressive": True}, 20_000_000),
]


@pytest.mark.parametrize(("name", "options", "most"), PIXELS, ids=["png", "jpeg", "progressive"])
def test_a_picture_may_have_so_many_pixels(checked, name, options, most):
    """Only an ordinary JPEG is read small; others are held whole in memory."""
    assert checked(name, picture(size=(10_000, most // 10_000), mode="L", **options))

    with pytest.raises(Invalid, match=FLOOD):
        checked(name, picture(size=(10_000, most // 10_000 + 1), mode="L", **options))


def test_the_pictures_of_one_request_have_so_many_pixels_together(checked):
    """The last is only a header: it would be called damaged if anything tried to draw it."""
    allowance = filetypes.Allowance()
    for _each in range(3):
        checked("大图.png", picture("PNG", (10_000, 2_000), mode="L"), allowance)

    with pytest.raises(Invalid, match="一次上传的图片合计太大"):
        checked("大图.png", png_header(1_000, 1_000), allowance)


def test_who_waits_too_long_for_the_drawing_is_told_so(checked):
    allowance = filetypes.Allowance(seconds=0.3)
    with filetypes.DRAWING, pytest.raises(Busy):
        checked("图.png", picture("PNG"), filetypes.Allowance(seconds=0.01))
    filetypes.DRAWING.acquire()
    Timer(0.1, filetypes.DRAWING.release).start()

    checked("图.png", picture("PNG"), allowance)

    assert allowance.seconds < 0.25
    checked("图.png", picture("PNG"), filetypes.Allowance(seconds=0))  # nobody is drawing: no wait is needed


def test_the_preview_is_small_upright_and_says_nothing_of_the_original(checked, tmp_path):
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x9C9D] = 6, "SECRET-PLACE", "SECRET-AUTHOR"

    checked("照片.jpg", picture("JPEG", (1600, 800), exif=exif, comment=b"SECRET-COMMENT"))

    drawn = (tmp_path / "0000.preview").read_bytes()
    with Image.open(io.BytesIO(drawn)) as preview:
        assert preview.format == "JPEG"
        assert preview.size == (160, 320)
        assert not preview.getexif()
    assert b"SECRET" not in drawn


NAMES = {
    "整改报告.docx": "整改报告.docx",
    "C:\\Users\\张\\报告.docx": "报告.docx",
    "../../etc/passwd.txt": "passwd.txt",
    "..\\..\\windows\\a.txt": "a.txt",
    "\\\\server\\share\\a.txt": "a.txt",
    'a"; filename=x.html.txt': "a_; filename=x.html.txt",
    "a\r\nSet-Cookie: x=1.txt": "aSet-Cookie_ x=1.txt",
    "a\0b.txt": "ab.txt",
    "合同\u202etxt.docx": "合同txt.docx",
    "零\u200b宽\u2066.txt": "零宽.txt",
    "con.txt": "_con.txt",
    "NUL.hello.txt": "_NUL.hello.txt",
    "COM1.txt": "_COM1.txt",
    "LPT¹.txt": "_LPT¹.txt",
    "console.txt": "console.txt",
    " . 报告  一 . txt . ": "报告 一.txt",
    ".txt": "_.txt",
    "a<b>|c?*.txt": "a_b__c__.txt",
    "e\u0301.txt": "é.txt",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_made_one_any_system_can_hold(name):
    assert filetypes.clean(name) == NAMES[name]


@pytest.mark.parametrize("letter", ["长", "a", "😀"])
def test_a_long_name_keeps_its_end_and_fits_every_disk(letter):
    name = filetypes.clean(letter * 300 + ".docx")

    assert name.endswith(letter + ".docx")
    assert len(name.encode()) <= 255
