"""Who may take which step, and the form that goes with it."""

import re
from datetime import timedelta

from intranet import clock
from plugins.rectification.stages import Need
from tests.fixtures import person, unit

NK1 = "/nk1/rectification/"
ROLES = {
    "recorder": {"claim", "work"},
    "head": {"claim", "work", "open"},
    "leader": {"approve", "accept"},
    "office": {"approve", "review", "publish", "close", "check", "open"},
    "supervisor": {"review", "check"},
    "member": set(),
}
CHOICES = {"measures"}
"""Empty they are not lacking: the card may have measures already."""


def permitted(step):
    return {
        name
        for name, held in ROLES.items()
        if {f"rectification:{each}" for each in held} & {*step.permissions}
    }


def in_days(days):
    return (clock.today() + timedelta(days=days)).isoformat()


def sent_for(step, app):
    with app.app_context():
        head = person("head").id
        hospital = unit("hospital").id
    everything = {
        Need.NOTE: {"note": "写明理由"},
        Need.EVIDENCE: {"no_files": "只改了流程"},
        Need.MEASURES: {"measures": "1. 第一条\n2、第二条"},
        Need.PERSON: {"person": head},
        Need.DUE_ON: {"due_on": in_days(20)},
        Need.LATER: {"due_on": in_days(90)},
        Need.RESULT: {"result": "held"},
        Need.ARTICLE: {"audience": hospital, "until": in_days(7), "title": "结算两头跑", "told": "已合并"},
        Need.VERDICT: {"source": "职工代表座谈会", "satisfied": 8, "fair": 1, "unsatisfied": 1},
    }
    return {name: word for need in step.needs for name, word in everything.get(need, {}).items()}


def post(client, card_id, step, version, **sent):
    """From the unit of the card: who is over it may do there what they may do above."""
    words = {"stage": step.end.value, "deed": step.deed, "version": version}
    return client.post(f"{NK1}cards/{card_id}/move", data=words | sent)


def post_whole(client, card_id, step, version, sent):
    """With the look at the preview in between, where there is one."""
    answer = post(client, card_id, step, version, **sent)
    if Need.ARTICLE in step.needs and answer.status_code == 200:
        seen = re.search(r'name="seen" value="(\w+)"', answer.text)[1]
        answer = post(client, card_id, step, version, **sent, seen=seen)
    return answer
