"""A sweep that sees no fault proves nothing: each is led over a plugin full of them, and names them."""

from pathlib import Path

import pytest

import plugins
from intranet import migrate
from intranet.db import transaction
from intranet.permissions import for_everyone, for_members, requires
from intranet.plugins import call_one, loaded
from tests.conftest import turn_on
from tests.fixtures import person, unit
from tests.sweeps.cast import ENTERS
from tests.sweeps.planting import plant
from tests.sweeps.routes import Site
from tests.sweeps.test_id_swap import SWAPS, leaks_by_address, leaks_by_field
from tests.sweeps.test_markers import words_seen
from tests.sweeps.test_policies import wrong_marks
from tests.sweeps.test_roles import HERE, INSIDE, OF_UNITS, said, wrong_answers

pytestmark = pytest.mark.one_engine


@pytest.fixture
def twin(make_app, example_plugins, monkeypatch):
    """The cast with two plugins, a sound one and the leaky one, and what that one demonstrates."""
    twins = str(Path(__file__).parent / "twins")
    monkeypatch.setattr(plugins, "__path__", [*plugins.__path__, twins])
    app = make_app("cast", PLUGINS=("hello", "leaky"))
    with app.app_context():
        migrate.upgrade()
        with transaction():
            for name in ("leaky", "hello"):
                turn_on(name, "hospital")
            people = {name: person(name) for name in ENTERS if name}
            call_one(loaded(), "leaky", "intranet_demo", hospital=unit("hospital"), people=people, cards=1)
    assert app.extensions["intranet.plugins"].failures == []
    return Site(app)


def names(found, *faults):
    """Every fault is reported; of the sound plugin and of the core nothing is."""
    assert [fault for fault in faults if not any(fault in line for line in found)] == []
    assert [line for line in found if "leaky" not in line] == []


def test_routes_without_a_mark_are_named(twin):
    names(wrong_marks(twin.app), "GET /<unit:unit>/leaky/unmarked", "POST /<unit:unit>/leaky/unmarked")


@pytest.mark.parametrize("second", [for_members, for_everyone, requires("hello:post")])
def test_a_second_mark_is_refused_at_the_start(second):
    with pytest.raises(TypeError, match="marked"):
        second(requires("core:plugins")(lambda: ""))


def test_a_mark_nobody_asks_for_is_named(twin):
    found = wrong_answers(twin, ENTERS, ["nk1", "wk1"])

    names(
        [line for line in found if line != "changed hello_notice"],
        "member: GET /nk1/leaky/pretended",
        "member: POST /nk1/leaky/pretended",
    )
    assert "changed hello_notice" in found


def test_a_page_that_no_switch_turns_off_is_named(twin):
    with said(twin.app, {"hospital": (True, False), HERE: (False, False)}):
        found = wrong_answers(twin, INSIDE, [HERE], off=OF_UNITS)

    names(found, "head: GET /nk1/leaky/direct")


def test_ids_asked_for_alone_are_named(twin):
    found, _tried = leaks_by_address(twin, SWAPS[0])

    names(
        [line for line in found if line != "changed hello_notice"],
        "stranger: GET /wk1/leaky/notes/",
        "stranger: GET /wk1/leaky/files/",
    )
    assert "changed hello_notice" in found


def test_a_foreign_id_that_a_field_takes_is_named(twin):
    found, _tried = leaks_by_field(twin, SWAPS[0])

    names([line for line in found if line != "changed hello_notice"], "stranger: /wk1/leaky/give person=")


def test_words_that_reach_an_outsider_are_named(twin):
    plant(twin.app, "nk1", ("head",))
    site = Site(twin.app)
    found = words_seen(site, "stranger", ["wk1"]) + words_seen(site, "system", [])

    names(
        [line for line in found if not line.startswith(("stranger: /search?", "stranger: /notices"))],
        "stranger: /wk1/leaky/everybodys",
        "stranger: /wk1/leaky/everybodys as a fragment",
        "stranger: /wk1/leaky/notes/",
        "stranger: /wk1/leaky/files/",
        "stranger: POST /wk1/leaky/board.docx",
        "stranger: /account/leaky/piece?of=nk1",
        "system: /admin/leaky/",
    )
    for kept_apart in ("stranger: /search?q=密语", "stranger: /notices"):
        assert kept_apart in found


def test_words_in_the_log_are_named(twin):
    plant(twin.app, "nk1", ("head",))
    found = words_seen(Site(twin.app), "head", [])

    assert any("the log: shown: " in line for line in found)
