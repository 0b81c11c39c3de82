"""Deleting any one plugin's folder leaves the rest working: made, filled, and opened without it."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from intranet.loading import find_plugins

ROOT = Path(__file__).parents[1]
PARTS = ("intranet", "plugins", "templates", "tests", "setup.cfg")
LIVE_WITHOUT = """
import runpy, sys
# the checkout this Python is linked to would lend its own copy of what was deleted
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
from intranet import create_app, migrate
from intranet.db import transaction
from tests import quicker
from tests.fixtures import login
quicker.do_once(sys.argv[3])
made = runpy.run_path(sys.argv[4])  # from the checkout: it may be what was deleted
app = create_app(sys.argv[1])
app.config["RAISE_PLUGIN_ERRORS"] = True
with app.app_context():
    migrate.upgrade()
    with transaction():
        made["make"](made["Size"](cards=6, people=12))
state = app.extensions["intranet.plugins"]
assert not state.failures, state.failures
assert sys.argv[2] not in state.working
for username in ("head", "office", "supervisor"):
    client = login(app, username)
    for path in ("/", "/nk1/", "/nk1/plugins" if username != "supervisor" else "/"):
        response = client.get(path)
        assert response.status_code == 200, (username, path, response.text)
    for name in state.for_units:
        response = client.get(f"/nk1/{name}/")
        assert response.status_code in (200, 303), (username, name, response.text)
print("alive with", sorted(state.working))
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the checkout, always in the same place, so that each template is compiled once for all."""
    tree = tmp_path_factory.mktemp("tree")
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, tree / part)
    (tree / "compiled").mkdir()
    return tree


@pytest.mark.parametrize("plugin", sorted(find_plugins()))
def test_the_rest_lives_without(plugin, tree, tmp_path):
    shutil.move(tree / "plugins" / plugin, tmp_path / plugin)
    environ = {**os.environ, "PYTHONPATH": str(tree), "INTRANET_DEMO_PASSWORD": "correct horse battery"}

    command = [sys.executable, "-c", LIVE_WITHOUT, str(tmp_path / "instance"), plugin]
    command += [str(tree / "compiled"), str(ROOT / "plugins/demo_hospital/services.py")]
    done = subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True, check=False)
    shutil.move(tmp_path / plugin, tree / "plugins" / plugin)

    assert done.returncode == 0, done.stderr
    assert "alive with" in done.stdout


@pytest.mark.one_engine
@pytest.mark.parametrize("plugin", sorted(find_plugins()))
def test_its_tests_that_open_another_plugins_pages_say_so(plugin):
    """So that they pass when the folder of the other is gone: `pytest.mark.beside`."""
    others = {*find_plugins()} - {plugin}
    faults = []
    for path in sorted((ROOT / "plugins" / plugin / "tests").glob("test_*.py")):
        body = ast.parse(path.read_text("utf-8")).body
        tests = [node for node in body if isinstance(node, ast.FunctionDef)]
        said = {word for node in body if node not in tests for word in words_in(node, "beside")}
        for test in tests:
            asked = " ".join([*words_in(test, "get"), *words_in(test, "post")])
            marked = {word for mark in test.decorator_list for word in words_in(mark, "beside")}
            opened = {name for name in others if re.search(rf"(^|\s)/\w+/{name}(/|\s|$)", asked)}
            faults += [f"{path.name}: {test.name} opens {name}" for name in opened - said - marked]
    assert not faults, faults


def words_in(tree, method):
    """Texts among the arguments of calls of this method."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    mine = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == method]
    nodes = [node for call in mine for argument in call.args for node in ast.walk(argument)]
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
