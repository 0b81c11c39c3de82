"""What studying counts on the way of a campaign, and tells of a week."""

from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import Figure
from intranet.gate import open_units
from intranet.models import Unit, User
from plugins.study_logs.queries.listing import Filters, rolling
from plugins.study_logs.rights import PLUGIN
from plugins.study_logs.steps import HELD, Stage


def figures(user: User, unit: Unit) -> list[Figure]:
    """Sessions that took place, and those whose absentees have not made up."""
    stages = rolling(unit, user, Filters(), open_units(PLUGIN, unit, user)).stages
    held = sum(number for stage, number in stages.items() if stage in HELD)
    return [
        Figure("study", _l("次学习"), held, url_for("study_logs.index", unit=unit.code, stage="held")),
        Figure("study", _l("次补课没有闭合"), stages.get(Stage.RECORDED, 0), _recorded(unit)),
    ]


def _recorded(unit: Unit) -> str:
    return url_for("study_logs.index", unit=unit.code, stage=Stage.RECORDED.value)


def week(user: User, unit: Unit, start: date, end: date) -> list[str]:
    """How many sessions took place in these days."""
    days = Filters(start=start.isoformat(), end=(end - timedelta(days=1)).isoformat())
    stages = rolling(unit, user, days, open_units(PLUGIN, unit, user)).stages
    held = sum(number for stage, number in stages.items() if stage in HELD)
    return [_("学习：组织学习 %(n)s 次。", n=held)] if held else []
