"""The year's calendar: who works when."""

from calendar import Calendar

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock, workdays
from intranet.contracts import Role
from intranet.htmx import done, render
from intranet.permissions import me, requires_role
from plugins.working_days.queries import changes, missing_year
from plugins.working_days.services.importing import put, read_lines

bp = Blueprint("working_days", __name__, url_prefix="/admin", template_folder="templates")
YEARS = range(2000, 2101)


@bp.route("/", methods=["GET", "POST"])
@requires_role(Role.SYSTEM)
def year() -> ResponseReturnValue:
    """A day or, by pasted lines, a year changes once the differences were seen."""
    wanted, text = request.values.get("year", clock.today().year, type=int), request.form.get("text", "")
    if wanted not in YEARS:
        abort(404)
    said, wrong = read_lines(text, wanted)
    changed = said if "one" in request.form else changes(wanted, said) if text else {}
    if changed and not wrong and "sure" in request.form:
        put(changed, by=me())
        return done(_("工作日已保存。"), "working_days.year", year=wanted)
    months = [Calendar().monthdatescalendar(wanted, month) for month in range(1, 13)]
    shown = {
        "year": wanted,
        "text": text,
        "changed": changed,
        "wrong": wrong,
        "missing": missing_year(),
        "one": "one" in request.form,
    }
    status = 422 if wrong else 200
    return render("working_days/year.html", "days", status, **shown, months=months, days=workdays)
