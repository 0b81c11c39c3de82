"""What the plan offers to whoever takes up problems, by the words of the hook."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from intranet import clock
from intranet.extensions import db
from plugins.campaign.hooks import rectification_problems
from plugins.campaign.models import Rectification
from tests.fixtures import unit

from .conftest import PLAN

pytestmark = pytest.mark.one_engine

FOUND = """附件 整改事项清单
序号\t问题表现\t整改措施\t责任部门\t完成时限
1\t出院结算排队时间长\t合并窗口\t内一科\t2026年5月31日
"""


@pytest.fixture
def ask(app, import_text):
    """The hook's answer about a unit, as often as asked; the hospital's plan names one problem."""
    import_text(PLAN.replace("中共示范医院委员会", f"{FOUND}中共示范医院委员会"))

    def run(code="hospital", *, since=timedelta(days=1)):
        with app.test_request_context():
            return rectification_problems(unit(code), clock.now() - since)

    return run


def test_a_problem_is_offered_as_the_hook_says_the_same_each_time(app, ask):
    [problem] = ask()

    with app.app_context():
        item = db.session.scalars(select(Rectification)).one()
        assert (problem.source, problem.key, problem.title) == ("campaign", str(item.id), item.title)
    assert problem.url.startswith("/hospital/campaign/")
    assert ask() == [problem]


def test_only_the_unit_that_issued_the_plan_offers_its_problems(ask):
    assert ask("nk1") == []


def test_since_is_a_moment_and_what_was_found_at_that_moment_counts(ask):
    assert len(ask(since=timedelta(0))) == 1
    assert ask(since=timedelta(seconds=-1)) == []


def test_the_question_costs_one_query(app, ask):
    statements = []
    with app.test_request_context():
        here = unit("hospital")
        event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

        assert rectification_problems(here, clock.now() - timedelta(days=1))

    assert len([text for text in statements if text.startswith("SELECT")]) == 1
