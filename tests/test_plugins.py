"""Which plugins are found and loaded, and how one looks from outside."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from intranet.loading import find_plugins
from intranet.plugins import PluginError, loaded
from tests.fixtures import check_html, login

ROOT = Path(__file__).parents[1]
WITH_TABLES = """
import json, sys
import plugins
plugins.__path__.append(sys.argv[1])
from intranet import create_app
app = create_app(sys.argv[2], PLUGINS=("bad",))
print(json.dumps([(f.plugin, f.message) for f in app.extensions["intranet.plugins"].failures]))
"""
MODEL = """
from sqlalchemy.orm import Mapped, mapped_column
from intranet.extensions import Base

class Thing(Base):
    __tablename__ = "{table}"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """`installed("name", "module")`: a distribution on the path that offers this plugin."""

    def install(name, module):
        folder = tmp_path / f"{name}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (folder / "entry_points.txt").write_text(f"[intranet.plugins]\n{name} = {module}\n")
        monkeypatch.syspath_prepend(tmp_path)

    return install


def test_in_safe_mode_no_plugin_is_loaded_and_the_site_answers(make_app, example_plugins):
    app = make_app("cast", SAFE_MODE=True)

    with app.app_context():
        assert (loaded().working, loaded().failures) == ({}, [])
    for path in ("/", "/nk1/", "/nk1/plugins"):
        check_html(login(app, "head").get(path))
    assert login(app, "head").get("/nk1/hello/").status_code == 404


def test_the_setting_restricts_what_is_loaded(hello_app):
    with hello_app.app_context():
        assert list(loaded().working) == ["hello"]


def test_a_name_in_the_setting_that_no_plugin_has_is_an_error(make_app, example_plugins):
    with pytest.raises(PluginError, match="helo"):
        make_app("cast", PLUGINS=("helo",))


def test_two_plugins_of_one_name_are_refused(example_plugins, installed):
    installed("hello", "elsewhere.hello")

    with pytest.raises(PluginError, match="两个插件同名"):
        find_plugins()


@pytest.mark.parametrize("name", ["hello_world", "core_extra", "core", "plugins", "badges"])
def test_a_name_that_would_be_mixed_up_with_another_is_refused(example_plugins, installed, name):
    installed(name, "elsewhere")

    with pytest.raises(PluginError):
        find_plugins()


def test_an_installed_plugin_is_found_beside_the_folders(example_plugins, installed):
    installed("visits", "visits_of_somebody")

    found = find_plugins()

    assert found["visits"] == "visits_of_somebody"
    assert found["hello"] == "plugins.hello"
    assert list(found) == sorted(found)


@pytest.mark.parametrize(("table", "refused"), [("thing", True), ("badly_thing", True), ("bad_thing", False)])
def test_a_table_must_carry_the_name_of_its_plugin(tmp_path, table, refused):
    folder = tmp_path / "plugins" / "bad"
    folder.mkdir(parents=True)
    header = 'TITLE = "坏插件"\nPURPOSE = "试验"\nREQUIRES_CORE = "1"\n'
    for name, content in (("__init__", header), ("hooks", ""), ("models", MODEL.format(table=table))):
        (folder / f"{name}.py").write_text(content, "utf-8")

    command = [sys.executable, "-c", WITH_TABLES, str(folder.parent), str(tmp_path / "instance")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    failures = dict(json.loads(done.stdout))
    assert ("bad" in failures) is refused
    if refused:
        assert table in failures["bad"]


def test_a_plugin_on_disk_looks_as_the_handbook_says(hello_app):
    page = login(hello_app, "system").get("/admin/plugins").text

    assert "科室公告" in page
    hooks = re.findall(r"<span>(intranet_\w+)</span>", page)
    assert hooks == ["intranet_blueprints", "intranet_navigation", "intranet_permissions"]
    handbook = login(hello_app, "member").get("/help/hello")
    check_html(handbook)
    assert "一条最多 200 字" in handbook.text
