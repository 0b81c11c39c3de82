"""一周进度: begun from the numbers, the office's alone until published, then everybody's."""

from sqlalchemy import select

from intranet.extensions import db
from plugins.campaign.models import Brief
from tests.fixtures import login

NEW = "/hospital/campaign/briefs/new?week=2026-03-16"


def the_brief(app):
    with app.app_context():
        found = db.session.scalars(select(Brief)).one()
        return f"/hospital/campaign/briefs/{found.id}", found.version


def test_a_brief_is_drafted_edited_published_and_taken_back(app, plan):
    office, head = login(app, "office"), login(app, "head")
    draft = office.get(NEW).text
    assert "一、本周进展" in draft
    assert "开展谈心谈话" in draft  # it must be over in the week after

    assert office.post(NEW, data={"version": 1, "text": "  "}).status_code == 422
    assert office.post(NEW, data={"version": 1, "text": "本周动员。"}).status_code == 303
    second = office.post(NEW, data={"version": 1, "text": "又一份。"})
    assert (second.status_code, "又一份。" in second.text, "有人起草了" in second.text) == (409, True, True)
    assert office.get(NEW).status_code == 404
    page, version = the_brief(app)
    below = page.replace("hospital", "nk1")
    assert head.get(below).status_code == 404
    assert "/campaign/briefs/1" not in head.get("/nk1/campaign/briefs").text

    assert office.post(f"{page}/publish", data={"version": version}).status_code == 303
    assert office.post(f"{page}/publish", data={"version": version}).status_code == 409
    assert "本周动员。" in head.get(below).text
    assert office.post(f"{page}/edit", data={"version": version + 1, "text": "改。"}).status_code == 409
    assert head.post(f"{below}/withdraw", data={"version": version + 1}).status_code == 403

    assert office.post(f"{page}/withdraw", data={"version": version + 1}).status_code == 303
    assert head.get(below).status_code == 404
    assert office.post(f"{page}/edit", data={"version": version + 2, "text": "改好了。"}).status_code == 303
    old = office.post(f"{page}/edit", data={"version": version + 2, "text": "我也改。"})
    assert (old.status_code, "改好了。" in old.text, "我也改。" in old.text) == (409, True, True)


def test_a_week_that_is_none_is_refused_in_a_sentence(app, plan):
    office = login(app, "office")
    for week in ("2026-03-17", "2020-01-06", "nonsense"):
        answer = office.get(f"/hospital/campaign/briefs/new?week={week}")
        assert (answer.status_code, "从“一周进度”列表进入" in answer.text) == (404, True)


def test_the_plugins_that_count_tell_of_the_week(demo_app):
    """`campaign_week`: sentences of numbers only."""
    text = login(demo_app, "office").get("/hospital/campaign/briefs/new").text

    assert "整改：新登记问题" in text
