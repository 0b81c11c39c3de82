"""What became of a problem the plan handed over: noted once, and shown where it stands."""

import pytest
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.plugins import collect
from plugins.campaign.models import Decision, Rectification
from tests.fixtures import check_html, unit

from .conftest import PLAN

FOUND = """附件 整改事项清单
序号\t问题表现\t整改措施\t责任部门\t完成时限
1\t出院结算排队时间长\t合并窗口\t内一科\t2026年5月31日
2\t病区标识不清楚\t更换标识\t内一科\t2026年6月30日
"""
PAGE, PROBLEMS = "/hospital/campaign/rectifications", "/hospital/rectification/problems"


@pytest.fixture
def keys(app, import_text):
    """Of the two problems the hospital's plan names."""
    import_text(PLAN.replace("中共示范医院委员会", f"{FOUND}中共示范医院委员会"))
    with app.app_context():
        return list(db.session.scalars(select(Rectification.id).order_by(Rectification.id)))


CARD = (
    '<a href="/nk1/rectification/cards/1">整改卡片 001：待认领</a>'
    ' · <a href="/nk1/rectification/cards/1/story">来龙去脉</a>'
)
"""How far it is and the way to its story, which the board answers as `campaign_outcomes`."""


def tell(app, key, *, code="hospital", **changes):
    told = {"key": str(key), "decision": "opened", "reason": "", "url": "/nk1/rectification/cards/1"}
    with app.app_context(), transaction():
        collect("rectification_decided", ["campaign"], unit=unit(code), **(told | changes))


def noted(app, key):
    with app.app_context():
        found = db.session.get_one(Rectification, key)
        return found.decision, found.decision_reason, found.decision_url


def test_it_is_noted_once_and_only_of_the_units_own_plan(app, keys):
    first, second = keys
    tell(app, first, code="nk1")
    assert noted(app, first) == (None, "", "")

    tell(app, first)
    with app.app_context():
        at = db.session.get_one(Rectification, first).decided_at
    tell(app, first)
    tell(app, first, decision="declined", reason="不属实", url="")

    assert noted(app, first) == (Decision.OPENED, "", "/nk1/rectification/cards/1")
    assert noted(app, second) == (None, "", "")
    with app.app_context():
        assert db.session.get_one(Rectification, first).decided_at == at <= clock.now()


def test_the_plan_shows_what_the_board_decided_and_the_way_only_to_who_may_go(app, client_for, keys):
    first, second = keys
    office = client_for("office")
    register = {"source": "campaign", "key": first, "unit": "nk1", "title": "出院结算排队时间长"}
    words = {"category": "other", "source_kind": "plan", "term": "near", "helpers": []}
    sent = office.post(f"{PROBLEMS}/register", data=register | words)
    assert sent.status_code == 303, sent.text
    decide = {"source": "campaign", "key": second, "reason": "已在另一项工作中解决"}
    assert office.post(f"{PROBLEMS}/decline", data=decide).status_code == 303

    mine, theirs = office.get(PAGE), client_for("stranger").get("/wk1/campaign/rectifications")

    check_html(mine)
    assert CARD in mine.text
    assert "不登记：已在另一项工作中解决" in mine.text
    assert "整改卡片 001：待认领" in theirs.text
    assert "/nk1/rectification/cards/1" not in theirs.text
    again = office.post(f"{PROBLEMS}/register", data=register | words)
    assert again.status_code == 409
    assert noted(app, first)[0] is Decision.OPENED


def test_a_merged_one_leads_to_the_card_it_was_merged_into(app, client_for, keys):
    first, second = keys
    office = client_for("office")
    register = {"source": "campaign", "key": first, "unit": "nk1", "title": "出院结算排队时间长"}
    office.post(
        f"{PROBLEMS}/register", data=register | {"category": "other", "source_kind": "plan", "term": "near"}
    )

    merged = office.post(f"{PROBLEMS}/merge", data={"source": "campaign", "key": second, "card": "001"})

    assert merged.status_code == 303, merged.text
    assert noted(app, second) == (Decision.MERGED, "", "/nk1/rectification/cards/1")
    assert f"已并入整改卡片 · {CARD}" in office.get(PAGE).text
