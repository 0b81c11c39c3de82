"""The hospital's own list: read, reviewed, taken in whole or not at all, and taken in again."""

import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from intranet import clock, jobs
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, Membership, User
from intranet.organisation import organisation
from intranet.permissions import may_enter
from plugins.people.models import Draft
from plugins.people.queries.listing import exported
from plugins.people.tests.lists import NEW, kept, review, take_in, upload
from plugins.people.workbook import PEOPLE, UNITS
from tests.fixtures import check_html, login, person, unit
from tests.workers import go, start


def test_a_list_is_reviewed_and_then_taken_in_whole(app, client_for):
    system, before = client_for("system"), kept(app)

    page, path, sent = review(system, NEW)
    check_html(page)
    for words in ("外九科", "仇小明", "李牧原", "李牧元", "心内科"):
        assert words in page.text
    assert kept(app) == before
    assert system.post(path, data=sent).status_code == 303

    with app.app_context(), transaction():
        assert unit("wk9-a").path == f"{unit('wk9').path}{unit('wk9-a').id}/"
        assert organisation().by_code["nk1"].name == "心内科"
        assert (person("3001").pinyin, person("3001").initials) == ("qiu xiao ming", "qxm")
        assert may_enter(person("3001"), unit("zb1"))
        row = db.session.scalars(select(Membership).where(Membership.user_id == person("3002").id)).one()
        assert (row.title, str(row.starts_on), str(row.ends_on)) == ("护士", "2026-03-01", "2099-12-31")
        assert person("head").name == "李牧元"
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "people:import")).one()
        assert entry.actor_id == person("system").id
        assert entry.detail["new_people"] == "3001,3002"


def test_the_same_list_again_changes_nothing(app, client_for):
    system = client_for("system")
    take_in(system, NEW)
    before = kept(app)

    page, _path, _sent = review(system, NEW)

    assert "完全一样" in page.text
    assert "确认导入" not in page.text
    assert kept(app) == before


def test_what_is_exported_and_taken_in_changes_nothing(demo_app):
    system = login(demo_app, "system")
    file = system.post("/admin/people/export").data

    page, _path, _sent = review(system, file)

    assert "完全一样" in page.text
    book = load_workbook(io.BytesIO(file))
    assert book[UNITS].max_row == 19
    assert book[PEOPLE].max_row > 10


@pytest.mark.parametrize(
    ("username", "status"), [("system", 200), ("security", 404), ("office", 404), (None, 303)]
)
def test_taking_the_list_away_is_the_system_administrators_and_audited(app, client_for, username, status):
    client = client_for(username)

    assert client.post("/admin/people/export").status_code == status
    assert client.get("/admin/people/export").status_code in {404, 405}

    with app.app_context():
        query = select(func.count()).where(AuditEntry.action == "people:export")
        assert db.session.scalar(query) == (status == 200)


def test_text_that_looks_like_a_formula_stays_text(client_for):
    system = client_for("system")
    rows = {PEOPLE: [("0017", "=1+1", "nk1", "=cmd|' /C calc'!A0", "", "")]}

    take_in(system, rows)

    sheet = load_workbook(io.BytesIO(system.post("/admin/people/export").data))[PEOPLE]
    row = next(row for row in sheet.iter_rows() if row[0].value == "0017")
    assert [cell.data_type for cell in row[:4]] == ["s"] * 4


def test_after_an_import_the_slips_of_just_the_new_are_one_click_away(app, client_for):
    system = client_for("system")
    list_of_new = take_in(system, NEW).headers["Location"]

    page = system.get(list_of_new)
    slips = system.get(re.search(r'href="(/admin/people/slips\?new=[^"]+)"', page.text)[1])

    assert re.findall(r'class="small">(\w+)</td>', slips.text) == ["3001", "3002"]
    assert slips.text.count(" checked") == 2


@pytest.mark.one_engine
def test_disabled_accounts_are_exported_where_they_are_asked_for(app, client_for):
    with app.app_context(), transaction():
        person("member").disabled = True
    system = client_for("system")

    def usernames(path):
        rows = load_workbook(io.BytesIO(system.post(path).data))[PEOPLE].iter_rows(
            min_row=2, values_only=True
        )
        return {row[0] for row in rows}

    without, whole = usernames("/admin/people/export"), usernames("/admin/people/export?disabled=1")
    assert "member" in whole - without
    assert not {"system", "security", "audit"} & whole


def test_who_confirms_what_has_changed_meanwhile_is_refused(app, client_for):
    system = client_for("system")
    _page, path, sent = review(system, NEW)
    with app.app_context(), transaction():
        db.session.execute(update(User).where(User.username == "head").values(name="李木原"))

    answer = system.post(path, data=sent)

    assert answer.status_code == 409
    assert "没有导入" in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(User.username == "3001")) == 0
    assert "李木原" in system.get(path).text


def test_a_list_is_taken_in_once(client_for):
    system = client_for("system")
    _page, path, sent = review(system, NEW)

    codes = [system.post(path, data=sent).status_code for _time in range(2)]

    assert codes == [303, 404]


def test_units_change_places_without_a_circle_on_the_way(app, client_for):
    """The ward goes below its own group, which comes up: in the end nothing stands under itself."""
    system = client_for("system")
    first = {UNITS: [("nk1-a", "一病区", "小组", "nk1", "")]}
    swapped = {UNITS: [("nk1", "内一科", "科室", "nk1-a", ""), ("nk1-a", "一病区", "小组", "hospital", "")]}
    take_in(system, first)

    assert take_in(system, swapped).status_code == 303

    with app.app_context():
        assert unit("nk1").path == f"{unit('hospital').path}{unit('nk1-a').id}/{unit('nk1').id}/"


def thousand():
    units = [(f"d{n}", f"第{n}科", "科室", "hospital", n) for n in range(40)]
    people = [(f"9{n:04}", f"王{n}", f"d{n % 40}", "医师", "2026-01-01", "") for n in range(1000)]
    return {UNITS: units, PEOPLE: people}


def test_a_thousand_people_are_a_matter_of_few_statements(app, client_for):
    """Not of one per person; nobody of them can log in before a password was given."""
    system, statements = client_for("system"), []
    _page, path, sent = review(system, thousand())
    with app.app_context():
        db.event.listen(db.engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))

    assert system.post(path, data=sent).status_code == 303

    assert len(statements) < 60
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(User.username.startswith("9"))) == 1000
    for password in ("", "90001", "nobody has this account"):
        answer = app.test_client().post("/login", data={"username": "90001", "password": password})
        assert answer.status_code in {400, 422}


HALF_WAY = """
from intranet.db import transaction
from intranet.extensions import db
from intranet.units import person_called
from plugins.people.models import Draft
from plugins.people.queries.roster import changes_of
from plugins.people.services import importing

def wait(changes):
    print("half way", flush=True)
    time.sleep(60)

importing._take_in_places = wait
with transaction():
    draft = db.session.get(Draft, argument)
    importing.take_in(draft, changes_of(draft).digest, by=person_called("system"))
"""


def test_killed_half_way_nothing_is_there_and_the_next_try_works(app, client_for):
    system, before = client_for("system"), kept(app)
    _page, path, sent = review(system, thousand())
    process = start(app, HALF_WAY, int(path.rpartition("/")[2]))
    go([process])
    assert process.stdout.readline() == "half way\n", process.communicate()[1]

    process.kill()
    process.communicate()

    assert kept(app) == before
    assert system.post(path, data=sent).status_code == 303


def test_a_forgotten_draft_is_dropped_after_a_day(app, client_for):
    upload(client_for("system"), NEW)
    upload(client_for("system"), NEW)
    with app.app_context(), transaction():
        oldest = select(func.min(Draft.id)).scalar_subquery()
        old = update(Draft).where(Draft.id == oldest).values(created_at=clock.now() - timedelta(hours=25))
        db.session.execute(old)

    with app.app_context():
        assert dict(jobs.run_due())["people:drop-old-drafts"] == "清理未确认的名单 1 份"
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 1


def test_the_export_leaves_out_who_is_gone(app):
    with app.app_context(), transaction():
        person("stranger").disabled = True
        unit("mzb").closed_on = clock.today()
        rows = exported(disabled=False)

    assert "mzb" not in {row[0] for row in rows[UNITS]}
    assert not {"stranger", "system"} & {row[0] for row in rows[PEOPLE]}
    assert "member" in {row[0] for row in rows[PEOPLE]}
