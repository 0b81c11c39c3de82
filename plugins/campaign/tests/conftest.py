"""What the tests of the plan share: a small plan as text, and ways to get it in."""

import io
from collections.abc import Callable
from datetime import date
from functools import cache

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from intranet.db import transaction
from intranet.extensions import Base, db
from intranet.organisation import organisation
from plugins.campaign.models import Draft, Plan
from plugins.campaign.proposals import Proposal, content_from, content_of
from plugins.campaign.queries.plans import plan_version
from plugins.campaign.queries.review import matches_for
from plugins.campaign.reader import apart, read_text
from plugins.campaign.services.importing import Source, import_plan
from tests.fixtures import HTMX, Client, Templates, login, person, unit

BOTH = pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
TODAY = date(2026, 3, 16)
PLAN = """示范医院作风建设活动实施方案
示医党委〔2026〕3号
（一）学习教育环节（2026年3月1日至2026年3月31日）。
（二）整改落实环节（2026年3月20日至2026年5月31日）。
附件 活动安排表
序号\t时间\t活动内容\t责任部门
1\t2026年3月2日\t召开动员大会\t活动办
2\t2026年3月3日至3月10日\t各科室征求意见\t内一科、外一科
3\t2026年3月12日至3月25日\t开展谈心谈话\t各党支部
4\t2026年4月1日至4月20日\t制定整改清单\t医院活动办、感染管理处
5\t民主生活会召开前一周\t将对照检查材料送审\t领导班子成员
中共示范医院委员会
2026年2月20日
"""


@pytest.fixture(autouse=True)
def _today(templates: Templates) -> object:
    """A Monday in the middle of the plan. The demonstration is made before, on the real day."""
    templates("demo")
    with time_machine.travel("2026-03-16T02:00:00Z", tick=False):
        yield


@pytest.fixture(autouse=True)
def _each_file_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading takes a process of its own; the same file is read once a run."""
    monkeypatch.setattr(apart, "_asked", _asked)


_asked = cache(apart._asked)

Import = Callable[..., int]


@pytest.fixture
def import_text(app: Flask) -> Import:
    """`import_text(text, "hospital")`: confirms a plan without its review; returns its id."""

    def run(text: str = PLAN, code: str = "hospital", **options: object) -> int:
        with app.app_context(), transaction():
            owner = unit(code)
            reading = read_text(text)
            content = content_from(reading)
            matches = matches_for(owner, content, organisation().under(owner.path))
            source = Source("方案.txt", reading.text, content, matches)
            plan: Plan = import_plan(
                owner, source, by=person("office"), seen=plan_version(owner), **options
            ).plan
            return plan.id

    return run


@pytest.fixture
def plan(import_text: Import) -> int:
    """The hospital's plan."""
    return import_text()


def upload(client: Client, text: str = PLAN, code: str = "hospital", **fields: object) -> str:
    """Uploads a plan; returns the address of its review page."""
    file = (io.BytesIO(text.encode()), "方案.txt")
    response = client.post(f"/{code}/campaign/import", data={"file": file, **fields})
    assert response.status_code == 303, response.text
    return response.location


@pytest.fixture
def office(app: Flask) -> Client:
    """Who reads plans in and confirms them."""
    return login(app, "office")


def count(app: Flask, table: type[Base]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table))


def entries(app: Flask, number: int = 1) -> dict[str, Proposal]:
    """What the draft of this number proposes, by title."""
    with app.app_context():
        draft = db.session.get(Draft, number)
        return {entry.title: entry for entry in content_of(draft.proposal).part.proposals}


def version(app: Flask, number: int = 1) -> int:
    with app.app_context():
        return db.session.get(Draft, number).version
