"""Fetch the front-end files that vendor.json names, and refuse any that differ from it.

    python intranet/static/vendor/update.py            fetch what has the recorded hash
    python intranet/static/vendor/update.py --accept   fetch and record: after a version was changed
    python intranet/static/vendor/update.py --check    compare the files here; needs no network

Fetching needs npm. A hospital needs neither npm nor this: the files are in the repository.
"""

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

HERE = Path(__file__).parent
RECORD = HERE / "vendor.json"
OURS = {RECORD.name, Path(__file__).name, ".gitattributes"}

# A map file is not shipped; without this line the browser does not ask for it.
SOURCE_MAP = re.compile(rb"\n?(/\*|//)# sourceMappingURL=.*?(\*/|\n|$)")


class Entry(TypedDict):
    """One file: where it comes from (name, version, source) and what it must be (bytes, sha384)."""

    name: str
    version: str
    licence: str
    source: str
    file: str
    bytes: int
    sha384: str


def main() -> int:
    """Do what the command line asks; 1 means that a file is not what vendor.json says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="compare the files here; offline")
    mode.add_argument("--accept", action="store_true", help="record what was fetched as right")
    asked = parser.parse_args()

    entries: list[Entry] = json.loads(RECORD.read_text("utf-8"))
    problems = check(entries) if asked.check else update(entries, accept=asked.accept)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{len(entries)} vendored files are as recorded.")
    return 1 if problems else 0


def check(entries: list[Entry]) -> list[str]:
    """What is wrong with the files in this folder, one sentence each."""
    expected = {entry["file"] for entry in entries} | OURS
    found = {path.name for path in HERE.iterdir() if path.is_file()}
    problems = [f"{name} is not in {RECORD.name}." for name in sorted(found - expected)]
    for entry in entries:
        if entry["file"] not in found:
            problems.append(f"{entry['file']} is missing; run `make vendor`.")
        else:
            problems += differences(entry, (HERE / entry["file"]).read_bytes())
    return problems


def update(entries: list[Entry], *, accept: bool) -> list[str]:
    """Fetch every file. Nothing is written unless all of them are right, or are to be accepted."""
    packages = sorted({(entry["name"], entry["version"]) for entry in entries})
    fetched = {package: fetch(*package, wanted(entries, package)) for package in packages}

    contents = [fetched[entry["name"], entry["version"]][entry["source"]] for entry in entries]
    if accept:
        for entry, content in zip(entries, contents, strict=True):
            entry["bytes"], entry["sha384"] = len(content), sha384(content)
    problems = [
        problem
        for entry, content in zip(entries, contents, strict=True)
        for problem in differences(entry, content)
    ]
    if not problems:
        for entry, content in zip(entries, contents, strict=True):
            (HERE / entry["file"]).write_bytes(content)
        text = json.dumps(entries, indent=2, ensure_ascii=False) + "\n"
        RECORD.write_text(text, "utf-8", newline="\n")
    return problems


def wanted(entries: list[Entry], package: tuple[str, str]) -> list[str]:
    """Paths inside one package that some entry is copied from."""
    return [entry["source"] for entry in entries if (entry["name"], entry["version"]) == package]


def fetch(name: str, version: str, paths: Iterable[str]) -> dict[str, bytes]:
    """Files of one package, without its source-map lines. Nothing of the package is run."""
    print(f"Fetching {name} {version} ...", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--ignore-scripts", f"{name}@{version}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as package:
            return {path: SOURCE_MAP.sub(b"", member(package, path)) for path in paths}


def member(package: tarfile.TarFile, path: str) -> bytes:
    """One file of an npm archive; the archive keeps everything under package/."""
    reader = package.extractfile(f"package/{path}")
    if reader is None:
        message = f"{path} is not a file in this package."
        raise FileNotFoundError(message)
    return reader.read()


def differences(entry: Entry, content: bytes) -> list[str]:
    """One sentence if the content is not what the record says, none if it is."""
    if (len(content), sha384(content)) == (entry["bytes"], entry["sha384"]):
        return []
    return [f"{entry['file']} is not the recorded {entry['name']} {entry['version']}."]


def sha384(content: bytes) -> str:
    """The hash in the form of an HTML integrity attribute."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


if __name__ == "__main__":
    sys.exit(main())
