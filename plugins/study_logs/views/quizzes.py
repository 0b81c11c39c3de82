"""The test of what was studied: chosen by whoever keeps the record, opened by those it is for."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.contracts import Reference
from intranet.forms import version_seen
from intranet.gate import enabled_plugins
from intranet.htmx import done, render
from intranet.models import Unit
from intranet.permissions import for_members, me
from intranet.plugins import collect, loaded
from plugins.study_logs.models import Session
from plugins.study_logs.services.sessions import name_test
from plugins.study_logs.views.blueprint import bp, here, to_record

HOOK = "study_logs_tests"


def offers_tests(unit: Unit) -> bool:
    """Whether any plugin of this unit has tests; none is asked."""
    known = {each.plugin_name for each in getattr(loaded().manager.hook, HOOK).get_hookimpls()}
    return bool(known & set(enabled_plugins(unit)))


def test_of(session: Session) -> Reference | None:
    """As this person may open it under the unit of the URL."""
    found = _tests(here(), session.test_key) if session.test_key else []
    return next((each for each in found if each.source == session.test_source), None)


def _tests(unit: Unit, key: str | None = None) -> list[Reference]:
    found: list[Reference] = collect(HOOK, enabled_plugins(unit), user=me(), unit=unit, key=key)
    return found


@bp.route("/sessions/<int:session_id>/test", methods=["GET", "POST"])
@for_members
def choose_test(session_id: int) -> ResponseReturnValue:
    """One of those the session's own unit may take."""
    opened = to_record(session_id)
    offered = {f"{each.source}:{each.key}": each for each in _tests(opened.unit)}
    if request.method != "POST":
        now = f"{opened.session.test_source}:{opened.session.test_key}"
        return render("study_logs/test.html", "entry", session=opened.session, offered=offered, now=now)
    chosen = offered.get(request.form.get("test", ""))
    name_test(opened.session, chosen, version=version_seen(), by=me())
    notice = _("已指定知识测试。") if chosen else _("已不指定知识测试。")
    return done(notice, "study_logs.session", session_id=session_id)
