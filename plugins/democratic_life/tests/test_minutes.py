"""会议记录 keeps what was: every saving is a text of its own, sealed, and two stand side by side."""

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.democratic_life.models import Minutes
from plugins.democratic_life.wording import State
from tests.fixtures import login

PAGE = "/nk1/democratic_life/meetings"


def save(client, meeting_id, text, version):
    return client.post(f"{PAGE}/{meeting_id}/minutes/edit", data={"text": text, "version": version})


def numbers(app):
    with app.app_context():
        return list(db.session.scalars(select(Minutes.number).order_by(Minutes.number)))


def test_saving_loses_nothing_that_was_there(app, make_meeting):
    meeting_id = make_meeting(State.HELD, "大家讲得坦诚，没有回避。")
    recorder = login(app, "recorder")
    assert "对比两稿" not in recorder.get(f"{PAGE}/{meeting_id}/minutes").text
    assert save(recorder, meeting_id, "大家讲得坦诚。改了第二句话。", 1).status_code == 303
    assert save(recorder, meeting_id, "大家讲得坦诚。改了第二句话。", 2).status_code == 303
    assert numbers(app) == [1, 2]
    page = recorder.get(f"{PAGE}/{meeting_id}/minutes").text
    assert "改了第二句话" in page
    assert "没有回避" not in page
    assert "没有回避" in recorder.get(f"{PAGE}/{meeting_id}/minutes?number=1").text
    both = login(app, "member").get(f"{PAGE}/{meeting_id}/minutes/compare").text
    assert "没有回避" in both.partition("<ins>")[0]
    assert "改了第二句话" in both.partition("<ins>")[2]
    assert recorder.get(f"{PAGE}/{meeting_id}/minutes?number=7").status_code == 404
    with app.app_context():
        pieces = db.session.scalars(select(Minutes.sealed)).all()
        assert not any("坦诚".encode() in piece for piece in pieces)
        looks = select(func.count()).where(AuditEntry.action == "democratic_life:read")
        assert db.session.scalar(looks) >= 4


def test_who_saves_over_a_newer_text_sees_it_first(app, make_meeting):
    meeting_id = make_meeting(State.HELD, "第一稿的话在这里。")
    recorder, head = login(app, "recorder"), login(app, "head")
    assert save(recorder, meeting_id, "记录人的第二稿。", 1).status_code == 303
    late = save(head, meeting_id, "主持人另写的。", 1)
    assert late.status_code == 409
    assert "记录人的第二稿" in late.text
    assert "主持人另写的" in late.text
    assert numbers(app) == [1, 2]
    assert save(head, meeting_id, "主持人另写的。", 2).status_code == 303
    assert numbers(app) == [1, 2, 3]
    office = login(app, "office")
    for page in ("minutes?number=1", "minutes/compare"):
        assert office.get(f"{PAGE}/{meeting_id}/{page}").status_code == 404


def test_nothing_written_has_nothing_to_compare(app, make_meeting):
    meeting_id = make_meeting(State.AGREED)
    assert login(app, "recorder").get(f"{PAGE}/{meeting_id}/minutes/compare").status_code == 404
