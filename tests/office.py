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
    program = shutil.which("soffice")
    if program is None:
        skip_without("office", "no LibreOffice on this machine")
    file = folder / name
    file.write_bytes(content)
    kind = (
        "pdf" if name.endswith(".docx") else "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true"
    )
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    return _text(file.with_suffix(f".{kind[:3]}"))


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
