"""Keys: made once, for the service account's eyes, outside the database."""

import stat
import subprocess
import sys
from pathlib import Path

from intranet import create_app, keys
from intranet.extensions import db

ROOT = Path(__file__).parents[1]


def test_both_keys_are_made_at_the_first_run_readable_by_the_owner_only(tmp_path):
    create_app(tmp_path)

    for name in ("secret.key", "sealing.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600, name


def test_a_loosened_mode_is_tightened_at_the_next_start(tmp_path):
    keys.secret_key(tmp_path)
    (tmp_path / "secret.key").chmod(0o644)

    keys.secret_key(tmp_path)

    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_key_is_made_once_and_is_long_enough(tmp_path):
    first = keys.sealing_key(tmp_path)

    assert keys.sealing_key(tmp_path) == first
    assert len(first) == 32


def test_the_two_keys_differ_and_two_sites_differ(tmp_path):
    made = {keys.secret_key(tmp_path), keys.sealing_key(tmp_path), keys.secret_key(tmp_path / "other")}

    assert len(made) == 3


def test_processes_that_start_together_agree_and_leave_no_draft(tmp_path):
    code = (
        "import sys, pathlib; from intranet import keys; sys.stdin.read(1);"
        "print([keys.secret_key(pathlib.Path(sys.argv[1]) / str(site)).hex() for site in range(80)])"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    pipe = subprocess.PIPE
    processes = [
        subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _each in range(4)
    ]
    for process in processes:  # all have imported and wait for this letter
        process.stdin.write("x")
        process.stdin.flush()

    keys_seen = {process.communicate(timeout=120)[0].strip() for process in processes}

    assert len(keys_seen) == 1
    assert {path.name for path in tmp_path.glob("*/*")} == {"secret.key"}


def test_the_keys_are_in_no_file_of_the_database(hello_app):
    folder = Path(hello_app.instance_path)
    with hello_app.app_context():
        db.session.remove()
        db.engine.dispose()

    for path in folder.glob("intranet.sqlite*"):
        content = path.read_bytes()
        for name in ("SECRET_KEY", "SEALING_KEY"):
            assert hello_app.config[name] not in content
            assert hello_app.config[name].hex().encode() not in content


def test_a_later_sealing_key_joins_the_ring_and_takes_no_name_again(tmp_path):
    first = keys.sealing_key(tmp_path)
    (tmp_path / "sealing-copy.key").write_text("somebody's own\n")
    names = [keys.add_sealing_key(tmp_path).name for _time in range(2)]
    (tmp_path / "sealing-2.key").unlink()

    assert [*names, keys.add_sealing_key(tmp_path).name] == [
        "sealing-2.key",
        "sealing-3.key",
        "sealing-4.key",
    ]
    ring = list(keys.sealing_ring(tmp_path).values())
    assert ring[0] == first
    assert len(set(ring)) == 3
