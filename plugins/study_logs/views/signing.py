"""The code on the wall, and the page of a phone that takes it."""

from datetime import datetime

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.db import reads_first
from intranet.documents.qr import drawing
from intranet.errors import DomainError, Forbidden
from intranet.htmx import done, render
from intranet.organisation import organisation
from intranet.pages import moment
from intranet.permissions import for_everyone, for_members, me
from plugins.study_logs.codes import code_of, seconds_left
from plugins.study_logs.forms import SignInForm
from plugins.study_logs.models import Sitting
from plugins.study_logs.queries.roster import counts_of, own_signed
from plugins.study_logs.queries.scope import rules_for
from plugins.study_logs.services.signing import EARLY
from plugins.study_logs.services.signing import sign_in as sign
from plugins.study_logs.steps import UNSETTLED
from plugins.study_logs.views.blueprint import Opened, bp, door, hour, session_or_404
from plugins.study_logs.views.moving import sitting_or_404


@bp.get("/sessions/<int:session_id>/sittings/<int:sitting_id>/wall")
@for_members
def wall(session_id: int, sitting_id: int) -> ResponseReturnValue:
    """Large enough for the last row: the code of this minute, its QR code, how many have signed in."""
    opened = session_or_404(session_id)
    if not opened.may_record:
        raise Forbidden(_("只有登记单位的干事、负责人和活动办可以打开签到屏。"))
    sitting = sitting_or_404(opened, sitting_id)
    counts, shown = counts_of(opened.session), _code(opened, sitting)
    context = {"session": opened.session, "sitting": sitting, "counts": counts, **shown}
    return render("study_logs/wall.html", "code", 200, **context)


def _code(opened: Opened, sitting: Sitting) -> dict[str, object]:
    """Nothing of it while the window is closed."""
    now = clock.now()
    if not sitting.is_open(now):
        return {"code": "", "size": 0, "path": "", "left": 0, "shut": _shut(opened, sitting, now)}
    seconds = rules_for(opened.unit).code_seconds
    code = code_of(sitting, now, seconds)
    size, path = drawing(url_for("study_logs_door.sign_in_with", secret=code, _external=True))
    return {"code": code, "size": size, "path": path, "left": seconds_left(now, seconds), "shut": ""}


def _shut(opened: Opened, sitting: Sitting, now: datetime) -> str:
    """From when one can sign in, or since when no longer."""
    opens = sitting.open_from or sitting.starts_at - EARLY
    if now < opens:
        return str(_("%(at)s 起可以签到", at=_at(opens, now)))
    if now >= sitting.ends_at:
        return str(_("签到已于 %(at)s 结束", at=_at(sitting.ends_at, now)))
    is_over = opened.session.stage not in UNSETTLED
    return str(_("记录已定稿，签到已结束") if is_over else _("签到码还没有开放，或已经停用"))


def _at(at: datetime, now: datetime) -> str:
    """The hour; of another day with the day."""
    return hour(at) if clock.local(at).date() == clock.local(now).date() else moment(at)


# On the phone --------------------------------------------------------------------------------------


@door.get("/sign-in/<secret>")
@for_everyone
def sign_in_with(secret: str) -> ResponseReturnValue:
    """Where the QR code leads: one touch sends the code. Nothing is said about it before."""
    return _page(SignInForm(formdata=None, code=secret[:20]))


@door.route("/sign-in", methods=["GET", "POST"])
@for_everyone
@reads_first
def sign_in() -> ResponseReturnValue:
    """The code of the wall, typed or scanned."""
    form = SignInForm()
    if request.method != "POST":
        return _page(form)
    if not form.validate():
        return _page(form, 422)
    try:
        session = sign(form.code.data or "", by=me())
    except DomainError as refusal:
        return _page(form, refusal.status, str(refusal.message))
    return done(_("签到成功。"), "study_logs_door.signed_in", session_id=session.id)


@door.get("/signed-in/<int:session_id>")
@for_everyone
def signed_in(session_id: int) -> ResponseReturnValue:
    """One's own mark and nothing to send again: what a nurse shows at the door."""
    found = own_signed(session_id, me()) or abort(404)
    row, session = found
    unit = organisation().by_id.get(row.unit_id)
    return render("study_logs/signed_in.html", "done", row=row, session=session, unit=unit)


def _page(form: SignInForm, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    return render("study_logs/sign_in.html", "form", status, form=form, refusal=refusal)
