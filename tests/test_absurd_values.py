"""Whatever stands in a field of a form, the answer is a sentence and never a failure."""

import io
from collections.abc import Iterator

import pytest

from intranet.loading import find_plugins
from tests.crawler import crawl
from tests.fixtures import Client, login
from tests.forms import Form, forms_of

ABSURD = ("-1", "1000000000000", "九", "9" * 5000, "")
PLUGINS = tuple(find_plugins())
COUNTED = {"version", "plan"}
EXPIRED = "页面已过期，请刷新后再操作。"
SEEN = (
    *("/move", "/edit", "/measures", "/done", "/notes", "/cards/new", "/register"),
    *("/dates", "/actual", "/cancel", "/restore", "/report", "/confirm", "/return", "/activities/new"),
    *("/title", "/year", "/names", "/skip", "/check", "/entries/new", "/document", "/discard", "/import"),
)
"""Forms the sweep must have met, or it is blind."""
FIRST = ("problems", "drafts/1", "drafts/2", "?state=cancelled", "?state=running", "")
PLAN = """某院活动实施方案
（一）学习教育环节（2026年3月1日至2026年3月31日）。
附件 活动安排表
序号\t时间\t活动内容\t责任部门
1\t2026年3月2日\t召开动员大会\t感染管理处
2\t民主生活会召开前一周\t将对照检查材料送审\t领导班子成员
"""


@pytest.fixture
def found(demo_app):
    """Every kind of form of the demo hospital, with somebody it is shown to; some plans wait for review."""
    office = login(demo_app, "office")
    for text in (PLAN, f"篇一：{PLAN}\n篇二：{PLAN}"):
        office.post("/hospital/campaign/import", data={"file": (io.BytesIO(text.encode()), "方案.txt")})
    forms = {}
    for username, code in (("office", "hospital"), ("head", "nk1"), ("leader", "hospital")):
        client = login(demo_app, username)
        start = [f"/{code}/{plugin}/{page}" for page in FIRST for plugin in PLUGINS]
        for path, answer in crawl(client, start, limit=300, alike=3).items():
            for form in forms_of(answer.text, path) if answer.mimetype == "text/html" else ():
                if form.action.split("/")[2:3] and form.action.split("/")[2] in PLUGINS:
                    forms.setdefault(form.kind, (client, form))
    return list(forms.values())


def cases(found: list[tuple[Client, Form]]) -> Iterator[tuple[Client, Form, str, tuple[str, ...]]]:
    """First what must be refused, then what may well succeed and change the rest."""
    refused = [(value,) for value in ABSURD] + [("-1", "1")]
    for names in (COUNTED, None):
        for client, form in found:
            chosen = form.strict & names if names else form.strict - COUNTED
            yield from ((client, form, name, sent) for name in sorted(chosen) for sent in refused)
    for client, form in found:
        yield from ((client, form, name, (value, "1000000000000")) for name, value, _kind in form.fields)


def test_whatever_stands_in_a_field_the_answer_is_a_sentence_and_never_a_failure(found):
    actions = " ".join(form.action for _client, form in found)
    assert [part for part in SEEN if part not in actions] == []
    assert [form for _client, form in found if "plan" in form.strict]

    for client, form, name, sent in cases(found):
        answer = client.post(form.action, data=form.sent(name, *sent))
        where = f"{form.action} {name}={sent[0][:20]}"
        assert answer.status_code < 500, where
        assert answer.status_code < 400 or "。" in answer.text, where
        if name in COUNTED and sent[0] in ABSURD:
            assert (answer.status_code, EXPIRED in answer.text) == (422, True), where
