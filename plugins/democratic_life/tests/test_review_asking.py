"""A changed chain that would open what lies sealed to somebody new holds once the writer agrees."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.extensions import db
from intranet.models import AuditEntry, Notice, User
from plugins.democratic_life.models import Meeting, Review
from plugins.democratic_life.review_deadlines import deadlines
from plugins.democratic_life.services.reviews import Post, answer, set_chain
from plugins.democratic_life.services.reviews_writing import save_copy
from plugins.democratic_life.tests.reviewing import PAGE, begun, found_copy, hand_in, say, seen_by
from plugins.democratic_life.wording import State
from tests.fixtures import check_html, login, person, unit

NEW = (("主要负责同志", "recorder"), ("督导组", "supervisor"))
TEXT = f"{PAGE}/{{}}/text"
DUTY = "答复审阅链的调整"


def set_by(app, who, review_id, posts=NEW, writer=None):
    """Whether it holds at once."""
    with app.app_context(), transaction():
        found = seen_by(who, review_id)
        places = [Post(title, person(name).id) for title, name in posts]
        writer_id = person(writer).id if writer else found.review.writer_id
        return set_chain(found, writer_id, places, version=found.review.version, by=person(who))


def answer_by(app, who, review_id, *, agrees):
    with app.app_context(), transaction():
        found = seen_by(who, review_id)
        answer(found, agrees=agrees, version=found.review.version, by=person(who))


def told(app, kind):
    with app.app_context():
        query = select(User.username).join(Notice, Notice.user_id == User.id).where(Notice.kind == kind)
        return list(db.session.scalars(query))


def chain_of(app, review_id):
    with app.app_context(), transaction():
        return [place.user_id for place in seen_by("office", review_id).chain]


def test_two_of_the_office_together_open_nothing_without_the_writer(app):
    review_id = begun(app)
    hand_in(app, review_id, "第一稿")
    before = chain_of(app, review_id)
    assert set_by(app, "office", review_id) is False
    assert chain_of(app, review_id) == before
    assert login(app, "recorder").get(TEXT.format(review_id)).status_code == 404
    assert told(app, "review_proposed") == ["member"]
    assert DUTY in login(app, "member").get("/").text
    assert DUTY not in login(app, "recorder").get("/").text
    for who in ("office", "recorder"):
        with pytest.raises(Forbidden):
            answer_by(app, who, review_id, agrees=True)
    page = login(app, "member").get(f"{PAGE}/{review_id}")
    check_html(page)
    assert "拟调整的审阅链" in page.text
    assert "拟调整" in login(app, "recorder").get(f"{PAGE}/{review_id}").text
    answer_by(app, "member", review_id, agrees=True)
    assert DUTY not in login(app, "member").get("/").text
    assert login(app, "recorder").get(TEXT.format(review_id)).status_code == 200
    assert told(app, "review_agreed") == ["office"]
    assert "拟调整" not in login(app, "member").get(f"{PAGE}/{review_id}").text


def test_refused_it_is_gone_and_who_proposed_it_is_told(app):
    review_id = begun(app)
    hand_in(app, review_id, "第一稿")
    set_by(app, "office", review_id)
    answer_by(app, "member", review_id, agrees=False)
    assert DUTY not in login(app, "member").get("/").text
    assert login(app, "recorder").get(TEXT.format(review_id)).status_code == 404
    assert told(app, "review_refused") == ["office"]
    with pytest.raises(Conflict):
        answer_by(app, "member", review_id, agrees=True)
    with app.app_context():
        assert db.session.get_one(Review, review_id).proposed is None
        names = [entry.action.partition(":review_")[2] for entry in db.session.scalars(select(AuditEntry))]
    assert [name for name in names if name in {"propose", "refuse", "chain"}] == ["propose", "refuse"]


def test_what_no_longer_fits_can_only_be_refused(app):
    review_id = begun(app)
    hand_in(app, review_id, "第一稿")
    set_by(app, "office", review_id)
    say(app, review_id, "head")
    with pytest.raises(Invalid, match="已经审过的一级不能改"):
        answer_by(app, "member", review_id, agrees=True)
    answer_by(app, "member", review_id, agrees=False)


def test_of_a_meeting_that_is_over_nothing_waits(app):
    review_id = begun(app)
    assert "写对照检查" in login(app, "member").get("/").text
    with app.app_context(), transaction():
        meeting = db.session.scalars(select(Meeting).join(Review).where(Review.id == review_id)).one()
        meeting.state, day = State.CLOSED, clock.local(meeting.meets_at).date()
    assert "写对照检查" not in login(app, "member").get("/").text
    with app.app_context():
        span = day - timedelta(days=30), day + timedelta(days=30)
        asked = deadlines([unit("nk1")], *span, None, None)
    assert [each.done for each in asked if "对照检查" in str(each.title)].count(False) == 0


def test_before_anything_is_written_and_of_a_closed_account_nobody_is_asked(app):
    review_id = begun(app)
    assert set_by(app, "office", review_id) is True
    hand_in(app, review_id, "第一稿")
    assert set_by(app, "office", review_id, (*NEW[1:], ("主要负责同志", "recorder"))) is True
    with app.app_context(), transaction():
        person("member").disabled = True
    assert set_by(app, "office", review_id, (("分管领导", "leader"),)) is True


def test_the_groups_own_is_given_to_another_writer_with_the_word_of_the_first(app):
    begun(app)
    with app.app_context():
        review_id = db.session.scalars(select(Review.id).where(Review.author_id.is_(None))).one()
    chain = (("督导组", "supervisor"),)
    with app.app_context(), transaction():
        save_copy(seen_by("head", review_id), {"causes": "起草"}, version=found_copy(review_id))
    assert set_by(app, "office", review_id, chain, writer="recorder") is False
    page = login(app, "head").get(f"{PAGE}/{review_id}").text
    assert "执笔人 · 程以宁" in page
    answer_by(app, "head", review_id, agrees=True)
    with app.app_context():
        assert db.session.get_one(Review, review_id).writer_id == person("recorder").id
