"""What waits for a person: a self-review to write, one to look at, a changed chain to answer."""

from collections.abc import Iterator
from functools import partial

from flask import url_for
from flask_babel import gettext as _

from intranet.contracts import Duty, Panel
from intranet.models import Unit, User
from plugins.democratic_life.queries.reviews import WRITING, Line, waiting_for


def panels(user: User, units: list[Unit]) -> list[Panel]:
    """Duties only. One query."""
    found = waiting_for(user)
    if not found:
        return []
    duties = tuple(duty for line in found for duty in _duties(line, user, units))
    return [Panel(_("对照检查"), url_for("democratic_life.my_reviews", unit=units[0].code), duties)]


def _duties(line: Line, user: User, units: list[Unit]) -> Iterator[Duty]:
    """Under the unit of the meeting, or one of their own if they do not enter that one."""
    unit = next((unit for unit in units if unit.id == line.meeting.unit_id), units[0])
    url = url_for("democratic_life.review", unit=unit.code, review_id=line.review.id)
    is_writer, place = line.review.writer_id == user.id, line.place
    found = partial(Duty, source=_("对照检查"), due_on=line.due_on, note=line.meeting.name, unit=unit.code)
    if is_writer and line.review.proposed is not None:
        yield found(_("答复审阅链的调整：%(who)s", who=_whose(line)), f"{url}#proposed-title")
    if is_writer and line.review.state in WRITING:
        yield found(title_of(line, reviews=False), url)
    if place and place.user_id == user.id:
        yield found(title_of(line, reviews=True), url)


def _whose(line: Line) -> str:
    return line.author or _("班子")


def title_of(line: Line, *, reviews: bool) -> str:
    """Whose it is and what is to be done: nothing of what stands in it."""
    who = _whose(line)
    if reviews:
        return str(_("审阅对照检查：%(who)s", who=who))
    if line.versions:
        return str(_("按意见修改对照检查：%(who)s", who=who))
    return str(_("写对照检查：%(who)s", who=who))
