"""The light of a card: what the deadline means today."""

from datetime import date, timedelta
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_

from intranet.contracts import Text
from plugins.rectification.models import Card
from plugins.rectification.stages import Stage

# 各地做法不一（临期、落后、逾期三色，按天数或按进度）；这里取最常见的一种：七天之内为黄灯，过期未销号为红灯。
AMBER_DAYS = 7


class Light(StrEnum):
    """Red: late and not closed. Amber: seven days or less. None: no deadline yet."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    DONE = "done"
    NONE = "none"


TITLES: dict[Light, Text] = {
    Light.RED: _l("红灯"),
    Light.AMBER: _l("黄灯"),
    Light.GREEN: _l("绿灯"),
    Light.DONE: _l("已销号"),
    Light.NONE: _l("未定期限"),
}


def light_of(stage: Stage, due_on: date | None, today: date) -> Light:
    if stage is Stage.CLOSED:
        return Light.DONE
    if due_on is None:
        return Light.NONE
    left = (due_on - today).days
    return Light.RED if left < 0 else Light.AMBER if left <= AMBER_DAYS else Light.GREEN


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


def last_amber_day(today: date) -> date:
    return today + timedelta(days=AMBER_DAYS)


def shows(light: Light, today: date) -> ColumnElement[bool]:
    """The same rule as `light_of`, for the database."""
    if light is Light.DONE:
        return Card.stage == Stage.CLOSED
    still_open = Card.stage != Stage.CLOSED
    dates = {
        Light.RED: Card.due_on < today,
        Light.AMBER: Card.due_on.between(today, last_amber_day(today)),
        Light.GREEN: Card.due_on > last_amber_day(today),
        Light.NONE: Card.due_on.is_(None),
    }
    return and_(still_open, dates[light])
