"""What talks tell of a week: how many, and never whose."""

from datetime import timedelta

from intranet import clock
from intranet.db import transaction
from plugins.talk_records.chain import week
from plugins.talk_records.services.roster import Post, add_cycle, add_member
from plugins.talk_records.wording import State
from tests.fixtures import person, unit

TODAY = clock.today()


def test_the_week_tells_numbers_alone(app, make_talk):
    make_talk(State.HELD, "不能外传的话")
    make_talk(State.CONFIRMED)
    with app.app_context(), transaction():
        for who in ("head", "member", "recorder"):
            post = Post("成员", who == "head", TODAY - timedelta(9), None)
            add_member(unit("nk1"), person(who), post, by=person("office"))
        add_cycle(unit("nk1"), "会前谈话", TODAY - timedelta(9), TODAY + timedelta(9), by=person("office"))

    def told(start, code="hospital", who="office"):
        with app.test_request_context():
            return week(person(who), unit(code), start, start + timedelta(7))

    yesterday = TODAY - timedelta(1)
    whole = ["谈心谈话：谈话 2 次，双方确认 1 次。", "应谈未谈 2 对。"]
    assert told(yesterday) == told(yesterday, "nk1", "head") == whole
    assert told(TODAY) == ["谈心谈话：谈话 0 次，双方确认 1 次。", "应谈未谈 2 对。"]
    assert told(yesterday - timedelta(7)) == []
    assert told(yesterday, "wk1", "stranger") == []
