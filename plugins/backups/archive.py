"""The inside of a backup: a gzipped tar file, whose last member has the hashes of all the others."""

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from plugins.backups.faults import damaged
from plugins.backups.sealed import Opener, Sealer

MANIFEST = "manifest.json"
FAST = 1
"""Pictures do not get smaller, and a table of text gets small enough."""
BLOCK = 1024 * 1024
Hashes = dict[str, dict[str, Any]]


class _Hashing:
    """Reads a file for tarfile and hashes what passes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sha256, self.size = file, hashlib.sha256(), 0

    def read(self, length: int = -1) -> bytes:
        data = self._file.read(length)
        self.sha256.update(data)
        self.size += len(data)
        return data

    @property
    def found(self) -> dict[str, Any]:
        return {"size": self.size, "sha256": self.sha256.hexdigest()}


# Writing -----------------------------------------------------------------------------------------


@dataclass
class Packer:
    """Puts members into the archive one after another, none of them whole in memory."""

    tar: tarfile.TarFile
    files: Hashes = field(default_factory=dict)

    def add_file(self, name: str, path: Path) -> None:
        """As long as it is now; a file that grows meanwhile is taken up to here."""
        with path.open("rb") as file:
            info = self.tar.gettarinfo(arcname=name, fileobj=file)
            self._add(info, file)

    def add_text(self, name: str, text: str) -> None:
        info, content = tarfile.TarInfo(name), text.encode()
        info.size = len(content)
        self._add(info, io.BytesIO(content))

    def _add(self, info: tarfile.TarInfo, file: IO[bytes]) -> None:
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        reader = _Hashing(file)
        self.tar.addfile(info, reader)
        self.files[info.name] = reader.found

    def add_manifest(self, manifest: dict[str, Any]) -> None:
        """The last member."""
        words = {**manifest, "files": dict(self.files)}
        self.add_text(MANIFEST, json.dumps(words, ensure_ascii=False, indent=1))


@contextmanager
def packing(file: BinaryIO, key: bytes) -> Iterator[Packer]:
    """A packer into this file. Only a block that ends well makes it whole."""
    sealer = Sealer(file, key)
    with (
        gzip.GzipFile(fileobj=sealer, mode="wb", compresslevel=FAST, mtime=0) as plain,
        tarfile.open(fileobj=plain, mode="w|", format=tarfile.PAX_FORMAT, bufsize=BLOCK) as tar,
    ):
        yield Packer(tar)
    sealer.finish()


# Reading -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checked:
    """A backup that was read to its end, every frame opened and every member's hash compared."""

    manifest: dict[str, Any]
    sha256: str
    size: int


def read_through(path: Path, key: bytes, into: Path | None = None) -> Checked:
    """Checks the whole file and, with `into`, unpacks it there. Raises Refused when anything is wrong."""
    with path.open("rb") as file:
        opener = Opener(file, key)
        try:
            manifest, found = _members(io.BufferedReader(opener, BLOCK), into)
            whole = found == manifest["files"]
        except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, KeyError) as error:
            raise damaged() from error
    if not whole:
        raise damaged()
    return Checked(manifest, opener.sha256.hexdigest(), opener.size)


def _members(sealed: io.BufferedReader, into: Path | None) -> tuple[dict[str, Any], Hashes]:
    found: Hashes = {}
    manifest: dict[str, Any] = {}
    with gzip.GzipFile(fileobj=sealed) as plain:
        with tarfile.open(fileobj=plain, mode="r|") as tar:
            for member in tar:
                content = tar.extractfile(member)
                if content is None:
                    raise damaged()
                if member.name == MANIFEST:
                    manifest = json.load(content)
                else:
                    found[member.name] = _taken(content, _place(member.name, into))
        while plain.read(BLOCK):  # a tail that was cut off shows only here
            pass
    return manifest, found


def _place(name: str, into: Path | None) -> Path | None:
    """Never outside the folder, whatever the name says."""
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts:
        raise damaged()
    return into / parts if into else None


def _taken(content: IO[bytes], place: Path | None) -> dict[str, Any]:
    reader = _Hashing(content)
    if place is None:
        while reader.read(BLOCK):
            pass
        return reader.found
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.touch(0o600)
    with place.open("wb") as file:
        while data := reader.read(BLOCK):
            file.write(data)
    return reader.found
