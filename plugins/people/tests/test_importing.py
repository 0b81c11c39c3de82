"""The hospital's own list: read, reviewed, taken in whole or not at all, and taken in again."""

import io
import re
from datetime import timedelta

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select, update

from intranet import clock, jobs
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, Membership, User
from intranet.organisation import organisation
from intranet.permissions import may_enter
from plugins.people import workbook
from plugins.people.models import Draft
from plugins.people.queries.listing import exported
from plugins.people.workbook import PEOPLE, UNITS
from tests.crawler import content
from tests.fixtures import check_html, login, person, unit
from tests.workers import go, start

IMPORT = "/admin/people/import"
NEW = {
    UNITS: [
        ("wk9-a", "一病区", "小组", "wk9", ""),
        ("wk9", "外九科", "科室", "hospital", "3"),
        ("nk1", "心内科", "科室", "hospital", "2"),
    ],
    PEOPLE: [
        ("3001", "仇小明", "wk9", "主任", "2026-01-01", ""),
        ("3001", "仇小明", "zb1", "党员", "", ""),
        ("3002", "单雪", "wk9-a", "护士", "2026/3/1", "2099年12月31日"),
        ("head", "李牧元", "nk1", "科主任", "", ""),
    ],
}


def upload(client, rows):
    file = io.BytesIO(rows if isinstance(rows, bytes) else workbook.write(rows))
    return client.post(IMPORT, data={"file": (file, "名单.xlsx")})


def review(client, rows):
    """The page of the draft, its path and what a click on the button sends."""
    path = upload(client, rows).headers["Location"]
    page = client.get(path)
    digest = re.search(r'name="digest" value="(\w+)"', page.text)
    return page, path, {"digest": digest[1] if digest else ""}


def take_in(client, rows):
    _page, path, sent = review(client, rows)
    return client.post(path, data=sent)


def kept(app):
    """Everything but drafts and the audit log."""
    return {
        table: rows
        for table, rows in content(app).items()
        if "audit" not in table and table != "people_draft"
    }


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


WRONG = [
    (UNITS, ("NK2", "内二科", "科室", "hospital", ""), "小写字母"),
    (UNITS, ("admin", "内二科", "科室", "hospital", ""), "系统页面"),
    (UNITS, ("nk2", "", "科室", "hospital", ""), "名称空着"),
    (UNITS, ("nk2", "内二科", "病房", "hospital", ""), "不认识"),
    (UNITS, ("nk2", "内二科", "科室", "nowhere", ""), "不是已有单位"),
    (UNITS, ("nk2", "内二科", "科室", "hospital", "-1"), "整数"),
    (UNITS, ("nk1", "内一科", "科室", "", ""), "没有填上级编码"),
    (UNITS, ("nk3", "内三科", "科室", "nk3", ""), "绕成了圈"),
    (UNITS, ("hospital", "示范医院", "科室", "", ""), "不能改"),
    (UNITS, ("h2", "二院", "医院", "hospital", ""), "另一家医院"),
    (PEOPLE, ("", "某人", "nk1", "", "", ""), "工号"),
    (PEOPLE, ("4001", "", "nk1", "", "", ""), "姓名空着"),
    (PEOPLE, ("4001", "某人", "nowhere", "", "", ""), "不是开放的单位"),
    (PEOPLE, ("4001", "某人", "nk1", "", "2026-02-30", ""), "不认识"),
    (PEOPLE, ("4001", "某人", "nk1", "", "2026-02-03", "2026-01-03"), "早于开始"),
    (PEOPLE, ("4001", "某人", "", "护士", "", ""), "没有填单位编码"),
    (PEOPLE, ("system", "方旭", "nk1", "", "", ""), "管理员账号"),
    (PEOPLE, ("4001", "长" * 51, "nk1", "", "", ""), "超过"),
]


@pytest.mark.one_engine
def test_every_bad_row_is_named_with_its_reason_and_none_is_taken_in(app, client_for):
    system, before = client_for("system"), kept(app)
    good = {UNITS: [("nk8", "内八科", "科室", "hospital", "")], PEOPLE: [("4000", "好人", "nk8", "", "", "")]}
    rows = {sheet: good[sheet] + [row for name, row, _why in WRONG if name == sheet] for sheet in good}

    page, path, _sent = review(system, rows)
    sent = system.post(path, data={"digest": "x"})

    numbers = {UNITS: 2, PEOPLE: 2}
    for sheet, _row, why in WRONG:
        numbers[sheet] += 1
        line = rf"{sheet}</td><td class=\"num\">第 {numbers[sheet]} 行</td><td class=\"title\">[^<]*{why}"
        assert re.search(line, page.text), (sheet, numbers[sheet], why)
    assert sent.status_code == 422
    assert kept(app) == before


@pytest.mark.one_engine
def test_all_that_is_wrong_with_a_row_is_said_at_once_and_calmly(client_for):
    system = client_for("system")
    rows = {
        UNITS: [("nk8", "", "病房", "nowhere", "x")],
        PEOPLE: [("4000", "", "nk99", "", "去年", ""), ("4001", "好人", "nk8", "", "", "")],
    }

    answer = upload(system, rows)
    page = system.get(answer.headers["Location"])

    check_html(page)
    assert "读到单位 1 行、人员 2 行，其中 2 行有错" in page.text
    assert 'class="notice"' not in page.text
    for words in (
        "名称空着",
        "类型“病房”不认识",
        "排序“x”",
        "上级编码“nowhere”",
        "姓名空着",
        "日期“去年”",
        "“nk99”",
    ):
        assert words in page.text
    assert "“nk8”既不" not in page.text


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


@pytest.mark.one_engine
def test_rows_that_contradict_each_other_are_named(client_for):
    rows = {
        UNITS: [
            ("a1", "甲", "小组", "b1", ""),
            ("b1", "乙", "小组", "a1", ""),
            ("a1", "丙", "小组", "nk1", ""),
        ],
        PEOPLE: [
            ("5001", "甲", "nk1", "", "", ""),
            ("5001", "乙", "wk1", "", "", ""),
            ("5001", "甲", "nk1", "", "", ""),
        ],
    }

    page, _path, _sent = review(client_for("system"), rows)

    for words in ("绕成了圈", "与第 2 行重复", "同一工号有两个姓名"):
        assert words in page.text


@pytest.mark.one_engine
@pytest.mark.parametrize("file", [b"", b"PK\x03\x04 no archive", b"name,unit\n", workbook.write({})[:900]])
def test_what_is_no_such_file_is_refused_in_a_sentence(client_for, file):
    answer = upload(client_for("system"), file)

    assert answer.status_code == 422
    assert 'class="error"' in answer.text


@pytest.mark.one_engine
def test_a_sheet_without_a_column_or_with_a_broken_formula_says_which(client_for, tmp_path):
    for rows, sentence in (
        ([("工号", "姓名"), ("1", "甲")], "工作表“人员”：没有找到这些列：单位编码、职务、开始、结束"),
        (
            [("工号", "姓名", "单位编码", "职务", "开始", "结束"), ("#NUM!", "甲", "nk1", "", "", "")],
            "工作表“人员”第 2 行：“工号”是 #NUM!",
        ),
    ):
        book = Workbook()
        book.active.title = PEOPLE
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "x.xlsx")

        answer = upload(client_for("system"), (tmp_path / "x.xlsx").read_bytes())

        assert answer.status_code == 422
        assert sentence in answer.text


def test_the_template_is_read_as_an_empty_list(client_for):
    system = client_for("system")

    page, _path, _sent = review(system, system.get(f"{IMPORT}/template").data)

    assert "完全一样" in page.text


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
