"""What waits for a person, as the dashboard and the menu show it."""

from flask import url_for
from flask_babel import gettext as _

from intranet import clock
from intranet.contracts import Bar, Duty, Panel
from intranet.models import Unit, User
from intranet.pages import moment
from intranet.permissions import allowed
from plugins.knowledge_tests.queries.quizzes import RESULTS, TAKE, Waiting, latest, waiting


def badge(user: User, unit: Unit) -> int:
    """Quizzes this person can take now in this unit."""
    if not allowed(user, TAKE, unit):
        return 0
    now = clock.now()
    return sum(one.opens_at <= now for one in waiting(user, [unit]))


def panels(user: User, units: list[Unit]) -> list[Panel]:
    """The quizzes to take join the duties; the bars show how many of the people have taken the latest."""
    duties = tuple(_duty(one) for one in waiting(user, [unit for unit in units if allowed(user, TAKE, unit)]))
    top = next((unit for unit in units if allowed(user, RESULTS, unit)), None)
    bars = _bars(user, top) if top else ()
    if not duties and not bars:
        return []
    unit = top or units[0]
    return [Panel(_("知识测试"), url_for("knowledge_tests.index", unit=unit.code), duties, bars)]


def _duty(one: Waiting) -> Duty:
    url = url_for("knowledge_tests.quiz", unit=one.code, quiz_id=one.quiz_id)
    note = _("正在作答，请回去交卷") if one.running else _("%(at)s 截止", at=moment(one.closes_at))
    if one.opens_at > clock.now():
        note = _("%(at)s 开始", at=moment(one.opens_at))
    title = _("参加知识测试：%(title)s", title=one.title)
    return Duty(title, url, _("知识测试"), clock.local(one.closes_at).date(), note, one.code)


def _bars(user: User, unit: Unit) -> tuple[Bar, ...]:
    word = _("人")
    return tuple(
        Bar(
            each.title,
            each.taken,
            each.invited,
            url_for("knowledge_tests.people", unit=unit.code, quiz_id=each.id),
            word,
        )
        for each in latest(unit, user)
    )
