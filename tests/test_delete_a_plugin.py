"""Deleting any one plugin's folder leaves the rest working: made, filled, and opened without it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from intranet.loading import find_plugins

ROOT = Path(__file__).parents[1]
PARTS = ("intranet", "plugins", "templates", "tests", "setup.cfg")
LIVE_WITHOUT = """
import sys
# the checkout this Python is linked to would lend its own copy of what was deleted
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
from intranet import create_app, demo, migrate
from intranet.db import transaction
from tests.fixtures import login
app = create_app(sys.argv[1])
app.config["RAISE_PLUGIN_ERRORS"] = True
with app.app_context():
    migrate.upgrade()
    with transaction():
        demo.make(demo.Size(cards=20, people=20))
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


@pytest.mark.parametrize("plugin", sorted(find_plugins()))
def test_the_rest_lives_without(plugin, tmp_path):
    tree = tmp_path / "tree"
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        tree.mkdir(exist_ok=True)
        copy(ROOT / part, tree / part)
    shutil.rmtree(tree / "plugins" / plugin)
    environ = {**os.environ, "PYTHONPATH": str(tree), "INTRANET_DEMO_PASSWORD": "correct horse battery"}

    command = [sys.executable, "-c", LIVE_WITHOUT, str(tmp_path / "instance"), plugin]
    done = subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "alive with" in done.stdout
