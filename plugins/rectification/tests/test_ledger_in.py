"""A ledger people bring: reviewed with every reason, taken in whole or not at all, and brought again."""

import io

import pytest
from sqlalchemy import event, func, select

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from intranet.units import add_person, join
from plugins.rectification.models import Card, Event, Helper, LedgerDraft, Measure
from plugins.rectification.stages import Stage
from plugins.rectification.tests.ledgers import FIRST, HEADINGS, IMPORT, cards, reviewed, table, upload
from tests.fixtures import check_html, login, person, unit
from tests.office import shown_by_libreoffice


def test_a_ledger_is_reviewed_and_then_opened_whole(app, client_for):
    office = client_for("office")
    lasting = ("2", "会议过多", "自己找", "wk1", "", "", "", "合并会议", "长期坚持", "")

    page, path, sent = reviewed(office, table(FIRST, lasting))

    check_html(page)
    assert "登记 2 件" in page.text
    assert cards(app) == 0
    assert office.post(path, data=sent).status_code == 303
    with app.app_context():
        first, second = db.session.scalars(select(Card).order_by(Card.id))
        assert (first.title, first.unit_id, first.stage) == ("取药排队久", unit("nk1").id, Stage.UNCLAIMED)
        assert (str(first.due_on), second.term, second.check_months) == ("2027-03-31", "lasting", 3)
        texts = db.session.execute(
            select(Measure.text, Measure.parent_id.is_not(None))
            .where(Measure.card_id == first.id)
            .order_by(Measure.id)
        ).all()
        assert [tuple(row) for row in texts] == [("增开窗口", False), ("调配人员", True), ("公布时限", False)]
        assert db.session.scalars(select(Helper.unit_id)).all() == [unit("hlb").id]
        assert "原台账所记：已开会" in db.session.scalars(select(Event.note)).all()
        assert db.session.scalar(select(func.count()).where(AuditEntry.action == "rectification:import")) == 1
    again = office.post(path, data=sent)
    assert (again.status_code, "这份台账已经导入或已被清理。需要时请重新上传。" in again.text) == (404, True)


def test_the_same_file_again_opens_nothing_and_our_own_export_comes_back(app, client_for):
    office, content = client_for("office"), table(FIRST)
    _page, path, sent = reviewed(office, content)
    office.post(path, data=sent)

    again, _path, _sent = reviewed(office, content)
    own, _path, _sent = reviewed(office, office.post("/hospital/rectification/cards.xlsx").data)

    for page in (again, own):
        assert "没有新问题" in page.text
        assert "001 取药排队久" in page.text
    assert cards(app) == 1


def test_every_bad_row_is_told_with_all_its_reasons_and_nothing_is_opened(app, client_for):
    bad = ("", "", "听说", "内九科", "外七科", "", "", "", "下个月", "")

    page, path, sent = reviewed(client_for("office"), table(FIRST, bad, FIRST))

    for words in (
        "第 4 行",
        "“问题”没有填",
        "来源“听说”不认识",
        "没有“内九科”这个单位",
        "配合部门里的“外七科”不是本院的单位",
    ):
        assert words in page.text
    assert "完成期限“下个月”不是日期" in page.text
    assert "与第 3 行重复" in page.text
    assert client_for("office").post(path, data=sent).status_code == 422
    assert cards(app) == 0


def test_what_stands_for_a_date_and_is_none_is_told_though_the_term_is_known(app, client_for):
    headings = (*HEADINGS, "时限类型")

    page, _path, _sent = reviewed(
        client_for("office"), table((*FIRST[:8], "年底前后", "", "近期"), headings=headings)
    )

    assert "完成期限“年底前后”不是日期" in page.text
    words = (*FIRST[:8], "立行立改", "", "近期")  # a term said once more is none
    assert "登记 1 件" in reviewed(client_for("office"), table(words, headings=headings))[0].text


def test_people_are_found_by_name_or_number_and_a_doubt_is_said(app, client_for):
    with app.app_context(), transaction():
        for number in ("7001", "7002"):
            join(add_person(number, "郑同名", "", hashed="none", by=None), unit("nk1"))
        head, leader = person("head").name, person("leader").username
    named = (*FIRST[:5], "郑同名", "外人", *FIRST[7:])
    clear = (*FIRST[:5], head, leader, *FIRST[7:])

    doubt, _path, _sent = reviewed(client_for("office"), table(named))
    _page, path, sent = reviewed(client_for("office"), table(clear))
    client_for("office").post(path, data=sent)

    assert "“郑同名”有几位：郑同名（7001）、郑同名（7002），请写工号。" in doubt.text
    assert "没有叫“外人”的人" in doubt.text
    with app.app_context():
        card = db.session.scalars(select(Card)).one()
        assert (card.user_id, card.leader_id) == (person("head").id, person("leader").id)


def test_what_changed_after_the_review_is_reviewed_again(app, client_for, make_card):
    office = client_for("office")
    _page, path, sent = reviewed(office, table(FIRST))
    make_card(title="取药排队久")

    answer = office.post(path, data=sent)

    assert answer.status_code == 409
    assert cards(app) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LedgerDraft)) == 1


@pytest.mark.one_engine
def test_only_who_registers_problems_imports_and_a_draft_is_ones_own(client_for):
    assert client_for("member").get("/nk1/rectification/import").status_code == 403
    assert client_for("stranger").get("/nk1/rectification/import").status_code == 404
    _page, path, _sent = reviewed(client_for("office"), table(FIRST))
    number = path.rpartition("/")[2]
    assert client_for("head").get(f"/nk1/rectification/import/{number}").status_code == 404
    beyond = upload(client_for("head"), table(FIRST))
    assert beyond.status_code == 404
    own = client_for("head").post(
        "/nk1/rectification/import",
        data={"file": (io.BytesIO(table((*FIRST[:3], "外一科", *FIRST[4:]))), "a.xlsx")},
    )
    assert (
        "没有“外一科”这个单位，或您不能为它登记问题。" in client_for("head").get(own.headers["Location"]).text
    )


@pytest.mark.one_engine
def test_the_template_is_read_and_a_file_that_is_none_is_refused(client_for, tmp_path):
    office = client_for("office")
    template = office.get(f"{IMPORT}/template.xlsx").data

    assert "责任部门" in shown_by_libreoffice(template, "ledger.xlsx", tmp_path)
    assert "表里没有可以读的行" in upload(office, template).text
    assert upload(office, b"no table").status_code == 422
    assert "没有找到这些列：问题" in upload(office, table(headings=("来源", "责任部门"))).text


def test_the_number_of_queries_does_not_grow(app, client_for):
    office, seen = client_for("office"), []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *asked: seen.append(asked[2]))
    counts = []
    for number in (1, 40):
        rows = [(*FIRST[:1], f"问题 {number}-{each}", *FIRST[2:]) for each in range(number)]
        path = upload(login(app, "office"), table(*rows)).headers["Location"]
        seen.clear()
        office.get(path)
        counts.append(len([query for query in seen if query.startswith("SELECT")]))
    assert max(counts) <= 8, counts
