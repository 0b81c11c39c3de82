"""Asking for self-reviews: nobody is left without a reviewer, and nobody writes for the group by chance."""

import re

from sqlalchemy import exists, select, update

from intranet.db import transaction
from intranet.extensions import db
from plugins.democratic_life.models import Review, Reviewer, Seat
from plugins.democratic_life.tests.reviewing import make_meeting
from tests.fixtures import check_html, login, person


def test_with_the_chief_alone_it_is_said_first_whose_would_have_no_reviewer(app):
    meeting_id = make_meeting(app)
    office, page = login(app, "office"), f"/hospital/democratic_life/meetings/{meeting_id}/reviews/begin"
    with app.app_context():
        fields = {"version": 1, "writer": person("head").id, "title1": "主要负责同志"}
        fields |= {"who1": person("head").id, **{f"who{number}": -1 for number in range(2, 6)}}
    refused = office.post(page, data=fields)
    assert refused.status_code == 422
    assert "班子、李牧原的材料还没有别人审阅" in refused.text
    with app.app_context():
        assert db.session.scalars(select(Review)).all() == []
    assert office.post(page, data=fields | {"title2": "上级联系领导", "who2": 0}).status_code == 303
    with app.app_context():
        assert len(db.session.scalars(select(Review)).all()) == 3
        alone = select(Review.id).where(~exists().where(Reviewer.review_id == Review.id))
        assert db.session.scalars(alone).all() == []


def test_without_a_chief_nobody_writes_for_the_group_by_chance(app):
    meeting_id = make_meeting(app)
    with app.app_context(), transaction():
        db.session.execute(update(Seat).values(is_chief=False))
        fields = {"version": 1, "title1": "督导组", "who1": person("supervisor").id}
        fields |= {f"who{number}": -1 for number in range(2, 6)}
    office, page = login(app, "office"), f"/hospital/democratic_life/meetings/{meeting_id}/reviews/begin"
    form = office.get(page)
    check_html(form)
    assert re.search(r'<option selected value="[^"]*">请选择', form.text)
    refused = office.post(page, data=fields | {"writer": ""})
    assert refused.status_code == 422
    assert "请选班子对照检查的执笔人" in refused.text
