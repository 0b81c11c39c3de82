"""What waits for a person, as the dashboard and the menu show it."""

from functools import partial

from flask import url_for
from flask_babel import gettext as _

from intranet import clock
from intranet.asking import side_by_side
from intranet.contracts import Bar, Duty, Panel
from intranet.models import Unit, User
from intranet.pages import moment
from intranet.permissions import allowed
from plugins.knowledge_tests.queries.quizzes import RESULTS, TAKE, Latest, Waiting, latest, waiting


def badge(user: User, unit: Unit) -> int:
    """Quizzes this person can take now in this unit."""
    if not allowed(user, TAKE, unit):
        return 0
    now = clock.now()
    return sum(one.opens_at <= now for one in waiting(user, [unit]))


def panels(user: User, units: list[Unit]) -> list[Panel]:
    """The quizzes to take join the duties; the bars show how many of the people have taken the latest."""
    taking = [unit for unit in units if allowed(user, TAKE, unit)]
    top = next((unit for unit in units if allowed(user, RESULTS, unit)), None)
    found, numbers = side_by_side(partial(waiting, user, taking), partial(_latest, user, top))
    if not found and not numbers:
        return []
    unit, duties = top or units[0], tuple(_duty(one) for one in found)
    return [
        Panel(_("知识测试"), url_for("knowledge_tests.index", unit=unit.code), duties, _bars(unit, numbers))
    ]


def _latest(user: User, unit: Unit | None) -> list[Latest]:
    return latest(unit, user) if unit else []


def _duty(one: Waiting) -> Duty:
    url = url_for("knowledge_tests.quiz", unit=one.code, quiz_id=one.quiz_id)
    note = _("正在作答，请回去交卷") if one.running else _("%(at)s 截止", at=moment(one.closes_at))
    if one.opens_at > clock.now():
        note = _("%(at)s 开始", at=moment(one.opens_at))
    title = _("参加知识测试：%(title)s", title=one.title)
    return Duty(title, url, _("知识测试"), clock.local(one.closes_at).date(), note, one.code)


def _bars(unit: Unit, numbers: list[Latest]) -> tuple[Bar, ...]:
    page, word = partial(url_for, "knowledge_tests.people", unit=unit.code), _("人")
    return tuple(Bar(each.title, each.taken, each.invited, page(quiz_id=each.id), word) for each in numbers)
