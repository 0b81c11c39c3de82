"""Saving while somebody writes: the answer is a line with the time, and the version to go on from."""

from http import HTTPStatus
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.forms import LARGEST
from intranet.htmx import done, wants_fragment
from plugins.study_logs.forms import MakeupForm, NoteForm
from plugins.study_logs.models import Makeup, Note


def version_to_save(form: MakeupForm | NoteForm) -> int:
    """The one seen; after a conflict the newer one, when the person says that theirs is to stand."""
    over = request.form.get("over", type=int)
    return over if over is not None and 0 <= over <= LARGEST else form.version.data or 0


def saved(one: Makeup | Note, *, refusal: str = "", theirs: str = "") -> ResponseReturnValue:
    """For the script only the line under the text; a browser without one gets a page."""
    if wants_fragment():
        return _line(one, refusal, theirs)
    page = "study_logs.note" if isinstance(one, Note) else "study_logs.makeup"
    where: dict[str, Any] = {"note_id" if isinstance(one, Note) else "makeup_id": one.id}
    if refusal:
        words = {"refusal": refusal, "theirs": theirs, "typed": _typed(), "back": url_for(page, **where)}
        return make_response(render_template("study_logs/both.html", **words), HTTPStatus.CONFLICT)
    return done(_("已保存。"), page, **where)


def _typed() -> str:
    return request.form.get("text") or request.form.get("note") or ""


def _line(one: Makeup | Note, refusal: str, theirs: str) -> Response:
    """After a conflict the old version stays in the form: what comes next must not overwrite unasked."""
    seen = request.form.get("version", "") if refusal else one.version
    words = {"version": seen, "newer": one.version, "clash": bool(refusal)}
    words |= {"refusal": refusal, "theirs": theirs}
    html = render_template("study_logs/_saved.html", **words, at=clock.now())
    return make_response(html, HTTPStatus.CONFLICT if refusal else HTTPStatus.OK)
