"""Office files are zip archives: open them without trusting what they say about themselves."""

import io
import re
import zipfile

from .model import Unreadable

MAX_ENTRIES = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
SMALL = 4 * 1024 * 1024  # below this a ratio says nothing: a repetitive table packs 200:1

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED = b"PK\x03\x04"
_ENCRYPTED_FLAG = 0x1
_DECLARATION = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)")


class Archive:
    """An office file whose size, names and XML have been checked."""

    def __init__(self, content: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        self._parts: dict[str, bytes] = {}

    @property
    def names(self) -> list[str]:
        return self._zip.namelist()

    def check(self, main_part: str) -> None:
        """Refuse bombs by what they declare and by what they really unpack to."""
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES:
            raise Unreadable("文件内部的部件太多，不像正常的办公文件，请另存一份后再上传。")
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED or any(map(_is_bomb, entries)):
            raise Unreadable("文件解开后过大，不像正常的办公文件，请另存一份后再上传。")
        if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
            raise Unreadable("文件已加密，请去掉密码后再上传。")
        if len(set(self.names)) != len(entries) or main_part not in self.names:
            raise Unreadable("文件内容与扩展名不符，请用 Word、Excel 或 WPS 另存一份后再上传。")

    def part(self, name: str) -> bytes:
        """Return one XML part, refused if it declares a document type or entities."""
        if name not in self._parts:
            self._parts[name] = self._unpacked(name)
        return self._parts[name]

    def _unpacked(self, name: str) -> bytes:
        with self._zip.open(name) as stream:
            content = stream.read(MAX_UNPACKED + 1)
        if len(content) > MAX_UNPACKED:
            raise Unreadable("文件解开后过大，不像正常的办公文件，请另存一份后再上传。")
        if _DECLARATION.search(content):
            raise Unreadable("文件里有不允许的 XML 声明，请用 Word、Excel 或 WPS 另存一份后再上传。")
        return content


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    is_large = entry.file_size > SMALL
    return is_large and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)


def opened(content: bytes, *, main_part: str) -> Archive:
    """Open an office file and check it before anything is parsed."""
    if content.startswith(_OLE):
        raise Unreadable("文件已加密或是旧版格式，请去掉密码并另存为 .docx 或 .xlsx 后再上传。")
    if not content.startswith(_PACKED):
        raise Unreadable("文件内容与扩展名不符，请用 Word、Excel 或 WPS 另存一份后再上传。")
    try:
        archive = Archive(content)
    except zipfile.BadZipFile as error:
        raise Unreadable("文件不完整或已损坏，请重新下载或另存一份后再上传。") from error
    archive.check(main_part)
    return archive
