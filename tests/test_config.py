"""Settings: defaults, then the file, then the environment; a mistake is named."""

import subprocess
import sys
from pathlib import Path

import pytest

from intranet import config

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path):
    """An instance folder with a settings file."""
    (tmp_path / "config.py").write_text('SITE_NAME = "县医院内网"\nLOGIN_ATTEMPTS = 3\n', "utf-8")
    return tmp_path


def test_without_file_and_environment_the_defaults_hold(tmp_path):
    assert config.load(tmp_path, {}) == config.DEFAULTS


def test_the_file_wins_over_the_defaults_and_leaves_the_rest(folder):
    settings = config.load(folder, {})

    assert settings == {**config.DEFAULTS, "SITE_NAME": "县医院内网", "LOGIN_ATTEMPTS": 3}


def test_the_environment_wins_over_the_file(folder):
    settings = config.load(folder, {"INTRANET_SITE_NAME": "市医院内网"})

    assert settings["SITE_NAME"] == "市医院内网"
    assert settings["LOGIN_ATTEMPTS"] == 3


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("SAFE_MODE", "true", True),
        ("SAFE_MODE", "0", False),
        ("UPLOAD_MB", "25", 25),
        ("PLUGINS", "a, b,", ("a", "b")),
        ("SITE_NAME", "12", "12"),
        ("REMIND_WORKDAYS_BEFORE", "5, 2", (5, 2)),
    ],
)
def test_the_environment_is_read_in_the_type_of_the_default(tmp_path, name, text, value):
    assert config.load(tmp_path, {f"INTRANET_{name}": text})[name] == value


def test_an_unknown_name_in_the_file_is_an_error_that_names_it(tmp_path):
    (tmp_path / "config.py").write_text("SIET_NAME = 'x'\n", "utf-8")

    with pytest.raises(config.UnknownSetting, match="SIET_NAME"):
        config.load(tmp_path, {})


def test_an_unknown_name_in_the_environment_is_an_error_that_names_it(tmp_path):
    with pytest.raises(config.UnknownSetting, match="SAVE_MODE"):
        config.load(tmp_path, {"INTRANET_SAVE_MODE": "1"})


@pytest.mark.parametrize("line", ["UPLOAD_MB = '10'", "SAFE_MODE = 1", "SITE_NAME = None", "PLUGINS = 'x'"])
def test_a_wrong_type_in_the_file_is_an_error_that_names_the_setting(tmp_path, line):
    (tmp_path / "config.py").write_text(line + "\n", "utf-8")

    with pytest.raises(config.WrongSetting, match=line.partition(" ")[0]):
        config.load(tmp_path, {})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("UPLOAD_MB", "ten"),
        ("SAFE_MODE", "maybe"),
        ("PROXIES", "-1"),
        ("REMIND_WORKDAYS_BEFORE", "7,seven"),
        ("LANGUAGE", "de"),
        ("PASSWORD_POLICY", "mpls"),
        ("AUDIT_DAYS", "189"),
    ],
)
def test_a_wrong_type_in_the_environment_is_an_error_that_names_the_setting(tmp_path, name, text):
    with pytest.raises(config.WrongSetting, match=name):
        config.load(tmp_path, {f"INTRANET_{name}": text})


def test_what_tests_and_the_bench_read_is_not_taken_for_a_setting(tmp_path):
    environ = {"INTRANET_INSTANCE": "x", "INTRANET_TEST_DATABASE": "postgres", "HOME": "/"}

    assert config.load(tmp_path, environ) == config.DEFAULTS


def test_the_command_says_the_mistake_in_one_sentence(tmp_path):
    code = "from intranet.cli import main; main()"
    environ = {"INTRANET_INSTANCE": str(tmp_path), "INTRANET_SAVE_MODE": "1", "PYTHONPATH": str(ROOT)}

    command = [sys.executable, "-c", code, "check"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "没有名为 SAVE_MODE 的设置" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_setting_is_explained_by_a_comment_above_it():
    lines = (ROOT / "intranet" / "config.py").read_text("utf-8").splitlines()

    for name in config.DEFAULTS:
        number = next(at for at, line in enumerate(lines) if line.strip().startswith(f'"{name}":'))
        assert lines[number - 1].strip().startswith("#"), name


def test_a_password_of_a_wrong_type_is_not_repeated(tmp_path):
    (tmp_path / "config.py").write_text("SMTP_PASSWORD = 271828\n", "utf-8")

    with pytest.raises(config.WrongSetting, match="SMTP_PASSWORD") as caught:
        config.load(tmp_path, {})

    assert "271828" not in str(caught.value)
