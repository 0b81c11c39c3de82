"""What people stumble over: a lack is said where it can be mended, and nothing is offered in vain."""

import re
from datetime import timedelta

import pytest

from intranet import clock
from intranet.db import transaction
from plugins.rectification.stages import Stage
from tests.fixtures import HTMX, check_html, person

NK1, HOSPITAL = "/nk1/rectification", "/hospital/rectification"


def part(page, start, end):
    return page.text.partition(start)[2].partition(end)[0]


def test_open_measures_are_said_above_the_form_with_the_way_there(make_card, client_for):
    card_id = make_card(Stage.IN_PROGRESS)
    head, data = (
        client_for("head"),
        {"stage": "closing_asked", "version": 3, "note": "都好了", "no_files": "无"},
    )

    answer = head.post(f"{NK1}/cards/{card_id}/move", data=data)

    assert answer.status_code == 422
    check_html(answer)
    form = part(answer, 'id="step-closing_asked"', "</form>")
    said, _end, fields = form.partition('role="alert"')[2].partition("</div>")
    assert "还有 2 条措施没有完成：" in said
    assert re.search("合并窗口</a>、<a[^>]*>公布时限</a>。请先", said)
    assert said.count(f"/cards/{card_id}#measure-") == 2
    assert "aria-invalid" not in fields


def test_who_claims_writes_measures_in_one_form_and_the_other_waits_folded(make_card, client_for):
    page = client_for("head").get(f"{NK1}/cards/{make_card()}")

    assert 'name="measures"' in part(page, 'id="step-plan_pending"', "</form>")
    fold = part(page, 'id="measures"', "</section>").partition('<form class="add')[0]
    assert re.search(r'<details class="more-fields no-print"><summary>[^<]+</summary>\s*$', fold)


def test_urging_is_offered_where_it_does_something(make_card, client_for):
    late = make_card(Stage.IN_PROGRESS, due_on=clock.today() - timedelta(days=4))
    asked = make_card(Stage.CLOSING_ASKED, due_on=clock.today() - timedelta(days=4))
    office, urge = client_for("office"), 'name="deed" value="urge"'

    assert urge in office.get(f"{HOSPITAL}/bulk?card={late}:3&card={asked}:5").text
    assert urge not in office.get(f"{HOSPITAL}/bulk?card={asked}:5").text
    assert urge not in client_for("head").get(f"{NK1}/bulk?card={late}:3").text


def test_a_split_has_words_of_its_own(make_card, client_for):
    card_id, head = make_card(title="两处窗口"), client_for("head")
    data = {"title": "两处窗口", "unit": "nk1", "category": "other", "source_kind": "masses", "term": "near"}

    answer = head.post(f"{NK1}/cards/{card_id}/split", data=data)

    assert answer.status_code == 422
    assert "请改写问题" in part(answer, 'id="title-error"', "</p>")


def test_who_is_to_be_named_is_found_by_pinyin(app, make_card, client_for):
    card_id = make_card()
    with app.app_context(), transaction():
        head = person("head")
        head.pinyin, head.initials, name = "zhu ren jia", "zrj", head.name
    office = client_for("office")

    for word in ("zhuren", "ZRJ", "renjia"):
        assert name in office.get(f"{HOSPITAL}/cards/{card_id}/people?q={word}").text
    for word in ("jia", "jiazhu"):
        assert name not in office.get(f"{HOSPITAL}/cards/{card_id}/people?q={word}").text


def test_a_move_brings_back_as_many_cards_as_were_shown(make_card, client_for):
    ids = [make_card(title=f"卡片 {place}") for place in range(18)]
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{NK1}/"}
    due = clock.today() + timedelta(days=9)
    data = {"stage": "plan_pending", "version": 1, "measures": "改", "due_on": due, "rows": 17}
    head = client_for("head")
    people = part(head.get(f"{NK1}/cards/{ids[0]}"), 'name="person"', "</select>")
    data["person"] = re.findall(r'value="(\d+)"', people)[0]

    answer = head.post(f"{NK1}/cards/{ids[0]}/move", data=data, headers=headers)

    assert part(answer, 'id="column-unclaimed"', "</section>").count('class="card-item') == 17


@pytest.mark.one_engine
def test_a_refused_drop_says_why_with_the_way_to_the_card(make_card, client_for):
    card_id, fresh, office = make_card(Stage.IN_PROGRESS), make_card(), client_for("office")

    def drop(key, stage, version):
        path = f"/hospital/rectification/cards/{key}"
        data = {"stage": stage, "version": version}
        answer = office.post(f"{path}/move", data=data, headers={**HTMX, "HX-Target": "panel"})
        assert answer.headers["HX-Retarget"] == "#notice"
        assert f'href="{path}"' in answer.text
        return answer

    wrong, foreign = drop(card_id, "closed", 3), drop(fresh, "plan_pending", 1)

    assert (wrong.status_code, foreign.status_code) == (422, 403)
    assert "下一步只能是：申请销号、阶段性完成、申请延期。" in wrong.text
    assert "您不能对此卡“认领”" in foreign.text
