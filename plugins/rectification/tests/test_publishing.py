"""公示 and what the people say of it: what is closed, done again, or comes back."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.errors import Invalid
from intranet.extensions import db
from plugins.rectification.models import Card, Measure, Publication
from plugins.rectification.queries.details import evidence_of_round, measures_of
from plugins.rectification.queries.publications import current
from plugins.rectification.services.needs import Words
from plugins.rectification.stages import Stage
from plugins.rectification.steps import STEP_OF
from plugins.rectification.tests.conftest import judge, take, words_to_publish
from plugins.rectification.tests.evidence import TEXT, send
from plugins.rectification.tests.stepping import NK1, in_days, post, post_whole, sent_for
from tests.fixtures import check_html, person


def test_what_was_previewed_is_what_every_member_below_reads_and_nobody_is_named(app, ready, client_for):
    step = STEP_OF[Stage.REVIEWED, Stage.PUBLISHED, ""]
    card_id, office = ready(step), client_for("office")
    sent = sent_for(step, app)

    preview = post(office, card_id, step, 6, **sent)
    check_html(preview)
    changed = post(office, card_id, step, 6, **sent | {"told": "别的话"}, seen="0" * 64)
    assert "确认公示" in changed.text

    assert post_whole(office, card_id, step, 6, sent).status_code == 303
    page = client_for("stranger").get("/wk1/rectification/published")
    check_html(page)
    article = re.search(r'<article class="published">(.*?)</article>', preview.text, re.DOTALL)[1]
    shown = re.search(r"<article class=\"sheet pad published\">(.*?)</article>", page.text, re.DOTALL)[1]
    assert all(words in shown for words in re.findall(r">([^<>]*[\u4e00-\u9fff][^<>]*)<", article))
    assert "结算两头跑" in shown
    assert "合并窗口" in shown
    with app.app_context():
        assert person("head").name not in shown
    assert f"cards/{card_id}" not in page.text


def test_words_nobody_has_looked_at_are_not_published_without_the_form_either(app, make_card, card):
    card_id = make_card(Stage.REVIEWED)
    with app.app_context(), transaction():
        found = db.session.get_one(Card, card_id)
        words = Words(draft=replace(words_to_publish(found).draft, told="别的话"))
        with pytest.raises(Invalid, match="先预览"):
            take(found, Stage.PUBLISHED, "office", words)

    assert card(card_id).stage is Stage.REVIEWED


def test_below_sixty_percent_or_before_the_last_day_nothing_is_closed(app, make_card, client_for):
    close = STEP_OF[Stage.PUBLISHED, Stage.CLOSED, ""]
    card_id, office = make_card(Stage.PUBLISHED), client_for("office")
    early = post(office, card_id, close, 7)
    assert early.status_code == 422
    assert "期满" in early.text
    assert "还没有记群众评价" in early.text

    for counts, status in (((59, 0, 41), 422), ((59, 1, 40), 303)):
        with app.app_context(), transaction():
            judge(db.session.get_one(Card, card_id), counts)
        assert post(office, card_id, close, 7).status_code == status, counts


def test_work_done_again_is_a_new_round_that_needs_measures_of_its_own(app, make_card, card, client_for):
    redo = STEP_OF[Stage.PUBLISHED, Stage.IN_PROGRESS, ""]
    card_id, head = make_card(Stage.PUBLISHED), client_for("head")
    again = {"note": "仍要排队", "due_on": in_days(15)}
    assert post(client_for("office"), card_id, redo, 7, **again).status_code == 303
    assert (card(card_id).round, card(card_id).due_on) == (2, clock.today() + timedelta(days=15))
    ask = STEP_OF[Stage.IN_PROGRESS, Stage.CLOSING_ASKED, ""]

    assert "完成措施：出院结算" in head.get("/").text
    assert "措施 0/0" in head.get("/").text
    assert post(head, card_id, ask, 8, note="做完了").status_code == 422
    head.post(f"{NK1}cards/{card_id}/measures", data={"text": "再加一个窗口"})
    with app.app_context():
        measure = db.session.scalars(select(Measure).where(Measure.round == 2)).one()
    head.post(f"{NK1}cards/{card_id}/measures/{measure.id}/done", data={"version": 1, "done": 1})
    assert post(head, card_id, ask, 8, note="做完了", no_files="无").status_code == 303

    assert "结算" not in client_for("stranger").get("/wk1/rectification/published").text
    page = head.get(f"{NK1}cards/{card_id}").text
    assert "第 1 轮整改结束，开始第 2 轮" in page
    assert "公示" in page


def test_what_a_round_was_judged_by_stays_as_it_was(app, make_card, client_for):
    card_id, head = make_card(Stage.CLOSING_ASKED), client_for("head")
    send(head, card_id, (TEXT, "巡查.txt"))
    with app.app_context(), transaction():
        found = db.session.get_one(Card, card_id)
        for stage, who in ((Stage.ACCEPTED, "leader"), (Stage.REVIEWED, "supervisor")):
            take(found, stage, who, Words())
        take(found, Stage.PUBLISHED, "office", words_to_publish(found))
        take(
            found,
            Stage.IN_PROGRESS,
            "office",
            Words(note="仍要排队", due_on=clock.today() + timedelta(days=9)),
        )
        measure = measures_of(found)[0][0].id
    page = head.get(f"{NK1}cards/{card_id}").text
    file = re.search(rf"/cards/{card_id}/files/\d+", page)[0]

    removed = head.post(f"/nk1/rectification{file}/remove")
    unticked = head.post(f"{NK1}cards/{card_id}/measures/{measure}/done", data={"version": 2, "done": 0})

    assert (removed.status_code, "以前各轮的佐证材料" in removed.text) == (422, True)
    assert (unticked.status_code, "以前各轮完成的措施" in unticked.text) == (422, True)
    assert f"{file}/remove" not in page
    assert "取消完成" not in page
    with app.app_context():
        found = db.session.get_one(Card, card_id)
        assert (evidence_of_round(found), [row[0].counts_in(found.round) for row in measures_of(found)]) == (
            0,
            [False, False],
        )


def test_a_relapse_begins_anew_and_keeps_all_that_was(app, make_card, card, client_for):
    relapse = STEP_OF[Stage.CLOSED, Stage.UNCLAIMED, ""]
    card_id = make_card(Stage.CLOSED)
    before = card(card_id)

    supervisor = client_for("supervisor")
    assert post(supervisor, card_id, relapse, before.version, note="又出现两次").status_code == 303

    after = card(card_id)
    assert (after.stage, after.round, after.due_on) == (Stage.UNCLAIMED, 2, None)
    with app.app_context():
        kept = db.session.scalars(select(Publication).where(Publication.card_id == card_id)).one()
        assert (kept.round, kept.votes, current(db.session.get_one(Card, card_id))) == (1, 26, None)
    page = client_for("head").get(f"{NK1}cards/{card_id}").text
    assert all(word in page for word in ("又出现两次", "验收通过", "第 2 轮", "满意 20 票"))
    claim = STEP_OF[Stage.UNCLAIMED, Stage.PLAN_PENDING, ""]
    with app.app_context():
        sent = {"person": person("head").id, "due_on": in_days(9)}
    bare = post(client_for("head"), card_id, claim, after.version, **sent)
    assert bare.status_code == 422
    assert "请至少写一条整改措施" in bare.text
