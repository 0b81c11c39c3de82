"""What stands in a self-review and in the remarks reaches its writer and the chain, and nothing else."""

import io
import logging
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import select

from intranet import jobs, search
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, Notice
from plugins.democratic_life.models import Meeting, Review, Submitted
from plugins.democratic_life.services.reviews_judging import add, mark
from plugins.democratic_life.services.reviews_writing import save_copy
from plugins.democratic_life.tests.reviewing import PAGE, begun, found_copy, hand_in, passed, say, seen_by
from tests.crawler import content, crawl
from tests.fixtures import login, person
from tests.sweeps.asking import readable, text_of
from tests.sweeps.routes import typed

SECRET = "密写zqxjreview"
SIGN = "zqxjreview"
OTHERS = (None, "leader", "office", "recorder", "system", "security", "audit", "stranger")


def found_in_pages(app, who, review_id):
    """Every address this person is led to or could type, and every form of a review, with the sign in it."""
    client = login(app, who)
    starts = ("/", "/search?q=密写", "/nk1/democratic_life/reviews/")
    pages = crawl(client, starts, limit=25, alike=1, files=True)
    wrong = [path for path, page in pages.items() if SIGN in text_of(page)]
    for code in ("nk1", "hospital", "wk1"):
        for method, path in typed(
            app, "democratic_life", unit=code, review_id=review_id, name="file", kind="report"
        ):
            wrong += [path] if SIGN in text_of(client.open(path, method=method)) else []
    return wrong


def held_in(app):
    """Tables and files with the sign: rows read raw, files packed or plain."""
    rows = [name for name, found in content(app).items() if SIGN.encode() in repr(found).encode()]
    files = [path for path in Path(app.instance_path).rglob("*") if path.is_file()]
    return rows + [path.name for path in files if any(SIGN in words for words in readable(path.read_bytes()))]


@pytest.fixture
def secret_review(app, caplog):
    """Through every step, searched and told of by the jobs: the sign is in its text and in its remarks."""
    caplog.set_level(logging.INFO)
    review_id = passed(app, SECRET)
    with app.app_context(), transaction():
        mark(seen_by("recorder", review_id), "read_out", version=5, by=person("recorder"))
        add(seen_by("member", review_id), SECRET, version=6, by=person("member"))
    with app.app_context(), transaction():
        search.rebuild()
    with app.app_context():
        assert list(jobs.run_due())
    return review_id


@pytest.mark.one_engine
def test_only_the_writer_and_the_chain_find_a_word(app, caplog, secret_review):
    assert {who: found_in_pages(app, who, secret_review) for who in OTHERS} == {who: [] for who in OTHERS}
    assert SIGN not in caplog.text
    for who, code in (("member", "nk1"), ("head", "nk1"), ("supervisor", "hospital")):
        assert SIGN in login(app, who).get(f"/{code}/democratic_life/reviews/{secret_review}/text").text


def test_no_row_no_file_and_no_notice_holds_a_word(app, secret_review):
    assert held_in(app) == []
    with app.app_context():
        told = [notice.values for notice in db.session.scalars(select(Notice))]
    assert told
    assert SIGN not in str(told)


@pytest.mark.one_engine
def test_a_planted_leak_is_found(app):
    review_id = passed(app, "别的话")
    with app.app_context(), transaction():
        meeting = db.session.get_one(Meeting, db.session.get_one(Review, review_id).meeting_id)
        meeting.name = SECRET
    assert found_in_pages(app, "office", review_id)
    assert held_in(app)


def test_a_reviewer_sees_what_was_handed_in_when_it_is_with_them(app):
    review_id = begun(app)
    chain = {"head": f"{PAGE}/{review_id}", "supervisor": f"/hospital/democratic_life/reviews/{review_id}"}

    def opened():
        return {who: login(app, who).get(f"{page}/text").status_code for who, page in chain.items()}

    with app.app_context(), transaction():
        found = seen_by("member", review_id)
        save_copy(found, {"causes": SECRET}, version=found_copy(review_id))
    assert opened() == {"head": 404, "supervisor": 404}
    hand_in(app, review_id, "送出的第一稿")
    assert opened() == {"head": 200, "supervisor": 404}
    say(app, review_id, "head", SECRET, is_passed=False)
    with app.app_context(), transaction():
        found = seen_by("member", review_id)
        save_copy(found, {"causes": "正在改" + SECRET}, version=found_copy(review_id))
    assert "正在改" not in login(app, "head").get(f"{chain['head']}/text").text
    hand_in(app, review_id, "送出的第二稿")
    say(app, review_id, "head", "可以")
    assert opened() == {"head": 200, "supervisor": 200}
    for page in ("text", "compare", "text?number=1"):
        assert SIGN not in login(app, "supervisor").get(f"{chain['supervisor']}/{page}").text
    assert SIGN in login(app, "member").get(f"{chain['head']}/text").text
    for page in ("edit", "raise?part=causes&line=1"):
        assert login(app, "head").get(f"{chain['head']}/{page}").status_code == 404


@pytest.mark.beside("audit_trail")
def test_each_opening_is_an_entry_and_says_nothing(app):
    review_id = passed(app, SECRET)
    page = f"{PAGE}/{review_id}"
    login(app, "head").get(f"{page}/text")
    login(app, "member").get(f"{page}/compare")
    paper = login(app, "member").post(f"{page}/review.docx")
    assert SIGN in "".join(each.text for each in Document(io.BytesIO(paper.data)).paragraphs)
    assert login(app, "office").post(f"{page}/review.docx").status_code == 404
    with app.app_context():
        names = [f"democratic_life:review_{deed}" for deed in ("read", "compare", "take_away")]
        query = select(AuditEntry).where(AuditEntry.action.in_(names)).order_by(AuditEntry.id)
        entries = [
            (entry.actor_id, entry.action.partition("_life:")[2]) for entry in db.session.scalars(query)
        ]
        head, member = person("head").id, person("member").id
    assert entries == [(head, "review_read"), (member, "review_compare"), (member, "review_take_away")]
    listed = login(app, "audit").get("/admin/audit_trail/?sealed=1").text
    for words in ("打开对照检查", "对比对照检查的两稿", "下载对照检查"):
        assert words in listed


def test_a_seal_opens_in_its_own_row_only(app):
    review_id = begun(app)
    hand_in(app, review_id, SECRET)
    say(app, review_id, "head", SECRET, is_passed=False)
    hand_in(app, review_id, "别的话")
    with app.app_context(), transaction():
        first, second = db.session.scalars(select(Submitted).order_by(Submitted.number))
        second.sealed = first.sealed
    answer = login(app, "member").get(f"{PAGE}/{review_id}/text")
    assert answer.status_code == 422
    assert SIGN not in answer.text
    assert "密钥不在或不对" in answer.text


@pytest.mark.one_engine
def test_office_and_the_rest_see_how_far_it_is(app):
    review_id = passed(app, SECRET)
    for who in ("office", "leader"):
        page = login(app, who).get(f"/hospital/democratic_life/reviews/{review_id}")
        assert page.status_code == 200
        assert "已审定" in page.text
        assert "打开材料" not in page.text
