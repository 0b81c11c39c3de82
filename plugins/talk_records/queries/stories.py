"""How a problem left a talk, for the page that tells its whole way. Who talked is told to nobody but them."""

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from intranet import clock
from intranet.contracts import Reference
from intranet.extensions import db
from intranet.gate import door
from intranet.models import User
from intranet.organisation import organisation
from intranet.permissions import may_enter
from plugins.talk_records.models import Passed, Talk
from plugins.talk_records.queries.talks import PLUGIN, mine


def stories_of(user: User, keys: list[str]) -> list[Reference]:
    """The day all at the table agreed; for those who sat there the talk as well."""
    query = select(Passed, Talk, mine(user.id)).join(Talk, Talk.id == Passed.talk_id)
    query = query.where(Passed.id.in_([int(key) for key in keys]), Passed.agreed_at.is_not(None))
    return [each for row in db.session.execute(query) for each in _story(user, *row)]


def _story(user: User, passed: Passed, talk: Talk, is_mine: bool) -> list[Reference]:  # noqa: FBT001 - a column
    key, day = str(passed.id), clock.local(passed.agreed_at or passed.proposed_at).date()
    target = organisation().by_id.get(passed.target_id)
    opens = target and may_enter(user, target)
    url = url_for("talk_records.passed", unit=target.code, passed_id=passed.id) if target and opens else ""
    told = Reference(PLUGIN, key, _("谈心谈话里提出，谈话的人都同意以后转交整改"), url, day)
    at = door(user, organisation().by_id[talk.unit_id], PLUGIN) if is_mine else None
    if at is None:
        return [told]
    own = url_for("talk_records.talk", unit=at.code, talk_id=talk.id)
    return [Reference(PLUGIN, key, _("您参加的那次谈心谈话"), own, talk.held_on or day), told]
