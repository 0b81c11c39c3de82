"""Reading in a process of its own: the same answer, and nothing a file does reaches the server."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from intranet.extensions import db
from plugins.campaign.models import Draft
from plugins.campaign.reader import Unreadable, apart, files, read_apart, read_file
from tests.fixtures import HTMX, login

from .conftest import PLAN, upload

pytestmark = pytest.mark.one_engine

PDF = (Path(__file__).parent / "fragments" / "printed-plan.pdf").read_bytes()
SLOW = ("××年" * 6_000 + "\n").encode() * 25
IMPORT = "/hospital/campaign/import"


@pytest.fixture(autouse=True)
def _each_file_read_once():
    """Here each reading is its own."""


@pytest.fixture
def no_time(monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 0)


@pytest.mark.parametrize(("name", "content"), [("plan.pdf", PDF), ("方案.txt", PLAN.encode())])
def test_the_answer_is_the_same(monkeypatch, tmp_path, name, content):
    monkeypatch.chdir(tmp_path)

    assert read_apart(name, content, year=2014) == read_file(name, content, year=2014)


@pytest.mark.parametrize("name", ["a.exe", "-c.docx", "\0'\udc80.pdf"])
def test_a_refusal_comes_back_in_its_own_words(name):
    with pytest.raises(Unreadable) as here:
        read_file(name, b"x")
    with pytest.raises(Unreadable) as apart_from_here:
        read_apart(name, b"x")

    assert str(apart_from_here.value) == str(here.value)


def test_a_fault_of_ours_is_not_blamed_on_the_file(caplog):
    with pytest.raises(RuntimeError):
        read_apart("a.txt", PLAN.encode(), year="2014")

    assert caplog.text.rstrip().endswith("TypeError")
    assert "in read_file" in caplog.text


def test_a_reader_that_cannot_start_is_not_blamed_on_the_file(monkeypatch):
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-m", "plugins.campaign.nothing"))

    with pytest.raises(subprocess.CalledProcessError):
        read_apart("a.txt", PLAN.encode())


def test_a_reading_out_of_time_is_a_refusal(no_time):
    with pytest.raises(Unreadable, match="太复杂"):
        read_apart("a.txt", PLAN.encode())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these limits")
@pytest.mark.parametrize("limits", [b'"seconds": 1, "memory": 1073741824', b'"seconds": 30, "memory": 1'])
def test_the_process_binds_itself_too(limits):
    question = b'{"name": "a.txt", "year": null, %s}\n' % limits

    with pytest.raises(Unreadable, match="太复杂"):
        apart._asked(question + SLOW)


def test_a_parser_out_of_memory_is_not_taken_for_a_damaged_file(monkeypatch):
    def hungry(_content):
        raise MemoryError

    monkeypatch.setitem(files._READERS, ".txt", hungry)

    with pytest.raises(MemoryError):
        read_file("a.txt", b"x")


def test_two_files_are_read_at_a_time(monkeypatch):
    monkeypatch.setattr(apart, "WAIT", 0)

    with apart._PLACES, apart._PLACES, pytest.raises(Unreadable, match="正在读取"):
        read_apart("a.txt", PLAN.encode())

    assert read_apart("a.txt", PLAN.encode()).documents


def test_the_process_knows_nothing_of_the_server():
    program = "import sys, plugins.campaign.reader.__main__; sys.exit('intranet' in sys.modules)"

    subprocess.run([sys.executable, "-c", program], cwd=apart._ROOT, check=True)


# Where it is seen --------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_the_upload_page_says_it_and_keeps_the_form(app, no_time, headers):
    data = {"file": (io.BytesIO(PLAN.encode()), "方案.txt"), "year": "2026"}

    response = login(app, "office").post(IMPORT, data=data, headers=headers)

    assert response.status_code == 422
    assert "文件太复杂" in response.text
    assert 'value="2026"' in response.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_draft_that_cannot_be_read_again_stays_as_it_was(app, monkeypatch):
    office = login(app, "office")
    review = upload(office)
    monkeypatch.setattr(apart, "SECONDS", 0)

    response = office.post(f"{review}/year", data={"year": "2025", "version": "1"})

    assert response.status_code == 422
    assert "文件太复杂" in response.text
    with app.app_context():
        draft = db.session.get(Draft, 1)
        assert (draft.version, draft.year) == (1, None)


def test_the_command_says_it_on_stderr(app, no_time, tmp_path):
    path = tmp_path / "方案.txt"
    path.write_text(PLAN, "utf-8")

    result = app.test_cli_runner().invoke(args=["campaign", "read", str(path)])

    assert result.exit_code == 1
    assert "文件太复杂" in result.stderr
