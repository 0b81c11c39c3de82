"""Which files go into a backup, and that no secret does."""

import json
from pathlib import Path

import pytest

from plugins.backups import contents
from plugins.backups.archive import read_through
from plugins.backups.contents import as_config, is_secret, kept_files

from .conftest import back_up, key_of, put_upload

IN = ("uploads/ab/abcdef", "uploads/cd/report.key", "branding/logo.svg", "notes.txt")
OUT = (
    "secret.key",
    "sealing.key",
    "backup.key",
    ".secret.key.12ab",
    "tls/site.key",
    "tls/site.pem",
    "demo-password",
    "config.py",
    "config.restored.py",
    "intranet.sqlite-wal",
    "backup.lock",
    "some.lock",
    "uploads/ab/.half",
    "uploads/ab/half.part",
    "uploads/ab/half.tmp",
    "backups/intranet-20260101-020000.backup",
    "before-upgrade/20260101.sqlite",
    "backup-work/intranet.sqlite",
    "restoring/files/x",
    "old.backup",
)
MARKER = "a-secret-nobody-may-find"
CONFIG = f"""
# the old one was {MARKER}1
_password = "{MARKER}2"
SITE_NAME = "某某医院"
UPLOAD_MB = 20
"""


@pytest.fixture
def app(make_app):
    return make_app("cast")


@pytest.mark.one_engine
def test_everything_is_taken_but_what_is_named(app):
    for name in (*IN, *OUT):
        put_upload(app, b"x", name)

    with app.app_context():
        taken = {name for name, _path in kept_files(Path(app.instance_path))}

    assert taken == set(IN)


@pytest.mark.one_engine
def test_uploads_on_another_disk_are_taken_and_links_elsewhere_are_not(app, tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk/abc").write_text("x")
    (tmp_path / "foreign").write_text("x")
    folder = Path(app.instance_path)
    (folder / "uploads").symlink_to(tmp_path / "disk")
    (folder / "linked.txt").symlink_to(tmp_path / "foreign")
    (tmp_path / "disk/leads-out").symlink_to(tmp_path / "foreign")

    with app.app_context():
        assert [name for name, _path in kept_files(folder)] == ["uploads/abc"]


@pytest.mark.one_engine
def test_the_folder_of_backups_is_not_in_the_backup(make_app, tmp_path):
    app = make_app("cast", BACKUP_FOLDER=str(tmp_path / "instance0" / "copies"))
    put_upload(app, b"x", "copies/other-name")

    with app.app_context():
        assert list(kept_files(Path(app.instance_path))) == []


def test_no_key_no_password_and_no_login_is_in_a_backup(app, client_for, tmp_path):
    folder = Path(app.instance_path)
    client_for("head")
    (folder / "config.py").write_text(CONFIG, "utf-8")
    (folder / "demo-password").write_text(f"{MARKER}3")
    back_up(app, tmp_path / "x.backup")
    secrets = [app.config["SECRET_KEY"], app.config["SEALING_KEY"], key_of(app)]

    checked = read_through(tmp_path / "x.backup", key_of(app), into=tmp_path / "out")

    held = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    held += json.dumps(checked.manifest).encode()
    assert MARKER.encode() not in held
    for secret in secrets:
        assert secret not in held
        assert secret.hex().encode() not in held
    assert checked.manifest["rows"]["core_login_session"] == 0
    assert checked.manifest["settings"] == {"SITE_NAME": "某某医院", "UPLOAD_MB": 20}


@pytest.mark.one_engine
def test_settings_that_may_hold_a_password_become_a_remark(tmp_path, monkeypatch):
    monkeypatch.setitem(contents.DEFAULTS, "MAIL_PASSWORD", "")
    config = ('DATABASE_URL = "postgresql+psycopg://u:X@h/d"', 'MAIL_PASSWORD = "X"', 'HOSTS = ("a",)')
    (tmp_path / "config.py").write_text("\n".join(config).replace("X", MARKER))

    kept = contents.own_settings(tmp_path)
    written = as_config({**kept, "GONE_IN_THIS_VERSION": 1})

    assert kept == {"DATABASE_URL": None, "MAIL_PASSWORD": None, "HOSTS": ("a",)}
    assert MARKER not in written
    for line in ("# DATABASE_URL =", "# MAIL_PASSWORD =", "HOSTS = ('a',)", "# GONE_IN_THIS_VERSION ="):
        assert line in written.splitlines()
    assert all(map(is_secret, ("SMTP_TOKEN", "SMTP_PASSWORD", "LDAP_SECRET", "ROBOT_URL", "API_KEY")))
