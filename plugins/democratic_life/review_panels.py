"""What waits for a person: a self-review to write, or one to look at."""

from flask import url_for
from flask_babel import gettext as _

from intranet.contracts import Duty, Panel
from intranet.models import Unit, User
from plugins.democratic_life.queries.reviews import Line, waiting_for


def panels(user: User, units: list[Unit]) -> list[Panel]:
    """Duties only. One query."""
    found = waiting_for(user)
    if not found:
        return []
    duties = tuple(_duty(line, user, units) for line in found)
    return [Panel(_("对照检查"), url_for("democratic_life.my_reviews", unit=units[0].code), duties)]


def _duty(line: Line, user: User, units: list[Unit]) -> Duty:
    """Under the unit of the meeting, or one of their own if they do not enter that one."""
    unit = next((unit for unit in units if unit.id == line.meeting.unit_id), units[0])
    url = url_for("democratic_life.review", unit=unit.code, review_id=line.review.id)
    reviews = line.review.writer_id != user.id
    title = title_of(line, reviews=reviews)
    return Duty(title, url, _("对照检查"), line.due_on, line.meeting.name, unit.code)


def title_of(line: Line, *, reviews: bool) -> str:
    """Whose it is and what is to be done: nothing of what stands in it."""
    who = line.author or _("班子")
    if reviews:
        return str(_("审阅对照检查：%(who)s", who=who))
    if line.versions:
        return str(_("按意见修改对照检查：%(who)s", who=who))
    return str(_("写对照检查：%(who)s", who=who))
