"""What waits for a person: the next step of the meetings they keep, agree to or sit in."""

from functools import partial
from itertools import chain

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.asking import side_by_side
from intranet.contracts import Duty, Panel, Text
from intranet.models import Unit, User
from plugins.democratic_life import review_panels
from plugins.democratic_life.models import Meeting
from plugins.democratic_life.queries.waiting import Due, waiting_for
from plugins.democratic_life.wording import KIND_TITLES

TITLES: dict[str, Text] = {
    "submit": _l("报批会议方案：%(name)s"),
    "agree": _l("审批会议方案：%(name)s"),
    "notify": _l("发会议通知：%(name)s"),
    "begin": _l("参加会议：%(name)s"),
    "record": _l("整理会议记录：%(name)s"),
    "report": _l("上报会议情况：%(name)s"),
    "announce": _l("通报会议情况：%(name)s"),
    "correct": _l("转交整改清单：%(name)s"),
    "close": _l("整改办完后闭合：%(name)s"),
}


def panels(user: User, units: list[Unit]) -> list[Panel]:
    """Duties only: those of meetings, and those of self-reviews."""
    of_meetings, of_reviews = partial(_of_meetings, user, units), partial(review_panels.panels, user, units)
    return list(chain.from_iterable(side_by_side(of_meetings, of_reviews)))


def _of_meetings(user: User, units: list[Unit]) -> list[Panel]:
    duties = tuple(_duty(meeting, due, units, user) for meeting, due in waiting_for(user, units))
    url = url_for("democratic_life.index", unit=units[0].code)
    return [Panel(_("民主生活会"), url, duties)] if duties else []


def _duty(meeting: Meeting, due: Due, units: list[Unit], user: User) -> Duty:
    """Under the unit of the meeting, or one of their own if they do not enter that one."""
    unit = next((unit for unit in units if unit.id == meeting.unit_id), units[0])
    where = {"meeting": meeting.id, "what": due.what}
    where |= {"person": user.id} if due.what == "begin" else {}
    url = url_for("democratic_life.index", unit=unit.code, **where)  # type: ignore[arg-type]
    note = KIND_TITLES[meeting.kind]
    return Duty(title_of(meeting, due), url, _("民主生活会"), due.day, note, unit.code)


def title_of(meeting: Meeting, due: Due) -> str:
    return str(TITLES[due.what]) % {"name": meeting.name}
