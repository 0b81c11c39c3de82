"""What is written down and taken away: one's own words, two at once, the papers in Word, the calendar."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from docx import Document
from icalendar import Calendar
from sqlalchemy import delete, select, update

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.democratic_life import drafts
from plugins.democratic_life.documents.make_meetings import FOLDER, PAPERS
from plugins.democratic_life.models import Meeting, Paper, Review, Said, Seat
from plugins.democratic_life.papers import plain_words, sent_words
from plugins.democratic_life.queries.gates import Facts
from plugins.democratic_life.services.meetings import change_meeting
from plugins.democratic_life.tests.conftest import SITTERS, seen, step, version_of
from plugins.democratic_life.wording import Attendance, PaperKind, PartOf, ReviewState, SaidKind, State
from tests.fixtures import HTMX, login, person

PAGE = "/nk1/democratic_life/meetings"


def test_people_write_their_own_and_the_recorder_everybodys(app, make_meeting):
    url = f"{PAGE}/{make_meeting(State.HELD)}/words/new"
    with app.app_context():
        head, member = person("head").id, person("member").id
    mine = {"version": 1, "kind": "criticism", "speaker": member, "about": head, "text": "我的话"}
    assert login(app, "member").post(url, data=mine).status_code == 303
    assert login(app, "recorder").post(url, data=mine).status_code == 303
    others = mine | {"speaker": head, "about": member}
    assert login(app, "member").post(url, data=others).status_code == 422
    assert login(app, "office").post(url, data=mine).status_code == 404
    to_oneself = login(app, "member").post(url, data=mine | {"about": member})
    assert to_oneself.status_code == 422
    assert "我的话" in to_oneself.text


def test_who_gives_the_remarks_is_asked_before_the_kind_is_chosen(app, make_meeting):
    url = f"{PAGE}/{make_meeting(State.HELD)}/words/new"
    assert 'name="who"' in login(app, "recorder").get(url).text
    assert 'name="who"' not in login(app, "member").get(url).text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_two_who_correct_at_once_lose_nothing(app, make_meeting, headers):
    meeting_id = make_meeting(State.HELD, "先写的")
    with app.app_context():
        said_id = db.session.scalars(select(Said.id).where(Said.kind == SaidKind.RESPONSE)).first()
    url, recorder = f"{PAGE}/{meeting_id}/words/{said_id}", login(app, "recorder")
    assert recorder.post(url, data={"version": 1, "kind": "response", "text": "又写的"}).status_code == 303

    answer = recorder.post(url, data={"version": 1, "kind": "response", "text": "后写的"}, headers=headers)

    assert answer.status_code == 409
    assert "又写的" in answer.text
    assert "后写的" in answer.text


def test_nothing_said_is_changed_once_the_record_is_final(app, make_meeting):
    meeting_id = make_meeting(State.RECORDED)
    recorder = login(app, "recorder")
    text = {"version": 1, "kind": "response", "text": "改"}
    assert recorder.post(f"{PAGE}/{meeting_id}/words/3", data=text).status_code == 409
    assert (
        recorder.post(f"{PAGE}/{meeting_id}/minutes/edit", data={"version": 1, "text": "改"}).status_code
        == 409
    )
    strike = {**text, "deed": "strike"}
    assert recorder.post(f"{PAGE}/{meeting_id}/words/3", data=strike).status_code == 409


def test_every_paper_is_word_and_the_meeting_fits_a_calendar(app, make_meeting):
    meeting_id = make_meeting(State.ANNOUNCED, "会上说的话")
    recorder = login(app, "recorder")
    names = ("notice", "agenda", "sign_in", "papers/report", "papers/circular", "minutes")
    texts = {name: text_of(recorder.post(f"{PAGE}/{meeting_id}/{name}.docx").data) for name in names}
    assert "关于召开组织生活会的通知" in texts["notice"]
    assert "主持人总结" in texts["agenda"]
    assert "李牧原" in texts["sign_in"]
    assert "示范医院：\n会议开得好" in texts["papers/report"].replace("\n\n", "\n")
    assert "特此通报" in texts["papers/circular"]
    assert [name for name, text in texts.items() if "会上说的话" in text] == ["minutes"]
    assert texts["minutes"].split("\n")[2] == "组织生活会记录"
    event = Calendar.from_ical(recorder.post(f"{PAGE}/{meeting_id}/meeting.ics").data).walk("VEVENT")[0]
    assert (str(event["summary"]), str(event["location"])) == ("组织生活会", "示教室")
    assert login(app, "office").post(f"{PAGE}/{meeting_id}/meeting.ics").status_code == 404


def test_a_calendar_follows_a_meeting_that_is_put_off(app, make_meeting):
    meeting_id = make_meeting(State.AGREED)
    events = [event_of(app, meeting_id)]
    with app.app_context(), transaction():
        step(meeting_id, "withdraw", "recorder")
        found = seen(meeting_id, "recorder")
        later = {"meets_at": clock.now() + timedelta(days=40)}
        change_meeting(found, later, version=found.meeting.version, by=person("recorder"))
    events.append(event_of(app, meeting_id))
    first, second = events
    assert first["uid"] == second["uid"]
    assert first["sequence"] < second["sequence"]
    assert (first["status"], second["status"]) == ("CONFIRMED", "TENTATIVE")
    assert second["dtstart"].dt - first["dtstart"].dt > timedelta(days=39)


def event_of(app, meeting_id):
    content = login(app, "member").post(f"{PAGE}/{meeting_id}/meeting.ics").data
    return Calendar.from_ical(content).walk("VEVENT")[0]


def text_of(content):
    paper = Document(io.BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in paper.paragraphs), *cells])


def test_a_circular_reaches_its_circle_only(app, make_meeting):
    make_meeting(State.ANNOUNCED)
    with app.app_context(), transaction():
        paper = db.session.scalars(select(Paper).where(Paper.kind == "circular")).one()
        paper.circle = "cadres"
        paper_id = paper.id
    url = f"/nk1/democratic_life/circulars/{paper_id}"
    assert "会议开得好" in login(app, "leader").get(url).text
    assert login(app, "stranger").get(url).status_code == 404
    assert login(app, "stranger").get(url.replace("nk1", "wk1")).status_code == 404


def drafted(app, meeting_id):
    with app.app_context():
        return drafts.paper_draft(Facts(seen(meeting_id, "recorder")), set(PartOf), ["登记两遍"])


def test_a_report_claims_nothing_that_was_waived(app, make_meeting):
    text = drafted(app, make_meeting(State.HELD))
    assert "开展谈心谈话" in text
    assert "对照检查材料" not in text
    assert "相互批评意见 6 条" in text
    assert "登记两遍" in text
    assert "到会的每位同志对批评意见作了表态" in text
    assert "（待补充：班子、李牧原、" in text
    assert "每位同志作了对照检查" not in text


def test_a_report_claims_nothing_of_who_was_absent(app, make_meeting):
    meeting_id = make_meeting(State.HELD)
    with app.app_context(), transaction():
        member = person("member")
        seats = update(Seat).where(Seat.meeting_id == meeting_id)
        db.session.execute(seats.where(Seat.user_id == member.id).values(attendance=Attendance.ABSENT))
        head, name = person("head").id, member.name
        db.session.execute(delete(Said).where(Said.kind == SaidKind.RESPONSE, Said.speaker_id == head))
    text = drafted(app, meeting_id)
    assert "到会同志中 1 位对批评意见作了表态（待补充：其余 1 位的表态）" in text
    assert "（待补充：其余 1 位缺席同志的书面发言）" in text
    page = login(app, "recorder").get(f"{PAGE}/{meeting_id}/minutes/edit?again=1").text
    assert f"（待补充：{name}同志的书面发言）" in page
    assert f"{name}（表态）" not in page


def test_what_is_read_out_is_claimed(app, make_meeting):
    meeting_id = make_meeting(State.HELD)
    with app.app_context(), transaction():
        for author in (None, *(person(name).id for name in SITTERS)):
            review = Review(meeting_id=meeting_id, author_id=author, writer_id=author or person("head").id)
            review.state = ReviewState.READ_OUT
            db.session.add(review)
    text = drafted(app, meeting_id)
    assert "班子和到会的每位同志作了对照检查" in text
    assert "待补充" not in text


def test_nothing_goes_out_with_a_gap(app, make_meeting):
    meeting_id = make_meeting(State.RECORDED)
    recorder, url = login(app, "recorder"), f"{PAGE}/{meeting_id}/papers/report"
    draft = {"version": 0, "deed": "save", "body": "会议开得好（待补充：地点）", "parts": "basic"}
    assert recorder.post(url, data=draft).status_code == 303
    assert recorder.post(url, data=draft).status_code == 303  # pressed twice
    assert recorder.post(url, data=draft | {"body": "别人的字"}).status_code == 409
    assert "还有 1 处“待补充”" in recorder.get(url).text
    step = f"{PAGE}/{meeting_id}/steps/report"
    refused = recorder.post(step, data={"version": version_of(app, meeting_id)})
    assert (refused.status_code, "1 处“待补充”" in refused.text) == (422, True)
    assert recorder.post(url, data=draft | {"version": 1, "body": "会议开得好"}).status_code == 303
    assert recorder.post(step, data={"version": version_of(app, meeting_id)}).status_code == 303


def test_minutes_with_a_gap_are_not_final(app, make_meeting):
    meeting_id = make_meeting(State.HELD)
    head, text = login(app, "head"), {"version": 1, "text": "记录（待补充：上级点评）"}
    assert head.post(f"{PAGE}/{meeting_id}/minutes/edit", data=text).status_code == 303
    refused = head.post(f"{PAGE}/{meeting_id}/steps/record", data={"version": version_of(app, meeting_id)})
    assert (refused.status_code, "待补充" in refused.text) == (422, True)


@pytest.mark.one_engine
@pytest.mark.parametrize("name", sorted(PAPERS))
def test_a_template_is_what_its_script_makes(name):
    kept, made = io.BytesIO((FOLDER / f"{name}.docx").read_bytes()), io.BytesIO()
    PAPERS[name]().save(made)
    assert text_of(kept.getvalue()) == text_of(made.getvalue())


def test_a_paper_bears_the_day_it_went_out(app, make_meeting):
    """Taken away later it says the same."""
    meeting_id = make_meeting(State.ANNOUNCED)
    with app.app_context(), transaction():
        meeting = db.session.get_one(Meeting, meeting_id)
        meeting.noticed_at = datetime(2026, 1, 5, 2, tzinfo=UTC)
        meeting.reported_at = datetime(2026, 1, 20, 2, tzinfo=UTC)
        meeting.announced_at = datetime(2026, 1, 22, 2, tzinfo=UTC)
    with app.app_context():
        found = seen(meeting_id, "recorder")
        kinds = {paper.kind: paper for paper in db.session.scalars(select(Paper))}
        assert plain_words(found)["day"] == "2026年1月5日"
        assert sent_words(found, kinds[PaperKind.REPORT])["day"] == "2026年1月20日"
        assert sent_words(found, kinds[PaperKind.CIRCULAR])["day"] == "2026年1月22日"
