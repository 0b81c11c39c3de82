"""What meetings and self-reviews count on the way of a campaign, and tell of a week."""

from datetime import date, datetime, time

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet import clock
from intranet.contracts import Figure
from intranet.models import Unit, User
from plugins.democratic_life.queries.counting import happened, stages_of
from plugins.democratic_life.wording import Stage


def figures(user: User, unit: Unit) -> list[Figure]:
    """Self-reviews by whether the chain agreed, meetings by whether they were held. One query."""
    stages, passed = stages_of(user, unit)
    reviews = url_for("democratic_life.unit_reviews", unit=unit.code)
    index = url_for("democratic_life.index", unit=unit.code)
    shown = [
        Figure("reviews", _l("份已审定"), passed[True], f"{reviews}?passed=1"),
        Figure("reviews", _l("份未审定"), passed[False], f"{reviews}?passed=0"),
        Figure("meetings", _l("次已召开"), stages[Stage.HELD], f"{index}?stage={Stage.HELD.value}"),
        Figure("meetings", _l("次筹备中"), stages[Stage.AHEAD], f"{index}?stage={Stage.AHEAD.value}"),
    ]
    return shown if any(figure.count for figure in shown) else []


def week(user: User, unit: Unit, start: date, end: date) -> list[str]:
    """Numbers alone: who met and who wrote stays where it is known."""
    first, last = (datetime.combine(day, time(), clock.ZONE) for day in (start, end))
    held, handed = happened(user, unit, first, last)
    told = [_("会议：召开民主生活会、组织生活会 %(n)s 次。", n=held)] if held else []
    return told + ([_("对照检查：送审 %(n)s 稿。", n=handed)] if handed else [])
