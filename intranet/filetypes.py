"""Which files may be uploaded: told by the end of the name, believed only after a look inside."""

import re
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from threading import Lock
from time import monotonic

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps

from intranet.errors import Busy, Invalid

MB = 1024 * 1024
MOST_PARTS, MOST_UNPACKED, PREVIEW = 2_000, 200 * MB, (320, 320)
DRAWING = Lock()
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])(\.|$)", re.IGNORECASE)
WRONG = _l("内容与扩展名不符，或已损坏、加密，请用原来的软件另存一份后再上传。")
PIXELS = _l("图片太大：jpg 最多 5000 万像素，其他 2000 万像素，请缩小后再上传。")
TOGETHER = _l("一次上传的图片合计太大：jpg 最多 1.5 亿像素，其他 6000 万像素。请缩小或分几次上传。")


@dataclass
class Allowance:
    """What the pictures of one request may take together."""

    largest: float = 3
    """So many pictures of the largest size, or more of smaller ones."""
    seconds: float = 5
    """Of waiting while those of other requests are drawn."""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One picture is drawn at a time: each takes much memory. Raises Busy when others take too long."""
        began = monotonic()
        if not DRAWING.acquire(timeout=max(self.seconds, 0)):
            raise Busy
        try:
            self.seconds -= monotonic() - began
            yield
        finally:
            DRAWING.release()


def clean(name: str) -> str:
    """The name to show: no path, no signs that hide or turn text, nothing another system refuses."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign) not in UNSEEN)
    stem, _dot, end = re.sub(r'[<>:"|?*]', "_", " ".join(seen.split())).strip(" .").rpartition(".")
    stem = stem.encode()[:200].decode(errors="ignore").strip(" .")
    return f"{'' if stem and not DEVICE.match(stem) else '_'}{stem}.{end.strip()[:20]}"


def check(path: Path, name: str, allowance: Allowance) -> str:
    """The content type. Raises Invalid, saying what to do, unless the file is what its name says."""
    if not path.stat().st_size:
        raise Invalid(_("“%(name)s”是空的（0 字节），请检查后重新上传。", name=name))
    content_type, look = KINDS.get(name.rpartition(".")[2].lower(), ("", _unknown))
    try:
        look(path, content_type, allowance)
    except Busy:
        raise
    except Exception as error:  # the parsers promise no error type for damaged files
        why = getattr(error, "message", PIXELS if isinstance(error, Image.DecompressionBombError) else WRONG)
        raise Invalid(_("“%(name)s”：%(why)s", name=name, why=why)) from error
    return content_type


def _unknown(_path: Path, _content_type: str, _allowance: Allowance) -> None:
    raise Invalid(_l("不能上传这种文件，请另存为允许的格式后再上传。"))


def _office(path: Path, content_type: str, _allowance: Allowance) -> None:
    """Judged by what it declares: nothing is unpacked but the list of its parts."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        entries = sum(1 for _each in re.finditer(b"PK\1\2", content))
    if entries > MOST_PARTS:  # ZipFile would hold them all in memory
        raise Invalid(_l("文件内部的部件太多，不像正常的办公文件，请另存一份后再上传。"))
    with zipfile.ZipFile(path) as archive, archive.open("[Content_Types].xml") as types:
        parts = archive.infolist()
        # Below 4 MB a ratio says nothing: a repetitive table packs 200:1.
        if sum(part.file_size for part in parts) > min(MOST_UNPACKED, max(4 * MB, 100 * path.stat().st_size)):
            raise Invalid(_l("文件解开后过大，不像正常的办公文件，请另存一份后再上传。"))
        if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
            raise Invalid(_l("文件带有宏，请另存为不带宏的格式后再上传。"))
        odd = len(set(archive.namelist())) < len(parts) or any(part.flag_bits & 1 for part in parts)
        if odd or f"{content_type}.main+xml".encode() not in types.read(MB):
            raise ValueError


def _pdf(path: Path, _content_type: str, _allowance: Allowance) -> None:
    with path.open("rb") as file:
        if file.read(5) != b"%PDF-":
            raise ValueError


def _text(path: Path, _content_type: str, _allowance: Allowance) -> None:
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError), path.open(encoding=encoding) as text:
            while piece := text.read(MB):
                if "\0" in piece:
                    raise ValueError
            return
    raise ValueError


def _picture(path: Path, content_type: str, allowance: Allowance) -> None:
    """Draws the preview anew: what cannot be drawn is no picture, and nothing hidden comes along."""
    with allowance.turn(), Image.open(path, formats=[content_type.removeprefix("image/")]) as image:
        is_light = content_type == "image/jpeg" and "progressive" not in image.info  # read at a small size
        size = image.width * image.height / (50_000_000 if is_light else 20_000_000)
        if size > 1:
            raise Image.DecompressionBombError
        allowance.largest -= size
        if allowance.largest < 0:
            raise Invalid(TOGETHER)
        image.thumbnail(PREVIEW)
        drawn = ImageOps.exif_transpose(image).convert("RGBA")
    ground = Image.new("RGB", drawn.size, "white")
    ground.paste(drawn, mask=drawn)
    ground.save(path.with_suffix(".preview"), "JPEG")


OPENXML = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "docx": (f"{OPENXML}.wordprocessingml.document", _office),
    "xlsx": (f"{OPENXML}.spreadsheetml.sheet", _office),
    "pptx": (f"{OPENXML}.presentationml.presentation", _office),
    "pdf": ("application/pdf", _pdf),
    **dict.fromkeys(("txt", "md", "csv"), ("text/plain", _text)),
    **dict.fromkeys(("jpg", "jpeg"), ("image/jpeg", _picture)),
    **{end: (f"image/{end}", _picture) for end in ("png", "gif", "webp")},
}
