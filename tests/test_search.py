"""What is searched is found, by whoever may open it and by nobody else, and every hit opens."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from flask.cli import ScriptInfo
from sqlalchemy import select
from sqlalchemy import text as sql

from intranet import search, units
from intranet.cli import group
from intranet.contracts import SearchEntry, SearchKind
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import SearchRow, UnitPlugin
from intranet.plugins import loaded
from tests.crawler import Frugal
from tests.fixtures import HTMX, login, person, unit
from tests.test_in_english import chinese_on

CAST = ("member", "recorder", "head", "leader", "office", "supervisor", "stranger")
ADMINISTRATORS = ("system", "security", "audit")
KIND = "rectification:card"
HIT = re.compile(r'<li>\s*<a href="([^"]+)">(.*?)</a>', re.DOTALL)
START = datetime(2026, 1, 1, tzinfo=UTC)


def entry(number, title, text="", where="nk1"):
    return SearchEntry(KIND, str(number), unit(where).id, title, text, START + timedelta(number))


def put(app, *records):
    """`(title, text, unit)`, the oldest first; their keys count from 1."""
    with app.app_context(), transaction():
        search.put(*(entry(number, *record) for number, record in enumerate(records, 1)))


def found(app, asked, username="head"):
    """Keys in the order of the page."""
    with app.test_request_context():
        hits, _total = search.find(person(username), search.words_of(asked), 1)
        return [int(row.key) for row, _unit, _url in hits]


def hits_on(page):
    """Address → title, of all hits of a page."""
    return {
        unescape(url): re.sub("<[^>]+>", "", title)
        for url, title in HIT.findall(page.partition('<ol class="hits"')[2])
    }


def all_hits(client, asked):
    hits, page = {}, 1
    while True:
        new = hits_on(client.get("/search", query_string={"q": asked, "page": page}).text)
        if set(new) <= set(hits):
            return hits
        hits |= new
        page += 1


# Who -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", CAST)
def test_every_hit_opens(demo_app, username):
    client = Frugal(demo_app, username)
    opened = {}
    for asked in ("一", "患者", "活动", "方案", "0"):
        opened |= all_hits(client, asked)

    assert len(opened) > 5
    for url in opened:
        assert client.client.get(url).status_code == 200, f"{username} {url}"


@pytest.mark.parametrize("username", ADMINISTRATORS)
def test_administrators_find_nothing_and_have_no_box(demo_app, username):
    page = login(demo_app, username).get("/search?q=药").text

    assert not hits_on(page)
    assert 'type="search"' not in page


def test_another_units_records_are_not_found_nor_counted(app):
    put(app, ("药", "", "wk1"), ("药", "", "nk1"), ("药", "", "hospital"))

    assert found(app, "药", "head") == [2]
    assert found(app, "药", "stranger") == [1]
    assert found(app, "药", "office") == [3, 2, 1]
    assert "共 1 条" in login(app, "head").get("/search?q=药").text


@pytest.mark.parametrize("few", [0, 100])
def test_where_the_plugin_is_off_nothing_is_found(app, monkeypatch, few):
    monkeypatch.setattr(search, "FEW", few)
    put(app, ("药", "", "wk1"), ("药", "", "nk1"))
    with app.app_context(), transaction():
        db.session.add(
            UnitPlugin(unit_id=unit("nk1").id, plugin="rectification", enabled=False, changed_at=START)
        )

    assert found(app, "药", "head") == []
    assert found(app, "药", "office") == [1]


def test_a_closed_units_records_are_found_by_those_over_it(app):
    put(app, ("药", "", "wk1"), ("药", "", "nk1"))
    with app.app_context(), transaction():
        unit("nk1").closed_on = date(2026, 1, 1)

    assert found(app, "药", "head") == found(app, "药", "stranger")[1:] == []
    assert found(app, "药", "office") == [2, 1]
    assert "内一科（已关闭）" in login(app, "office").get("/search?q=药").text


def test_a_moved_unit_is_found_from_where_it_is_now(app):
    put(app, ("药", "", "nk1"))
    with app.app_context(), transaction():
        moved, above = unit("nk1"), unit("wk1")
        moved.parent_id, moved.path = above.id, f"{above.path}{moved.id}/"

    assert found(app, "药", "stranger") == [1]


def test_a_kind_may_ask_for_a_right(app, monkeypatch):
    """Through intranet_search a plugin says which permission a reader must have where the record opens."""
    put(app, ("药", "", "nk1"))

    def needs(permission):
        def collect(_hook, _names, units):
            own = {each.id: each.id for each in units}
            return [SearchKind(KIND, own, "/{}/{}".format, list, permission)]

        monkeypatch.setattr(search, "collect", collect)
        monkeypatch.setattr(
            search, "loaded", lambda: type("Loaded", (), {"working": {"rectification": None}})
        )

    needs("rectification:open")
    assert (found(app, "药", "head"), found(app, "药", "member")) == ([1], [])
    needs("")
    assert (found(app, "药", "head"), found(app, "药", "member")) == ([1], [1])


def test_kinds_that_fail_are_noted_and_leave_the_other_hits(app, monkeypatch):
    app.config["RAISE_PLUGIN_ERRORS"] = False
    bad = ("rectification:page", "rectification:units", "rectification:right")

    def kinds(units):
        here, page = {each.id: each.id for each in units}, "/{}/#{}".format
        faults = [(lambda *_words: 1 / 0, here, ""), (page, None, ""), (page, here, "rectification:unheard")]
        yield SearchKind(KIND, here, page, list)
        yield from (
            SearchKind(name, of, to, list, right) for name, (to, of, right) in zip(bad, faults, strict=True)
        )

    put(app, ("药", ""))
    with app.app_context(), transaction():
        search.put(*(replace(entry(2, "药"), kind=name) for name in bad))
    monkeypatch.setattr(
        search, "collect", lambda _hook, names, units: [*kinds(units)] if names == ["rectification"] else []
    )

    page = login(app, "head").get("/search?q=药")

    assert page.status_code == 200
    assert list(hits_on(page.text)) == ["/nk1/#1"]
    with app.app_context():
        failures = {failure.message.split()[0] for failure in loaded().failures}
    assert failures == {"ZeroDivisionError", "AttributeError", "KeyError"}


# Keeping -------------------------------------------------------------------------------------------


def test_changed_and_dropped_records_leave_no_words_behind(app):
    put(app, ("药", "患者"), ("药", ""))
    put(app, ("床", "家属"), ("药", ""))

    assert [found(app, asked) for asked in ("药", "患者", "床", "家属")] == [[2], [], [1], [1]]
    with app.app_context(), transaction():
        search.drop(KIND, "2")
    assert [found(app, asked) for asked in ("药", "床")] == [[], [1]]
    with app.app_context(), transaction():
        search.drop("rectification:")
    assert found(app, "床") == []


def invoke(app, *command):
    done = app.test_cli_runner().invoke(group, list(command), obj=ScriptInfo(create_app=lambda: app))
    assert done.exit_code == 0, done.output
    return done.output


def kept(app):
    with app.app_context():
        columns = [column for column in SearchRow.__table__.columns if column.name != "id"]
        return list(db.session.execute(select(*columns).order_by(SearchRow.kind, SearchRow.id)))


def test_the_command_reads_everything_anew(demo_app):
    before = kept(demo_app)
    hits = found(demo_app, "患者", "office")
    with demo_app.app_context(), transaction():
        search.drop(KIND)
        search.put(entry(99_999, "不存在的卡片"))

    said = invoke(demo_app, "search-rebuild")

    assert kept(demo_app) == before
    assert found(demo_app, "患者", "office") == hits
    assert f"{len(before)} 条" in said


def test_a_plugin_that_fails_while_it_is_read_anew_is_named_and_the_others_are_found(demo_app, monkeypatch):
    before = [row for row in kept(demo_app) if not row.kind.startswith("campaign:")]

    def entries():
        db.session.execute(sql("SELECT * FROM no_such_table"))
        yield

    broken = [SearchKind("campaign:activity", {}, str, entries)]
    manager = demo_app.extensions["intranet.plugins"].manager
    [hook] = [each for each in manager.hook.intranet_search.get_hookimpls() if each.plugin_name == "campaign"]
    monkeypatch.setattr(hook, "function", lambda *_asked: broken)
    demo_app.config["RAISE_PLUGIN_ERRORS"] = False

    done = demo_app.test_cli_runner().invoke(
        group, ["search-rebuild"], obj=ScriptInfo(create_app=lambda: demo_app)
    )

    assert done.exit_code == 1
    assert "campaign" in done.output
    assert kept(demo_app) == before


def test_an_uninstalled_plugin_leaves_no_hits(demo_app):
    before = {row.kind for row in kept(demo_app)}

    invoke(demo_app, "uninstall", "--yes", "rectification")

    assert KIND in before
    assert {row.kind for row in kept(demo_app)} == before - {KIND}


# The page ------------------------------------------------------------------------------------------


def test_pages_follow_each_other_and_all_is_counted(app):
    put(app, *((f"药{number}", "") for number in range(45)))
    client = Frugal(app, "head")

    pages = [list(hits_on(client.get(f"/search?q=药&page={page}").text)) for page in (1, 2, 3)]

    assert [len(page) for page in pages] == [20, 20, 5]
    assert len({*pages[0], *pages[1], *pages[2]}) == 45
    assert "共 45 条" in client.get("/search?q=药").text
    assert "下一页" not in client.get("/search?q=药&page=3").text


def test_of_too_many_another_word_is_asked_for(app, monkeypatch):
    monkeypatch.setattr(search, "MOST", 40)
    put(app, *((f"药{number}", "") for number in range(45)))
    client = login(app, "head")

    page = client.get("/search?q=药&page=2").text

    assert "多于 40 条" in page
    assert len(hits_on(page)) == 20
    assert "下一页" not in page


def test_an_empty_page_says_how_to_search_and_a_fragment_is_the_results(app):
    client = login(app, "head")

    assert "一个字也可以" in client.get("/search").text
    assert "没有找到" in client.get("/search?q=药").text
    assert "<html" not in client.get("/search?q=药", headers=HTMX).text


def test_every_page_has_the_box_and_english_pages_say_nothing_in_chinese(app):
    put(app, ("药", ""))
    client = login(app, "head")
    assert 'type="search"' in client.get("/").text
    client.post("/language", data={"language": "en", "next": "/"})

    for path in ("/search", "/search?q=zzz", "/search?q=药"):
        said = chinese_on(client.get(path).text)
        assert not [text for text in said if re.search("[搜找条词页]", text)], path


def test_a_unit_is_not_called_search(app):
    with app.app_context():
        assert "search" in units.core_words()
