"""LibreOffice as one more reader of our files: what it shows of them as text."""

import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

from tests.fixtures import skip_without

SECONDS = 60


def shown_by_libreoffice(content: bytes, name: str, folder: Path) -> str:
    """The text of a .docx (through PDF, as it would be printed) or the cells of an .xlsx."""
    return all_shown_by_libreoffice({name: content}, folder)[name]


def all_shown_by_libreoffice(files: dict[str, bytes], folder: Path) -> dict[str, str]:
    """The same of several of one kind, by name: the program starts once."""
    program = shutil.which("soffice")
    if program is None:
        skip_without("office", "no LibreOffice on this machine")
    paths = {name: folder / name for name in files}
    for name, path in paths.items():
        path.write_bytes(files[name])
    is_word = all(name.endswith(".docx") for name in files)
    kind = "pdf" if is_word else "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", kind, "--outdir", str(folder)]
    command += map(str, paths.values())
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    return {name: _text(path.with_suffix(f".{kind[:3]}")) for name, path in paths.items()}


def _text(file: Path) -> str:
    if file.suffix == ".csv":
        return file.read_text("utf-8")
    import pdfplumber  # noqa: PLC0415 - slow to load

    with pdfplumber.open(file) as pdf:
        return "\f".join(page.extract_text() for page in pdf.pages)


def parts(content: bytes) -> dict[str, bytes]:
    """What an office file is made of, by name."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
