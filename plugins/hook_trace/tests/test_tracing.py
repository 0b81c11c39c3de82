"""INTRANET_TRACE_PLUGINS: every call of a hook in the log, with nobody's words."""

import re
from datetime import date

import pytest

from intranet.contracts import NavItem
from intranet.hookspecs import hookimpl
from intranet.models import User
from intranet.plugins import collect
from plugins.hook_trace.tracing import short
from tests.fixtures import login, unit

pytestmark = pytest.mark.one_engine

SHARES = re.compile(r'(\w+);dur=\d+\.\d;desc="(\d+) calls"')


def traced(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "intranet.trace"]


def test_every_call_is_a_line_and_the_answer_adds_them_up(make_app, caplog):
    app = make_app("cast", TRACE_PLUGINS=True)
    head = login(app, "head")
    with app.app_context():
        here = unit("nk1").id
    at_start = len(traced(caplog))

    answer = head.get("/nk1/")

    asked = traced(caplog)[at_start:]
    menu = rf"\w+ intranet_navigation\(user=User \d+, unit=Unit {here}\) -> list\[\d NavItem\], "
    assert any(re.fullmatch(menu + r"\d+\.\d ms", line) for line in asked)
    shares = dict(SHARES.findall(answer.headers["Server-Timing"]))
    assert {line.split()[0] for line in asked} == set(shares)
    assert sum(map(int, shares.values())) == len(asked)
    mounted = r"\w+ intranet_blueprints\(app=Flask\) -> list\[1 Blueprint\], .*"
    assert any(re.fullmatch(mounted, line) for line in traced(caplog))


def test_an_exception_is_named_without_its_words(make_app, caplog):
    app = make_app("cast", TRACE_PLUGINS=True)
    app.config["RAISE_PLUGIN_ERRORS"] = False
    manager = app.extensions["intranet.plugins"].manager
    manager.register(Broken(), name="broken")

    with app.app_context():
        assert collect("intranet_checks", ["broken"]) == []

    [line] = [line for line in traced(caplog) if line.startswith("broken ")]
    assert line.startswith("broken intranet_checks() -> ValueError, ")


class Broken:
    """A plugin whose check raises somebody's words."""

    @hookimpl
    def intranet_checks(self):
        raise ValueError("家里的事")


def test_nobody_is_traced_unasked(make_app, caplog):
    answer = login(make_app("cast"), "head").get("/nk1/")

    assert "Server-Timing" not in answer.headers
    assert traced(caplog) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (User(id=12, name="家里的事"), "User 12"),
        ("家里的事", "str[4]"),
        ({"家里的事": 1}, "dict[1]"),
        ([NavItem("家里的事", "x.y", 1)] * 2, "list[2 NavItem]"),
        ([], "list[0]"),
        (NavItem("家里的事", "x.y", 1), "NavItem"),
        (ValueError("家里的事"), "ValueError"),
        (date(2026, 11, 21), "2026-11-21"),
        (None, "None"),
    ],
)
def test_of_a_value_only_its_kind_its_number_and_its_size_are_told(value, words):
    assert short(value) == words
