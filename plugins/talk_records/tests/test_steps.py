"""The way of a talk, and what its forms refuse."""

import io
import re
from datetime import timedelta

import pytest
from docx import Document
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.talk_records.documents.make import FILE, record
from plugins.talk_records.models import Party, Talk
from plugins.talk_records.wording import State
from tests.fixtures import HTMX, login, person

PAGE = "/nk1/talk_records/talks"
CALENDAR = "/account/calendar/list"
TODAY = clock.today()


def state(app, talk_id):
    with app.app_context():
        talk = db.session.get_one(Talk, talk_id)
        return talk.state, talk.version


def post(app, who, talk_id, name, **fields):
    fields.setdefault("version", state(app, talk_id)[1])
    return login(app, who).post(f"{PAGE}/{talk_id}/steps/{name}", data=fields)


def test_from_planned_to_archived(app, make_talk):
    talk_id = make_talk()
    assert post(app, "member", talk_id, "arrange", day=TODAY.isoformat()).status_code == 303
    early = post(app, "head", talk_id, "hold", held_on=(TODAY + timedelta(1)).isoformat())
    assert early.status_code == 422
    assert "不晚于今天" in early.text
    assert post(app, "head", talk_id, "hold", held_on=TODAY.isoformat()).status_code == 303
    assert "还没有写" in post(app, "head", talk_id, "confirm").text
    edit = f"{PAGE}/{talk_id}/text/edit"
    fields = {"version": state(app, talk_id)[1], "content": "谈了流程"}
    assert login(app, "recorder").post(edit, data=fields).status_code == 303
    assert post(app, "recorder", talk_id, "confirm").status_code == 403
    assert post(app, "head", talk_id, "confirm").status_code == 303
    assert state(app, talk_id)[0] is State.HELD
    assert post(app, "head", talk_id, "archive").status_code == 409
    assert post(app, "member", talk_id, "confirm").status_code == 303
    assert state(app, talk_id)[0] is State.CONFIRMED
    assert post(app, "member", talk_id, "archive").status_code == 403
    assert post(app, "head", talk_id, "archive").status_code == 303
    assert login(app, "head").post(edit, data={"version": state(app, talk_id)[1]}).status_code == 409


def test_other_words_must_be_confirmed_anew(app, make_talk):
    talk_id = make_talk(State.CONFIRMED)
    fields = {"version": state(app, talk_id)[1], "content": "改过的话"}
    assert login(app, "member").post(f"{PAGE}/{talk_id}/text/edit", data=fields).status_code == 303
    assert state(app, talk_id)[0] is State.HELD
    with app.app_context():
        assert db.session.scalars(select(Party.confirmed_at)).all() == [None, None]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_two_who_write_at_once_lose_nothing(app, make_talk, headers):
    talk_id = make_talk(State.HELD, "先写的")
    stale = state(app, talk_id)[1] - 1
    fields = {"version": stale, "content": "后写的"}

    answer = login(app, "member").post(f"{PAGE}/{talk_id}/text/edit", data=fields, headers=headers)

    assert answer.status_code == 409
    assert "先写的" in answer.text
    assert "后写的" in answer.text


def test_what_is_archived_is_not_offered_for_writing(app, make_talk):
    talk_id = make_talk(State.ARCHIVED, "归档的话")
    member, address = login(app, "member"), f"{PAGE}/{talk_id}/text/edit"

    opened = member.get(address)
    late = member.post(address, data={"version": state(app, talk_id)[1], "content": "补的话"})

    assert (opened.status_code, late.status_code) == (409, 409)
    assert "归档的话" in late.text
    assert "补的话" in late.text
    assert "加密保存" not in opened.text + late.text


def test_strangers_and_planners_take_no_step(app, make_talk):
    talk_id = make_talk()
    assert post(app, "stranger", talk_id, "hold", held_on=TODAY.isoformat()).status_code == 404
    assert post(app, "office", talk_id, "hold", held_on=TODAY.isoformat()).status_code == 403
    assert state(app, talk_id)[0] is State.PLANNED


def test_planning_asks_for_people_and_keeps_what_was_typed(app):
    head = login(app, "head")
    url = "/nk1/talk_records/talks/new"
    empty = head.post(url, data={"kind": "staff", "way": "phone", "meet_on": "2026-13-99"})
    assert empty.status_code == 422
    assert "请选谈话对象" in empty.text
    assert "2026-13-99" in empty.text
    past = {"kind": "staff", "way": "phone", "meet_on": "2020-01-01"}
    with app.app_context():
        ids = {name: person(name).id for name in ("head", "member", "recorder")}
    other = {"kind": "staff", "way": "phone", "host": ids["member"], "subjects": ids["recorder"]}
    assert head.post(url, data=other).status_code == 403
    own = past | {"host": ids["head"], "subjects": ids["member"]}
    assert "约定日期不早于今天" in head.post(url, data=own).text
    assert login(app, "recorder").post(url, data=other | {"subjects": ids["head"]}).status_code == 303


def test_the_form_is_word_for_its_parties(app, make_talk):
    talk_id = make_talk(State.HELD, "坦诚的话")
    answer = login(app, "member").post(f"{PAGE}/{talk_id}/record.docx")
    cells = [cell.text for row in Document(io.BytesIO(answer.data)).tables[0].rows for cell in row.cells]
    assert "坦诚的话" in cells
    assert "李牧原" in cells
    assert login(app, "office").post(f"{PAGE}/{talk_id}/record.docx").status_code == 404


def test_a_wrong_day_is_put_right_and_confirmed_anew(app, make_talk):
    talk_id, day = make_talk(State.CONFIRMED), (TODAY - timedelta(9)).isoformat()
    due = {"held_on": day, "follow_up_on": (TODAY + timedelta(9)).isoformat()}
    assert post(app, "stranger", talk_id, "redate", **due).status_code == 404
    to_come = {"held_on": (TODAY + timedelta(1)).isoformat()}
    assert post(app, "member", talk_id, "redate", **to_come).status_code == 422

    assert post(app, "member", talk_id, "redate", **due).status_code == 303
    assert post(app, "head", talk_id, "follow").status_code == 303
    assert post(app, "recorder", talk_id, "redate", held_on=day).status_code == 303

    with app.app_context():
        talk = db.session.get_one(Talk, talk_id)
        assert (talk.state, talk.held_on.isoformat()) == (State.HELD, day)
        assert (talk.follow_up_on, talk.followed_on) == (None, None)
        assert db.session.scalars(select(Party.confirmed_at)).all() == [None, None]
    assert "更正了谈心谈话的日期" in login(app, "head").get("/notices").text


def test_either_side_does_without_the_recorder_who_then_opens_nothing(app, make_talk):
    talk_id = make_talk(State.HELD, "当着记录人不便说")
    text = f"{PAGE}/{talk_id}/text"
    assert "能打开的只有李牧原、何小满、程以宁" in login(app, "member").get(text).text
    assert post(app, "recorder", talk_id, "dismiss").status_code == 403

    assert post(app, "member", talk_id, "dismiss").status_code == 303

    recorder = login(app, "recorder")
    for page in (text, f"{text}/edit"):
        assert recorder.get(page).status_code == 404
    assert recorder.post(f"{PAGE}/{talk_id}/record.docx").status_code == 404
    assert "程以宁" not in login(app, "member").get(text).text
    assert post(app, "member", talk_id, "dismiss").status_code == 409


def test_nobody_waits_for_the_word_of_who_has_left(app, make_talk):
    talk_id = make_talk(State.HELD)
    assert post(app, "head", talk_id, "archive").status_code == 409
    with app.app_context(), transaction():
        person("head").disabled = True
    assert post(app, "member", talk_id, "archive").status_code == 409
    assert post(app, "member", talk_id, "confirm").status_code == 303
    page = login(app, "member").get(f"{PAGE}/{talk_id}").text
    assert "未确认，账号已停用" in page

    assert post(app, "member", talk_id, "archive").status_code == 303
    assert state(app, talk_id)[0] is State.ARCHIVED


def test_what_is_called_off_is_said_to_everybody_who_was_to_be_there(app, make_talk):
    talk_id = make_talk()
    assert post(app, "member", talk_id, "arrange", day=TODAY.isoformat()).status_code == 303
    assert post(app, "member", talk_id, "cancel").status_code == 303
    for who in ("head", "recorder"):
        told = login(app, who).get("/notices").text
        assert "何小满取消了和您的谈心谈话" in told
        assert "谈心谈话的时间定在" in told


def test_what_both_have_confirmed_waits_for_the_archive(app, make_talk):
    talk_id = make_talk(State.CONFIRMED)
    for who, waits in (("head", True), ("recorder", True), ("member", False)):
        assert ("归档谈话记录：李牧原 与 何小满" in login(app, who).get("/").text) is waits
    post(app, "head", talk_id, "archive")
    assert "归档谈话记录" not in login(app, "head").get("/").text


@pytest.mark.one_engine
def test_the_template_is_what_its_script_makes():
    kept, made = (
        [cell.text for row in paper.tables[0].rows for cell in row.cells] + [p.text for p in paper.paragraphs]
        for paper in (Document(FILE), record())
    )
    assert kept == made


@pytest.mark.beside("calendar")
def test_an_arranged_talk_stands_once_in_the_calendar_and_opens_for_its_host(app, make_talk):
    talk_id = make_talk()
    post(app, "head", talk_id, "arrange", day=TODAY.isoformat())
    head = login(app, "head")
    addresses = re.findall(
        rf'href="(/nk1/talk_records/\?talk={talk_id}|{PAGE}/{talk_id})"', head.get(CALENDAR).text
    )

    assert len(addresses) == 1
    assert f"{PAGE}/{talk_id}/steps/hold" in head.get(addresses[0]).text
    assert f"talk={talk_id}" in head.get("/").text
    other = login(app, "stranger")
    assert other.get(f"/wk1/talk_records/?talk={talk_id}").status_code == 200


@pytest.mark.parametrize("address", ["talks/new", "roster/new", "talks/{talk}/passed"])
def test_who_or_where_written_by_hand_is_asked_for_again(app, make_talk, address):
    url = f"/nk1/talk_records/{address}".format(talk=make_talk(State.HELD))
    who = login(app, "recorder" if "roster" in address else "head")
    by_hand = dict.fromkeys(("host", "person", "target"), "九")
    rest = {"title": "x", "duty": "x", "subjects": "1", "starts_on": "2026-01-01"}
    assert who.post(url, data=by_hand | rest | {"kind": "staff", "way": "phone"}).status_code == 422
