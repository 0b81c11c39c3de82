"""The example of the handbook is a plugin like any other: copied into plugins/ it works and tests itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ("docs", "intranet", "templates", "tests", "pyproject.toml", "setup.cfg", "conftest.py", "README.md")
CHECKS = (
    (
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        "hello",
        "plugins",
        "tests/test_docs.py",
        "tests/test_translations.py",
    ),
    ("ruff", "check", "--no-cache", "plugins"),
    ("ruff", "format", "--no-cache", "--check", "plugins"),
    ("djlint", "--lint", "--quiet", "plugins"),
)


def test_copied_into_plugins_it_passes_its_own_tests_and_those_every_plugin_must(tmp_path):
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, tmp_path / part)
    shutil.copytree(ROOT / "tests" / "plugins" / "hello", tmp_path / "plugins" / "hello")
    (tmp_path / "plugins" / "__init__.py").touch()
    ours = ("PYTEST_", "COV_", "INTRANET_DEMO")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environ["PYTHONPATH"] = str(tmp_path)

    for check in CHECKS:
        command = [sys.executable, "-m", *check]
        done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        assert check[0] != "pytest" or "14 passed" in done.stdout, done.stdout


def test_it_is_small_enough_for_an_afternoon():
    files = (ROOT / "tests" / "plugins" / "hello").glob("*.py")

    assert sum(len(path.read_text("utf-8").splitlines()) for path in files) < 160
