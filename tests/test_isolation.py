"""What belongs to one unit is never seen or changed from another: by id, by link, by text."""

import re

import pytest
from flask import Blueprint
from sqlalchemy import String, Text, inspect, update
from sqlalchemy.exc import SQLAlchemyError

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Unit
from intranet.permissions import for_members
from tests.crawler import content, crawl, links, path_of
from tests.fixtures import HTMX, login, unit

MARK = "只属于内一科的字样"
CRAWLED = {}
FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]+)"')
HX_POST = re.compile(r'hx-post="([^"]+)"')
NOT_A_UNITS = re.compile(r"^/(logout|language|login|admin)")


def addresses_with_ids(app, username):
    """What a person can open and send, of pages that name a thing by its id. The same in every demo."""
    if username not in CRAWLED:
        CRAWLED[username] = _addresses_with_ids(app, username)
    return CRAWLED[username]


def _addresses_with_ids(app, username):
    texts = [page.text for page in crawl(login(app, username), limit=220, alike=6).values()]
    opened = {path_of(path) for text in texts for path in links(text)}
    sent = {path_of(path) for text in texts for path in FORM.findall(text) + HX_POST.findall(text)}
    return sorted(filter(has_id, opened)), sorted(filter(has_id, sent))


def has_id(path):
    return bool(re.search(r"/\d+(/|$)", path)) and not NOT_A_UNITS.match(path)


def in_unit(path, code):
    """The same address, but in another unit: what somebody types who wants to look."""
    return f"/{code}/" + path.split("/", 2)[2]


def thing(path):
    """The address up to the first id: what the page is about."""
    return re.match(r".*?/\d+(?=/|$)", path)[0]


def leaks(app, username, home):
    """Foreign ids asked for in one's own unit: what answers although nothing of one's own has that id."""
    theirs, own = addresses_with_ids(app, "office"), addresses_with_ids(app, username)
    mine = {thing(path) for paths in own for path in paths}
    asked, sent = (
        [path for path in sorted({in_unit(path, home) for path in paths}) if thing(path) not in mine]
        for paths in theirs
    )
    client, before = login(app, username), content(app)
    answers = [(f"GET {path}", client.get(path)) for path in asked]
    answers += [(f"GET {path} as a fragment", client.get(path, headers=HTMX)) for path in asked]
    answers += [(f"POST {path}", client.post(path, data={"version": "1"})) for path in sent]
    after = content(app)
    found = [what for what, response in answers if response.status_code not in {403, 404, 405}]
    return found + [f"changed {name}" for name in before if before[name] != after[name]], len(asked)


@pytest.mark.parametrize(("username", "home"), [("stranger", "wk1"), ("member", "zb1"), ("head", "nk1")])
def test_an_id_of_another_unit_is_not_found_in_ones_own(demo_app, username, home):
    found, tried = leaks(demo_app, username, home)

    assert tried > 5, "the crawl found nothing to try"
    assert found == []


@pytest.mark.parametrize("username", ["stranger", "system", "security", "audit"])
def test_an_address_of_another_unit_is_not_found(demo_app, username):
    opened, sent = addresses_with_ids(demo_app, "head")
    client, before = login(demo_app, username), content(demo_app)
    assert opened

    answers = {path: client.get(path).status_code for path in opened if path.startswith("/nk1/")}
    answers |= {path: client.post(path).status_code for path in sent if path.startswith("/nk1/")}

    assert set(answers.values()) <= {404, 405}
    assert content(demo_app) == before


def test_the_sweep_catches_a_page_that_forgets_the_unit(demo_app):
    def twin(unit_id):
        return f"<p>{db.session.get_one(Unit, unit_id).name}</p>"

    def twin_list():
        rows = db.session.query(Unit.id).all()
        return "".join(f'<a href="/hospital/twin/{number}">x</a>' for (number,) in rows)

    blueprint = Blueprint("twin", __name__, url_prefix="/<unit:unit>/twin")
    blueprint.add_url_rule("/<int:unit_id>", "one", for_members(twin))
    blueprint.add_url_rule("/", "list", for_members(twin_list))
    demo_app.register_blueprint(blueprint)

    found, _tried = leaks_from(demo_app, "/hospital/twin/", "stranger", "wk1")

    assert found


def leaks_from(app, start, username, home):
    """As `leaks`, for the ids behind one page."""
    pages = crawl(login(app, "office"), start=[start], limit=40)
    client = login(app, username)
    paths = {in_unit(path_of(path), home) for path in pages if has_id(path)}
    return [path for path in paths if client.get(path).status_code == 200], len(paths)


def test_text_of_one_unit_is_on_no_page_of_another(demo_app):
    with demo_app.app_context(), transaction():
        plant(unit("nk1").id)

    theirs = "".join(page.text for page in crawl(login(demo_app, "head"), alike=4).values())
    foreign = crawl(login(demo_app, "stranger"), alike=4)

    assert MARK in theirs, "the mark was planted where nobody sees it"
    assert len(foreign) > 5
    for path, page in foreign.items():
        assert MARK not in page.text, path


def plant(unit_id):
    """Writes the mark into every free text of every table whose rows belong to the unit."""
    for table in db.metadata.sorted_tables:
        if "unit_id" not in table.c or table.name.startswith("core_"):
            continue
        if table.name not in inspect(db.session.connection()).get_table_names():
            continue
        columns = [column for column in table.c if is_free_text(column)]
        for column in columns:
            here = (table.c.unit_id == unit_id, column.is_not(None))
            marked = update(table).where(*here).values({column.name: MARK})
            with db.session.begin_nested() as attempt:
                try:
                    db.session.execute(marked)
                except SQLAlchemyError:
                    attempt.rollback()  # unique, or too short for the mark


def is_free_text(column):
    plain = type(column.type) in {String, Text} and not column.foreign_keys and not column.primary_key
    return plain and any(word in column.name for word in ("title", "text", "note", "problem", "body"))
