"""The home page, the search page, a person's notices, and the two addresses a monitor asks."""

from flask import Blueprint, abort, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select, text

from intranet import clock, dashboard, revisions, search
from intranet import notices as messages
from intranet.db import reads_first, start_writing
from intranet.extensions import db
from intranet.htmx import done, render
from intranet.models import Notice
from intranet.organisation import organisation
from intranet.permissions import for_everyone, for_strangers, me, own_units, places
from intranet.plugins import loaded
from intranet.readme import purpose_page
from intranet.web import LANGUAGES, language, page_asked, safe_next

bp = Blueprint("home", __name__)


@bp.get("/")
@for_everyone
def index() -> ResponseReturnValue:
    """What must I do this week? Across all my units and their plugins."""
    units = own_units(me())
    panels = dashboard.panels(me(), units)
    summary = dashboard.summary(panels)
    return render("home.html", "duties", **summary, placed=bool(places(me())), panels=panels)


@bp.get("/help/<name>")
@for_everyone
def help_page(name: str) -> ResponseReturnValue:
    """The README of a plugin, as its help page."""
    plugin = loaded().working.get(name) or abort(404)
    return render("help.html", "text", plugin=plugin, text=purpose_page(plugin, language()))


@bp.get("/search")
@for_everyone
def find() -> ResponseReturnValue:
    """What has these words, anywhere this person may go."""
    asked = request.args.get("q", "").strip()[:100]
    page = page_asked(search.MOST // search.PAGE)
    words = search.words_of(asked)
    hits, total = search.find(me(), words, page)
    found = {"asked": asked, "page": page, "words": words, "hits": hits, "total": total}
    return render("search.html", "results", 200, **found, search=search, plugins=loaded().working)


@bp.get("/notices")
@for_everyone
def notices() -> ResponseReturnValue:
    """What this person was told in the last months."""
    page = page_asked()
    found = messages.page_of(me(), page)
    return render(
        "notices.html", "notices", found=found, page=page, notices=messages, units=organisation().by_id
    )


@bp.post("/notices/<int:notice_id>")
@for_everyone
def read_notice(notice_id: int) -> ResponseReturnValue:
    """Marks it read and leads to what it is about; `stay`: back to the list."""
    found = db.session.scalar(select(Notice).where(messages.shown_to(me()), Notice.id == notice_id))
    if found is None:
        abort(404)
    messages.mark_read(me(), Notice.id == notice_id)
    return redirect(url_for("home.notices") if "stay" in request.form else found.url, code=303)


@bp.post("/notices/read")
@for_everyone
def read_all_notices() -> ResponseReturnValue:
    """Nothing is new any more."""
    messages.mark_read(me())
    return done(_("已全部标为已读。"), "home.notices")


@bp.post("/language")
@for_strangers
@reads_first
def set_language() -> ResponseReturnValue:
    """中文 or English, remembered for the session and, when logged in, for the person."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if current_user.is_authenticated:
            start_writing()
            me().language = chosen
    return redirect(safe_next(request.form.get("next")), code=303)


@bp.get("/healthz")
@for_strangers
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok", "at": clock.now().isoformat()}


@bp.get("/readyz")
@for_strangers
def readyz() -> ResponseReturnValue:
    """The database answers and fits this version."""
    db.session.execute(text("SELECT 1"))
    behind = revisions.pending()
    return {"status": "upgrade needed" if behind else "ok"}, 503 if behind else 200
