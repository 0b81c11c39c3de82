"""The format: what is changed, moved, missing or cut off is found, and a wrong key is told from damage."""

import io
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from plugins.backups import recovery, sealed
from plugins.backups.archive import packing, read_through
from plugins.backups.faults import Fault, Refused

pytestmark = pytest.mark.one_engine

KEY = bytes(range(32))
OTHER = bytes(32)
HEADER = len(sealed.MAGIC) + sealed.FINGERPRINT + sealed.SALT
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _small_frames(monkeypatch):
    monkeypatch.setattr(sealed, "FRAME", 100)


def seal(plain):
    file = io.BytesIO()
    sealer = sealed.Sealer(file, KEY)
    sealer.write(plain)
    sealer.finish()
    return file.getvalue()


def unseal(data, key=KEY):
    return io.BufferedReader(sealed.Opener(io.BytesIO(data), key)).read()


def frames(data):
    step = 100 + sealed.TAG
    return [data[start : start + step] for start in range(HEADER, len(data), step)]


def refusal(act, *arguments):
    with pytest.raises(Refused) as caught:
        act(*arguments)
    return caught.value.fault


@pytest.mark.parametrize("length", [0, 1, 99, 100, 101, 200, 350])
def test_what_goes_in_comes_out(length):
    plain = bytes(number % 251 for number in range(length))

    data = seal(plain)

    assert unseal(data) == plain
    assert plain not in data or length < 2


def test_a_flipped_bit_anywhere_is_found():
    data = seal(b"x" * 250)

    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        assert refusal(unseal, bytes(changed)) is not Fault.OTHER, place


def test_a_file_cut_off_anywhere_is_found():
    data = seal(b"x" * 350)

    for length in range(len(data)):
        assert refusal(unseal, data[:length]) in {Fault.DAMAGED, Fault.NOT_A_BACKUP, Fault.WRONG_KEY}, length


def test_frames_in_another_order_or_missing_or_added_are_found():
    data = seal(b"x" * 350)
    head, (first, second, third, last) = data[:HEADER], frames(data)

    for wrong in (
        (second, first, third, last),
        (first, third, last),
        (first, second, third),
        (first, first, second, third, last),
        (first, second, third, last, last),
    ):
        assert refusal(unseal, head + b"".join(wrong)) is Fault.DAMAGED
    assert unseal(head + first + second + third + last) == b"x" * 350


def test_frames_of_another_backup_under_the_same_key_do_not_fit():
    one, other = seal(b"x" * 150), seal(b"x" * 150)

    assert refusal(unseal, one[:HEADER] + other[HEADER:]) is Fault.DAMAGED


def test_a_wrong_key_is_said_to_be_one():
    assert refusal(unseal, seal(b"x"), OTHER) is Fault.WRONG_KEY


def test_two_backups_of_the_same_content_have_nothing_in_common():
    assert seal(b"x" * 50)[-66:] != seal(b"x" * 50)[-66:]


# The archive ---------------------------------------------------------------------------------------


def pack(path, *, manifest_too=True):
    with path.open("wb") as file, packing(file, KEY) as packer:
        packer.add_text("files/a", "one")
        packer.add_text("files/b/c", "two")
        if manifest_too:
            packer.add_manifest({"format": 1})
    return path


def test_an_archive_unpacks_where_it_is_told_and_nowhere_else(tmp_path):
    checked = read_through(pack(tmp_path / "x"), KEY, into=tmp_path / "out")

    assert (tmp_path / "out/files/b/c").read_text() == "two"
    assert set(checked.manifest["files"]) == {"files/a", "files/b/c"}
    assert checked.size == (tmp_path / "x").stat().st_size


@pytest.mark.parametrize("name", ["../outside", "/outside", "files/../../outside"])
def test_a_name_that_leads_out_is_refused(tmp_path, name):
    with (tmp_path / "x").open("wb") as file, packing(file, KEY) as packer:
        packer.add_text(name, "evil")
        packer.add_manifest({"format": 1})

    assert refusal(read_through, tmp_path / "x", KEY, tmp_path / "out") is Fault.DAMAGED
    assert not (tmp_path / "outside").exists()


def test_without_its_list_an_archive_is_not_whole(tmp_path):
    assert refusal(read_through, pack(tmp_path / "x", manifest_too=False), KEY) is Fault.DAMAGED


def test_a_packing_that_fails_leaves_a_file_that_shows_it(tmp_path):
    def fails():
        with (tmp_path / "x").open("wb") as file, packing(file, KEY) as packer:
            packer.add_text("files/a", "one")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()

    assert refusal(read_through, tmp_path / "x", KEY) is Fault.DAMAGED


# The key on paper ----------------------------------------------------------------------------------


def test_the_key_on_paper_can_be_typed_back_in_any_case_and_spacing():
    paper = recovery.written(KEY)

    assert re.fullmatch(r"([A-Z2-7]{4}-){13}[A-Z2-7]{4}", paper)
    for typed in (paper, paper.lower(), paper.replace("-", " "), paper.replace("O", "0").replace("I", "1")):
        assert recovery.read(typed) == KEY
    assert recovery.read(KEY.hex() + "\n") == KEY


def test_every_slip_of_one_sign_is_noticed():
    paper = recovery.written(KEY)

    for place, sign in enumerate(paper):
        if sign != "-":
            typed = paper[:place] + ("B" if sign != "B" else "C") + paper[place + 1 :]
            assert refusal(recovery.read, typed) is Fault.WRONG_KEY, place
    for typed in ("", "hello", paper[:-5], paper + "AAAA", "é" * 56):
        assert refusal(recovery.read, typed) is Fault.WRONG_KEY


def test_the_program_in_the_handbook_reads_a_backup(tmp_path, monkeypatch):
    monkeypatch.undo()
    big = bytes(number % 251 for number in range(3 * sealed.FRAME))
    with (tmp_path / "site.backup").open("wb") as file, packing(file, KEY) as packer:
        packer.add_text("files/a", "one" + big.hex())
        packer.add_manifest({"format": 1})
    handbook = (ROOT / "docs/operations.md").read_text("utf-8")
    program = re.search(r"```python\n(.*?)```", handbook, re.DOTALL)[1]
    command = [sys.executable, "-c", program, str(tmp_path / "site.backup"), recovery.written(KEY)]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)

    (tmp_path / "site.tar.gz").write_bytes(done.stdout)
    with tarfile.open(tmp_path / "site.tar.gz") as tar:
        assert tar.getnames() == ["files/a", "manifest.json"]
