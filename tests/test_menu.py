"""The menu is kept with the picture of the units: never another person's, never an old one."""

import pytest
from sqlalchemy import select

from intranet import pages
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Unit, UnitPlugin
from tests.fixtures import login

pytestmark = pytest.mark.one_engine
NOTICES, SWITCHES, ADMIN = "/nk1/hello/", "/nk1/plugins", "/admin/jobs"


def links(client, path="/nk1/"):
    return client.get(path).text.partition('<nav class="side"')[2].partition("</nav>")[0]


def test_it_is_worked_out_once_for_all_who_have_the_same_places(hello_app, monkeypatch):
    asked, collect = [], pages.collect
    monkeypatch.setattr(
        pages, "collect", lambda hook, *more, **named: asked.append(hook) or collect(hook, *more, **named)
    )
    head = login(hello_app, "head")

    assert links(head) == links(head)
    assert asked.count("intranet_navigation") == 1
    assert links(head, "/nk1/hello/")  # another page of the unit: the same lines, another current one
    assert asked.count("intranet_navigation") == 1


def test_each_sees_what_they_may_and_where_they_are(hello_app):
    head, member = login(hello_app, "head"), login(hello_app, "member")

    assert SWITCHES in links(head)
    assert SWITCHES not in links(member)
    assert SWITCHES not in links(head, "/")
    assert f'href="{NOTICES}" aria-current="page"' in links(head, NOTICES)
    assert f'href="{NOTICES}" aria-current="page"' not in links(head)
    assert ADMIN in links(login(hello_app, "system"), "/")


def test_a_switch_another_name_and_another_language_show_at_once(hello_app):
    head = login(hello_app, "head")
    assert NOTICES in links(head)
    assert "我的待办" in links(head)

    with hello_app.app_context(), transaction():
        db.session.scalars(select(Unit).where(Unit.code == "nk1")).one().name = "内科一区"
    assert "内科一区" in links(head)

    with hello_app.app_context(), transaction():
        db.session.scalars(select(UnitPlugin).where(UnitPlugin.plugin == "hello")).one().enabled = False
    assert NOTICES not in links(head)

    with head.session_transaction() as session:
        session["language"] = "en"
    assert "我的待办" not in links(head)


def test_what_is_kept_drawn_of_the_frame_grows_with_no_address_somebody_makes_up(hello_app):
    stranger = login(hello_app, None)
    stranger.get("/")
    kept = pages._drawn.cache_info().currsize

    for number in range(3):
        assert stranger.get(f"/{number}" + "'" * 10_000).status_code == 404

    assert pages._drawn.cache_info().currsize <= kept + 1
