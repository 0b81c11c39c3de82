"""What waits for a person: whom they must still talk with, and talks of theirs that want something."""

from flask import url_for
from flask_babel import gettext as _

from intranet.contracts import Duty, Panel
from intranet.models import Unit, User
from plugins.talk_records.queries.needs import Need, open_needs_of
from plugins.talk_records.queries.talks import Found, waiting_for
from plugins.talk_records.words import KIND_TITLES, State


def panels(user: User, units: list[Unit]) -> list[Panel]:
    """Duties only: a bar would say nothing to one person."""
    needs, talks = open_needs_of(user), waiting_for(user)
    duties = [_must_talk(need, user, units) for need in needs] + [_of_talk(talk, units) for talk in talks]
    if not duties:
        return []
    url = url_for("talk_records.index", unit=units[0].code)
    note = _("还要和 %(n)s 人谈", n=len(needs)) if needs else ""
    return [Panel(_("谈心谈话"), url, tuple(duties), note=note)]


def _must_talk(need: Need, user: User, units: list[Unit]) -> Duty:
    other_id, other = need.other(user.id)
    words = {"with": other_id, "kind": need.kind.value}
    url = url_for("talk_records.plan", unit=_door(units, need.cycle.unit_id).code, **words)
    title = _("与%(name)s谈心谈话", name=other)
    return Duty(title, url, _("谈心谈话"), need.cycle.due_on, need.cycle.name)


def _of_talk(found: Found, units: list[Unit]) -> Duty:
    talk = found.talk
    url = url_for("talk_records.talk", unit=_door(units, talk.unit_id).code, talk_id=talk.id)
    names = {"hosts": found.hosts, "subjects": found.subjects}
    if talk.state is State.PLANNED:
        title = _("约定谈话时间：%(hosts)s 与 %(subjects)s", **names)
    elif talk.state is State.ARRANGED:
        title = _("谈心谈话：%(hosts)s 与 %(subjects)s", **names)
    elif talk.follow_up_on and not talk.followed_on and any(step.name == "follow" for step in found.steps):
        title = _("回访：%(hosts)s 与 %(subjects)s", **names)
    else:
        title = _("确认谈话记录：%(hosts)s 与 %(subjects)s", **names)
    due_on = talk.meet_on if talk.held_on is None else talk.follow_up_on
    return Duty(title, url, _("谈心谈话"), due_on, KIND_TITLES[talk.kind])


def _door(units: list[Unit], unit_id: int) -> Unit:
    return next((unit for unit in units if unit.id == unit_id), units[0])
