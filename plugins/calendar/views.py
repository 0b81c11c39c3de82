"""Pages: a month, a list, and the address under which a calendar subscribes to one's deadlines."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from intranet.gate import password_first
from intranet.htmx import done, render
from intranet.permissions import for_everyone, for_strangers, me
from intranet.web import page_asked
from plugins.calendar import feed as ical
from plugins.calendar import months, queries, services
from plugins.calendar.asked import Asked, month_after

bp = Blueprint("calendar", __name__, url_prefix="/account", template_folder="templates")
PAGE = 100
DISCREET = {
    "Content-Disposition": "inline; filename=deadlines.ics",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


# Looking -----------------------------------------------------------------------------------------


@bp.get("/")
@for_everyone
def month() -> ResponseReturnValue:
    """The weeks of a month, each day with what is due on it."""
    asked = Asked.of(request.args)
    weeks = months.sheet(asked.month)
    found = queries.found(me(), asked, weeks[0][0], weeks[-1][-1] + timedelta(days=1))
    total = sum(entry.deadline.day.month == asked.month.month for entry in found.entries)
    filled = months.filled(weeks, found.entries)
    return render("calendar/month.html", "calendar", weeks=filled, total=total, **_frame(asked, found))


@bp.get("/list")
@for_everyone
def days() -> ResponseReturnValue:
    """The same as a list: of a month, or of one day."""
    asked = Asked.of(request.args)
    page = page_asked(1000)
    start = asked.day or asked.month
    end = start + timedelta(days=1) if asked.day else (start + timedelta(days=31)).replace(day=1)
    found = queries.found(me(), asked, start, end)
    shown = found.entries[(page - 1) * PAGE : page * PAGE]
    return render(
        "calendar/list.html",
        "calendar",
        weeks=months.weeks_of(shown),
        total=len(found.entries),
        page=page,
        pages=-(-len(found.entries) // PAGE),
        **_frame(asked, found),
    )


def _frame(asked: Asked, found: queries.Found) -> dict[str, Any]:
    """What stands around the sheet and the list."""
    return {
        "asked": asked,
        "cut": found.cut,
        "heading": format_date(asked.month, _("yyyy年M月")),
        "before": month_after(asked.month, -1),
        "after": month_after(asked.month, 1),
        "units": queries.units_offered(me(), asked.unit),
        "sources": queries.sources(),
    }


# Subscribing -------------------------------------------------------------------------------------


@bp.get("/subscription")
@for_everyone
def subscription() -> ResponseReturnValue:
    """Whether there is an address, since when, and when it was read last."""
    return render("calendar/subscription.html", "subscription", feed=queries.feed_of(me()), address=None)


@bp.post("/subscription")
@for_everyone
def subscribe() -> ResponseReturnValue:
    """A new address, shown once; one before it ends."""
    if first := password_first():
        return first
    token = services.make(titles=_titles(), by=me())
    address = url_for("calendar.feed", secret=token, _external=True)
    return render("calendar/subscription.html", "subscription", feed=queries.feed_of(me()), address=address)


@bp.post("/subscription/content")
@for_everyone
def choose_content() -> ResponseReturnValue:
    """Titles or numbers, under the same address."""
    if first := password_first():
        return first
    services.choose(titles=_titles(), by=me())
    return done(_("已保存，日历下次读取时生效。"), "calendar.subscription")


@bp.post("/subscription/revoke")
@for_everyone
def revoke() -> ResponseReturnValue:
    """The address opens nothing any more. No password: stopping is never made hard."""
    services.revoke(by=me())
    return done(_("订阅地址已停用。"), "calendar.subscription")


def _titles() -> bool:
    return request.form.get("titles") == "1"


@bp.get("/feed/<secret>.ics")
@for_strangers
def feed(secret: str) -> ResponseReturnValue:
    """For calendar programs, which cannot log in: who has the address reads what its person may open now."""
    found = queries.feed_behind(secret)
    if found is None:
        abort(404)
    site = request.host_url.rstrip("/")
    entries = ical.entries_for(found.user)
    response = Response(mimetype="text/calendar")
    response.set_etag(ical.tag_of(found, entries, site))
    if request.if_none_match.contains(response.get_etag()[0] or ""):
        response.status_code = 304
    else:
        response.set_data(ical.written(found, entries, site))
    response.cache_control.private = True
    response.cache_control.no_cache = True
    response.headers.update(DISCREET)
    services.note_reading(found, response)
    return response
