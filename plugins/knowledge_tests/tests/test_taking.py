"""Taking a quiz: from the first click to the result."""

import re
from datetime import timedelta

import pytest
import time_machine

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.jobs import all_jobs
from plugins.knowledge_tests.models import Answer, Attempt, Counts, Quiz, Shows
from plugins.knowledge_tests.queries.attempts import GRACE
from tests.crawler import Frugal, crawl
from tests.fixtures import HTMX, check_html, login

from .conftest import SECRET, begin, right_letters

HOME = "/nk1/knowledge_tests"


def attempt_of(app, attempt_id):
    with app.app_context():
        return db.session.get_one(Attempt, attempt_id)


def given(app, attempt_id):
    """What is stored, as the page shows it."""
    with app.app_context():
        answers = db.session.query(Answer).filter_by(attempt_id=attempt_id).order_by(Answer.position)
        return {a.position: "".join(sorted("ABCDEF"[a.shuffled.index(x)] for x in a.given)) for a in answers}


def whole(letters, was=None):
    """The form of a page: what is chosen, and what it showed before."""
    data = {f"q{position}": list(chosen) for position, chosen in letters.items()}
    return data | {f"was{position}": (was or {}).get(position, "") for position in letters}


def test_a_member_takes_a_quiz_without_a_script_and_passes(app, client_for, quiz):
    client = client_for("member")
    assert "作风测试" in client.get("/").text
    page = client.get(f"{HOME}/quizzes/{quiz}")
    check_html(page)
    answer = client.post(f"{HOME}/quizzes/{quiz}/start", follow_redirects=True)
    check_html(answer)
    path = answer.request.path
    attempt_id = int(path.rpartition("/")[2])
    letters = right_letters(app, attempt_id)

    saved = client.post(f"{path}/save", data=whole({1: letters[1]}), follow_redirects=True)
    assert "已保存，可以继续作答" in saved.text
    assert saved.text.count("checked") == 1
    done = client.post(f"{path}/submit", data=whole(letters, {1: letters[1]}), follow_redirects=True)

    check_html(done)
    assert "合格" in done.text
    assert SECRET not in done.text  # answers only after the window
    found = attempt_of(app, attempt_id)
    assert (found.score, found.full, found.passed, found.timed_out) == (8, 8, True, False)
    assert "再考" not in client.get(f"{HOME}/quizzes/{quiz}").text


def test_right_answers_never_leave_before_the_paper_is_handed_in(app, make_quiz):
    quiz = make_quiz(shows=Shows.SUBMITTED)
    client, attempt_id = login(app, "member"), begin(app, quiz)
    paper = f"{HOME}/attempts/{attempt_id}"
    letters = right_letters(app, attempt_id)
    pages = crawl(Frugal(app, "member"), ["/", f"{HOME}/", f"{HOME}/quizzes/{quiz}", paper])
    fragments = [client.post(f"{paper}/answers/{n}", data={f"q{n}": "B"}, headers=HTMX) for n in letters]
    answers = [*pages.values(), *fragments, client.get(paper, headers=HTMX)]
    answers += [
        client.post(f"{paper}/save", data=whole({1: "A"})),
        client.post(f"{HOME}/quizzes/{quiz}/start"),
    ]
    closed = (
        "questions",
        "questions/1",
        "questions/template.xlsx",
        f"quizzes/{quiz}/items",
        f"quizzes/{quiz}/people",
    )
    for way in closed:
        assert client.get(f"{HOME}/{way}").status_code == 403, way
    assert client.post(f"{HOME}/questions.xlsx").status_code == 403
    assert [path for path in pages if "/attempts/" in path]

    for answer in answers:
        assert SECRET not in answer.text, answer.request.path
        assert "正确答案" not in answer.text, answer.request.path
        assert not re.search(r"question[-_]?id|data-answer|is_right", answer.text), answer.request.path
    handed_in = client.post(f"{paper}/submit", data=whole(letters), follow_redirects=True)
    assert handed_in.text.count(SECRET) == 4


def test_an_answer_is_saved_as_it_is_chosen_and_found_on_another_computer(app, quiz):
    attempt_id = begin(app, quiz)
    phone, other = login(app, "member"), login(app, "member")
    path = f"{HOME}/attempts/{attempt_id}"

    answer = phone.post(f"{path}/answers/3", data={"q3": ["A", "D"]}, headers=HTMX)

    assert answer.status_code == 200
    assert "已保存" in answer.text
    assert 'name="was3" value="AD"' in answer.text
    assert given(app, attempt_id)[3] == "AD"
    page = other.get(path).text
    assert page.count("checked") == 2
    # the phone goes on; the other computer's older page hands in what it has changed itself
    phone.post(f"{path}/answers/1", data={"q1": "B"}, headers=HTMX)
    other.post(f"{path}/save", data=whole({1: "", 2: "C", 3: "AD"}, {3: "AD"}))
    assert given(app, attempt_id) | {4: ""} == {1: "B", 2: "C", 3: "AD", 4: ""}


def test_the_servers_clock_ends_it_with_some_seconds_of_grace(app, quiz):
    with time_machine.travel(clock.now(), tick=False) as now:
        attempt_id, client = begin(app, quiz), login(app, "member")
        path, letters = f"{HOME}/attempts/{attempt_id}", right_letters(app, attempt_id)
        now.shift(timedelta(minutes=30) + GRACE)
        kept = client.post(f"{path}/answers/1", data={"q1": letters[1]}, headers=HTMX)
        now.shift(timedelta(seconds=1))
        late = client.post(f"{path}/answers/2", data={"q2": letters[2]}, headers=HTMX)
        whole_page = client.post(f"{path}/save", data=whole(letters))
        page = client.get(path)
        handed_in = client.post(f"{path}/submit", data=whole(letters), follow_redirects=True)

    assert (kept.status_code, late.status_code, whole_page.status_code) == (200, 409, 409)
    assert "时间已到" in late.text
    assert "按此前保存的答案评分" in page.text
    assert "题single" not in page.text
    assert "时间已到，按此前保存的答案评分" in handed_in.text
    found = attempt_of(app, attempt_id)
    assert (found.score, found.timed_out, found.submitted_at) == (2, True, found.ends_at)


def test_the_job_marks_who_went_away_closes_what_is_over_and_invites_who_came(app, make_quiz):
    quiz = make_quiz(attempts=2)
    attempt_id, client = begin(app, quiz), login(app, "member")
    letters = right_letters(app, attempt_id)
    client.post(f"{HOME}/attempts/{attempt_id}/answers/1", data={"q1": letters[1]}, headers=HTMX)
    run = all_jobs_of(app)

    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        assert run() == {"ended": 1, "closed": 0, "invited": 0}
        assert run() == {"ended": 0, "closed": 0, "invited": 0}
    assert attempt_of(app, attempt_id).score == 2
    with time_machine.travel(clock.now() + timedelta(days=1, hours=12)):
        run()
        notices = login(app, "member").get("/notices").text
    with time_machine.travel(clock.now() + timedelta(days=2, minutes=1)):
        assert run() == {"ended": 0, "closed": 1, "invited": 0}
        again = login(app, "member").post(f"{HOME}/quizzes/{quiz}/start")
    assert "请参加知识测试" in notices
    assert again.status_code == 409
    assert "不在测试时间内" in again.text


def all_jobs_of(app):
    def run():
        with app.app_context(), transaction():
            return all_jobs()["knowledge_tests:keep-up"].run()

    return run


@pytest.mark.parametrize("counts", Counts)
def test_the_best_or_the_last_attempt_counts(app, make_quiz, counts):
    quiz = make_quiz(attempts=2, counts=counts, shows=Shows.SUBMITTED)
    client = login(app, "member")
    first = begin(app, quiz)
    done = client.post(f"{HOME}/attempts/{first}/submit", data=whole(right_letters(app, first)))
    assert done.status_code == 303
    assert SECRET not in client.get(f"{HOME}/attempts/{first}").text  # there is another try
    second = begin(app, quiz)
    assert SECRET not in client.get(f"{HOME}/attempts/{first}").text  # and it is running
    client.post(f"{HOME}/attempts/{second}/submit", data={})
    third = client.post(f"{HOME}/quizzes/{quiz}/start")

    assert third.status_code == 409
    assert "2 次机会已经用完" in third.text
    shown = client.get(f"{HOME}/attempts/{second}").text
    assert SECRET in shown
    assert ("成绩取第 1 次：8 分" in shown) == (counts is Counts.BEST)
    people = login(app, "head").get(f"{HOME}/quizzes/{quiz}/people").text
    assert re.search(r"<b>(\d)</b>合格", people)[1] == str(int(counts is Counts.BEST))


def test_nobody_opens_the_paper_of_another_or_a_test_not_meant_for_them(app, client_for, quiz):
    attempt_id = begin(app, quiz)
    for name, code in (("head", "nk1"), ("stranger", "wk1"), ("recorder", "nk1"), ("office", "hospital")):
        path = f"/{code}/knowledge_tests/attempts/{attempt_id}"
        client = client_for(name)
        assert client.get(path).status_code in {403, 404}, name
        for way in ("save", "submit", "answers/1"):
            assert client.post(f"{path}/{way}", data={"q1": "A"}).status_code in {403, 404}, name
    assert client_for("stranger").get(f"/wk1/knowledge_tests/quizzes/{quiz}").status_code == 404
    assert client_for("stranger").post(f"/wk1/knowledge_tests/quizzes/{quiz}/start").status_code == 404
    assert client_for("office").post(f"/nk1/knowledge_tests/quizzes/{quiz}/start").status_code == 403
    assert "作风测试" not in client_for("stranger").get("/wk1/knowledge_tests/").text


def test_a_quiz_that_has_ended_shows_what_was_right(app, quiz):
    attempt_id, client = begin(app, quiz), login(app, "member")
    with app.app_context():
        version = db.session.get_one(Quiz, quiz).version
    closed = login(app, "office").post(
        f"/hospital/knowledge_tests/quizzes/{quiz}/close", data={"version": version}
    )

    assert closed.status_code == 303
    page = client.get(f"{HOME}/attempts/{attempt_id}")
    check_html(page)
    assert "到时自动交卷" in page.text
    assert page.text.count(SECRET) == 4
    refused = client.post(f"{HOME}/attempts/{attempt_id}/answers/1", data={"q1": "A"}, headers=HTMX)
    assert refused.status_code == 409
    assert "已经交了" in refused.text
