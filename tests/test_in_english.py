"""An English page holds no Chinese of the program's own, and its fragment is a part of it.

What people typed is masked in the database first, so any Chinese still on a page was not translated.
"""

import io
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import JSON, Enum, String, inspect, select, update

from intranet import jobs
from intranet.db import transaction
from intranet.extensions import Base, db
from intranet.models import OrganisationRevision
from intranet.sealing import Sealable, seal, unseal
from tests.crawler import crawl
from tests.fixtures import HTMX, check_html, login, maker
from tests.forms import Reader
from tests.tampering import drop_guards

pytestmark = pytest.mark.one_engine

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
READ_OUT = ("alt", "aria-label", "content", "placeholder", "title")
ROOT = Path(__file__).parents[1]
PLAN = ROOT / "plugins" / "campaign" / "demo_plan.txt"
SCRIPTS = [*ROOT.glob("intranet/static/*.js"), *ROOT.glob("plugins/*/static/*.js")]
EVERYBODY = (
    "member",
    "recorder",
    "head",
    "leader",
    "office",
    "supervisor",
    "system",
    "security",
    "audit",
    "stranger",
)


# What people typed ---------------------------------------------------------------------------------


def masked(value):
    """The same text in signs nobody writes. A sentence with places is the program's: it stays."""
    if isinstance(value, dict):
        return {masked(key): masked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    if isinstance(value, str) and "{}" not in value:
        return CHINESE.sub(lambda sign: chr(ord(sign[0]) + 0x10000), value)
    return value


def readable(text):
    return re.sub(r"[\U00010000-\U0001ffff]+", "▒", " ".join(text.split()))


def mask(table):
    words = [column for column in table.c if holds_words(column)]
    for row in db.session.execute(select(table)).all():
        found = row._mapping
        changed = {column: masked(found[column]) for column in words}
        if words:
            here = [column == found[column] for column in table.primary_key]
            db.session.execute(update(table).where(*here).values(changed))


def mask_sealed(there):
    """What is sealed is masked under its seal."""
    mapped = (mapper.class_ for mapper in Base.registry.mappers)
    for table in (each for each in mapped if issubclass(each, Sealable) and each.__tablename__ in there):
        for piece in db.session.scalars(select(table).where(table.sealed.is_not(None))):
            seal(piece, masked(unseal(piece)))


def holds_words(column):
    return isinstance(column.type, String | JSON) and not isinstance(column.type, Enum)


@pytest.fixture(scope="module")
def shared(templates, tmp_path_factory):
    """One for everybody who only reads."""
    with maker(templates, tmp_path_factory.mktemp("masked")) as make:
        yield masked_app(make)


def masked_app(make):
    """The demo, after its jobs, with an uploaded plan that waits for its review."""
    app = make("demo", SITE_NAME="Hospital")
    plan = {"file": (io.BytesIO(PLAN.read_bytes()), "plan.txt")}
    login(app, "office").post("/hospital/campaign/import", data=plan)
    with app.app_context():
        assert dict(jobs.run_due())
    with app.app_context(), transaction():
        there = set(inspect(db.engine).get_table_names())  # other tests may know more plugins
        drop_guards()
        for table in db.metadata.sorted_tables:
            if table.name in there:
                mask(table)
        mask_sealed(there)
        db.session.execute(update(OrganisationRevision).values(word="masked"))  # plain SQL draws none
    return app


# What is left --------------------------------------------------------------------------------------


def chinese_on(page):
    """Every text and every text read out, on a page or a fragment, that has Chinese in it."""
    return {readable(text) for text in texts(Reader(page).tree) if CHINESE.search(text)}


def texts(element):
    """The name of the other language stays in its own, and so does what is typed letter by letter."""
    if element.get("lang") == "zh" or element.tag == "code":
        return
    yield element.text or ""
    yield from (text for name, text in element.items() if is_read_out(name))
    for child in element:
        yield from texts(child)


def is_read_out(name):
    return name in READ_OUT or name.startswith("data-")


def english(app, username):
    client = login(app, username)
    client.post("/language", data={"language": "en", "next": "/"})
    return client


def forms_on(page):
    """Where the forms of a page lead, and what they send when nobody fills them in."""
    for form in Reader(page).tree.iter("form"):
        if form.get("method") == "post" and not form.get("action").endswith(("/logout", "/language")):
            hidden = form.findall(".//input[@type='hidden']")
            yield form.get("action"), {field.get("name"): field.get("value") for field in hidden}


@pytest.mark.parametrize("username", EVERYBODY)
def test_on_pages_and_fragments(shared, username):
    client = english(shared, username)
    left = set()

    for path, page in crawl(client, alike=2).items():
        fragment = client.get(path, headers=HTMX)
        assert (page.status_code, fragment.status_code) == (200, 200), path
        if "<html" in page.text[:200]:
            assert '<html lang="en"' in page.text, path
            is_no_page(path, fragment)
            if username == "office":
                check_html(page)
        for answer in (page, fragment):
            left |= {(urlsplit(path).path, text) for text in chinese_on(answer.text)}

    assert not left, "\n".join(map(str, sorted(left)))


def is_no_page(path, fragment):
    assert "<html" not in fragment.text, path
    assert fragment.text.strip(), f"{path}: an empty fragment"
    assert "HX-Request" in fragment.headers["Vary"], path


def test_in_the_answers_to_empty_forms(make_app):
    """Most are refused, with their sentences; others say what was done. Who meets a form first sends it."""
    app, left, sent = masked_app(make_app), set(), set()
    for username in ("head", "office", "leader", "system", "security", "audit"):
        client = english(app, username)
        met = {view: form for view, form in empty_forms(app, client) if view not in sent}
        for action, fields in met.values():
            answer = client.post(action, data=fields, follow_redirects=True)
            shown = answer.text if answer.mimetype == "text/html" else ""  # a file is the person's own
            left |= {(action, text) for text in chinese_on(shown)}
        sent |= set(met)

    assert len(sent) > 40
    assert not left, "\n".join(map(str, sorted(left)))


def empty_forms(app, client):
    """Each with the view that answers it: what units, records and rights it is asked for does not matter."""
    views = app.url_map.bind("localhost")
    for page in crawl(client, alike=2).values():
        for action, fields in forms_on(page.text):
            yield views.match(urlsplit(action).path, "POST")[0], (action, fields)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_say_nothing_of_their_own(script):
    """Their sentences come from the page, which translates them."""
    assert not CHINESE.findall(script.read_text("utf-8"))


def test_the_mask_hides_nothing_of_the_program():
    page = '<p title="提示">天</p><p>\U00015929</p><button lang="zh">中文</button>'

    assert chinese_on(page) == {"提示", "天"}
