"""A session made in one click from what another plugin offers, and taken away again while it is planned."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.contracts import Reference
from intranet.htmx import done
from intranet.permissions import for_members, me, requires
from plugins.study_logs.queries.likely import likely
from plugins.study_logs.services.sessions import Facts, Plan, When, open_once, remove_session
from plugins.study_logs.views.blueprint import bp, here, to_record
from plugins.study_logs.views.sessions import day_of, origin_of, units_here


@bp.post("/sessions/from/<source>/<key>")
@requires("study_logs:record")
def make_session(source: str, key: str) -> ResponseReturnValue:
    """With what the other record says and the unit's last session had; a second click opens the first's."""
    made, is_new = open_once(here(), _plan(origin_of(source, key)), by=me())
    new = _("已登记为计划中的学习，请核对时间、地点和受邀单位。")
    notice = new if is_new else _("已由此登记过，就是这一项。")
    return done(notice, "study_logs.session", session_id=made.id)


def _plan(origin: Reference) -> Plan:
    found, mine = likely(here(), origin.title), {unit.id for unit in units_here()}
    words = {"host": found.host, "clerk": me().name}
    facts = Facts(origin.title[:200], found.form, found.tenths, **words, with_leaders=found.with_leaders)
    when = When(day_of(origin), found.starts, found.ends, found.place)
    invited = [unit for unit in found.invited if unit.id in mine]
    return Plan(facts, when, invited, origin)


@bp.post("/sessions/<int:session_id>/remove")
@for_members
def remove_planned(session_id: int) -> ResponseReturnValue:
    """For good, as nobody has been told of it."""
    opened = to_record(session_id)
    remove_session(opened.session, opened.unit, by=me())
    return done(_("已删除。"), "study_logs.index")
