"""How much a unit has studied together before a meeting that asks for it."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import case, func, select

from intranet.contracts import Bar
from intranet.extensions import db
from intranet.models import Unit
from intranet.web import path_to
from plugins.study_logs.models import Session
from plugins.study_logs.queries.listing import ALL_TOGETHER
from plugins.study_logs.steps import HELD, Stage
from plugins.study_logs.wording import TOGETHER


def studied(unit: Unit, start: date, end: date) -> list[Bar]:
    """Sessions held, of those that were to be held in these days; none: no answer."""
    held = func.sum(case((Session.stage.in_(HELD), 1), else_=0))
    query = select(func.count(), held).where(
        Session.unit_id == unit.id,
        Session.form.in_(TOGETHER),
        Session.stage != Stage.CANCELLED,
        Session.day.between(start, end),
    )
    number, done = db.session.execute(query).one()
    if not number:
        return []
    where = {"form": ALL_TOGETHER, "start": start.isoformat(), "end": end.isoformat()}
    url = path_to("study_logs.index", unit=unit.code, **where)
    return [Bar(_("集中学习"), done, number, url, _("次"))]
