"""A plugin for the whole site: pages outside the units, no switch, a menu entry for those who may."""

import pytest

import plugins as package
from tests.fixtures import login
from tests.test_plugin_faults import forget, write_plugin

pytestmark = pytest.mark.one_engine

HEADER = 'TITLE = "值守"\nPURPOSE = "试验"\nREQUIRES_CORE = "1"\nFOR_SITE = True\n'
HOOKS = """
from flask import Blueprint
from intranet.contracts import Duty, NavItem, Panel, Role
from intranet.hookspecs import hookimpl
from intranet.permissions import for_everyone, has_role, requires_role

admin = Blueprint("watch_admin", __name__, url_prefix="/admin")
own = Blueprint("watch", __name__, url_prefix="/account")

@admin.get("/")
@requires_role(Role.SYSTEM)
def page():
    return "值守记录"

@own.get("/")
@for_everyone
def mine():
    return "我的值守"

@hookimpl
def intranet_blueprints():
    return [admin, own]

@hookimpl
def intranet_site_navigation(user):
    return [NavItem("值守页", "watch_admin.page", 1)] if has_role(user, Role.SYSTEM) else []

@hookimpl
def intranet_dashboard(user, units):
    return [Panel("值守", "/", (Duty(f"请交接班，{len(units)} 个单位", "/", "值守"),))]
"""


@pytest.fixture
def with_hooks(make_app, tmp_path, monkeypatch):
    """`with_hooks(HOOKS)`: an app with the plugin `watch` and nothing else."""
    folder = tmp_path / "plugins"
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])

    def make(hooks):
        write_plugin(folder / "watch", HEADER, hooks)
        return make_app("cast", PLUGINS=("watch",))

    yield make
    forget("plugins.watch")


@pytest.fixture
def app(with_hooks):
    return with_hooks(HOOKS)


@pytest.mark.parametrize(
    ("username", "status"), [("system", 200), ("security", 404), ("head", 404), (None, 303)]
)
def test_its_pages_for_administrators_answer_only_them(app, username, status):
    assert login(app, username).get("/admin/watch/").status_code == status


@pytest.mark.parametrize(("username", "status"), [("head", 200), (None, 303)])
def test_its_pages_for_everyone_answer_who_is_logged_in(app, username, status):
    assert login(app, username).get("/account/watch/").status_code == status


@pytest.mark.parametrize(("username", "shown"), [("system", True), ("security", False), ("head", False)])
def test_its_menu_entry_stands_where_it_says(app, username, shown):
    assert ("值守页" in login(app, username).get("/").text) is shown


def test_no_unit_turns_it_on_or_off(app):
    head = login(app, "head")

    assert "值守" not in head.get("/nk1/plugins").text
    assert head.post("/nk1/plugins/watch", data={"state": "on"}).status_code == 404
    assert head.get("/nk1/watch/").status_code == 404


def test_its_duties_reach_the_home_page_without_units(app):
    assert "请交接班，0 个单位" in login(app, "system").get("/").text


def test_a_panel_made_of_lists_is_shown_like_one_of_tuples(with_hooks):
    duty = 'Duty(f"请交接班，{len(units)} 个单位", "/", "值守")'
    system = login(with_hooks(HOOKS.replace(f"({duty},)", f"[{duty}], note='今晚值守'")), "system")

    for _again in range(2):  # once drawn, it is kept by what it says
        page = system.get("/").text
        assert "请交接班，0 个单位" in page
        assert "今晚值守" in page


def test_put_aside_halfway_its_first_pages_are_gone_too(with_hooks):
    app = with_hooks(HOOKS.replace("[admin, own]", "[admin, own, Blueprint('other', __name__)]"))

    assert "watch_admin" in app.blueprints
    assert login(app, "system").get("/admin/watch/").status_code == 404
    assert login(app, "head").get("/account/watch/").status_code == 404
