"""The board: one page, one form."""

from flask import Blueprint, Response, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.htmx import done, render
from intranet.permissions import allowed, for_members, me, requires
from plugins.hello import queries, services
from plugins.hello.forms import NoticeForm

bp = Blueprint("hello", __name__, template_folder="templates")


@bp.get("/")
@for_members
def board() -> ResponseReturnValue:
    """What the ward should know."""
    return _board(NoticeForm())


@bp.post("/")
@requires("hello:post")
def post() -> ResponseReturnValue:
    """One more notice."""
    form = NoticeForm()
    if not form.validate_on_submit():
        return _board(form, status=422)
    services.post_notice(g.unit, form.text.data or "", by=me())
    return done(_("已公布。"), "hello.board")


def _board(form: NoticeForm, status: int = 200) -> Response:
    return render(
        "hello/board.html",
        "board",
        status,
        form=form,
        notices=queries.newest_notices(g.unit),
        may_post=allowed(me(), "hello:post", g.unit),
    )
