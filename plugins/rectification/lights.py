"""The light of a card: what the deadline means today."""

from datetime import date, timedelta
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Date, and_, case, literal

from intranet.contracts import Text
from plugins.rectification.models import Card
from plugins.rectification.queries.rules import Rule, rules
from plugins.rectification.stages import Stage

# 各地做法不一（临期、落后、逾期三色，按天数或按进度）；这里取最常见的一种：期限前几天内黄灯，过期未销号红灯。
# 几天由各单位在看板设置里定，不设时按上级单位，都不设时为七天。


class Light(StrEnum):
    """Red: late and not closed. Amber: few days left, as the unit has set. None: no deadline yet."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    DONE = "done"
    NONE = "none"


COUNTED = (Light.RED, Light.AMBER, Light.NONE)
"""The others follow from these: green is what is left, done is the last stage."""
TITLES: dict[Light, Text] = {
    Light.RED: _l("红灯"),
    Light.AMBER: _l("黄灯"),
    Light.GREEN: _l("绿灯"),
    Light.DONE: _l("已销号"),
    Light.NONE: _l("未定期限"),
}


def light_of(stage: Stage, due_on: date | None, today: date, rule: Rule) -> Light:
    if stage is Stage.CLOSED:
        return Light.DONE
    if due_on is None:
        return Light.NONE
    left = (due_on - today).days
    return Light.RED if left < 0 else Light.AMBER if left <= rule.amber_days else Light.GREEN


def words_of(stage: Stage, due_on: date | None, today: date) -> str:
    """What stands beside the light: 逾期 3 天, 余 5 天."""
    if stage is Stage.CLOSED:
        return str(_("已销号"))
    if due_on is None:
        return str(_("期限待定"))
    left = (due_on - today).days
    if left == 0:
        return str(_("今天到期"))
    return str(_("余 %(n)s 天", n=left) if left > 0 else _("逾期 %(n)s 天", n=-left))


def soon(today: date) -> date:
    """Until when a periodic check is a duty, whatever its unit has set."""
    return today + timedelta(days=Rule().amber_days)


def shows(light: Light, today: date) -> ColumnElement[bool]:
    """The same rule as `light_of`, for the database."""
    if light is Light.DONE:
        return Card.stage == Stage.CLOSED
    still_open = Card.stage != Stage.CLOSED
    dates = {
        Light.RED: Card.due_on < today,
        Light.AMBER: is_amber(today),
        Light.GREEN: _is_green(today),
        Light.NONE: Card.due_on.is_(None),
    }
    return and_(still_open, dates[light])


def is_amber(today: date) -> ColumnElement[bool]:
    """Of the date alone. Where units differ the widest span comes first: an index knows it."""
    days = (rules().usual, *rules().unusual.values())
    widest = Card.due_on.between(today, today + timedelta(days=max(days)))
    return and_(widest, Card.due_on <= _last_day(today)) if rules().unusual else widest


def _is_green(today: date) -> ColumnElement[bool]:
    return Card.due_on > _last_day(today)


def _last_day(today: date) -> date | ColumnElement[date]:
    """The last day on which a card is amber, in the words of its own unit."""
    usual = today + timedelta(days=rules().usual)
    days = {unit_id: literal(today + timedelta(days=n), Date) for unit_id, n in rules().unusual.items()}
    return case(days, value=Card.unit_id, else_=literal(usual, Date)) if days else usual
