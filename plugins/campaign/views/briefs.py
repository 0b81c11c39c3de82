"""一周进度: drafted from the numbers, edited by the office, published to all units below."""

from datetime import date

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.errors import Conflict, Forbidden, NotFound
from intranet.forms import version_seen
from intranet.htmx import done, render
from intranet.permissions import allowed, for_members, me, requires
from intranet.web import page_asked
from plugins.campaign.briefing import draft
from plugins.campaign.forms import BriefForm
from plugins.campaign.models import Brief
from plugins.campaign.queries.briefs import BRIEF, PAGE, brief_or_404, briefs, last_weeks, open_weeks
from plugins.campaign.queries.plans import Scheduled, schedule
from plugins.campaign.services import briefs as services
from plugins.campaign.views import bp
from plugins.campaign.views.page import Rights, shown_plan


@bp.get("/briefs")
@for_members
def brief_list() -> ResponseReturnValue:
    """What was published here and above, and one's own drafts."""
    page, plan = page_asked(1000), shown_plan()
    found, may_write = briefs(me(), g.unit, page), allowed(me(), BRIEF, g.unit)
    return render(
        "campaign/briefs.html",
        "briefs",
        plan=plan,
        rights=Rights(me(), g.unit, plan),
        briefs=found[:PAGE],
        has_more=len(found) > PAGE,
        page=page,
        may_write=may_write,
        weeks=open_weeks(g.unit) if may_write else [],
    )


@bp.get("/briefs/<int:brief_id>")
@for_members
def brief(brief_id: int) -> ResponseReturnValue:
    """One, to read and to print."""
    found = brief_or_404(me(), g.unit, brief_id)
    return render("campaign/brief.html", "brief", brief=found, may_write=_may_write(found))


def _may_write(found: Brief) -> bool:
    return found.unit_id == g.unit.id and allowed(me(), BRIEF, g.unit)


@bp.route("/briefs/new", methods=["GET", "POST"])
@requires("campaign:brief")
def new_brief() -> ResponseReturnValue:
    """Begun from what the week brought."""
    week, form = _week(), BriefForm(version=1)
    if request.method != "POST":
        form.text.data = draft(g.unit, me(), _rows(), week)
        return _page(form, week)
    if not form.validate():
        return _page(form, week, 422)
    try:
        made = services.write_brief(g.unit, week, form.text.data or "", by=me())
    except Conflict as refusal:
        return _page(form, week, 409, refusal.message)
    return done(_("已存为草稿，发布以后各单位才看得到。"), "campaign.brief", brief_id=made.id)


def _week() -> date:
    """The Monday of the address, one that still has no brief; who has typed one learns it when saving."""
    open_ = open_weeks(g.unit)
    wanted = request.args.get("week", open_[0].isoformat() if open_ else "")
    weeks = {week.isoformat(): week for week in (last_weeks() if request.method == "POST" else open_)}
    if wanted not in weeks:
        raise NotFound(_("这一周已经有一期，或者太早了，请从“一周进度”列表进入。"))
    return weeks[wanted]


def _rows() -> list[Scheduled]:
    plan = shown_plan()
    return schedule(plan, clock.today()) if plan else []


@bp.route("/briefs/<int:brief_id>/edit", methods=["GET", "POST"])
@requires("campaign:brief")
def edit_brief(brief_id: int) -> ResponseReturnValue:
    """Of a draft."""
    found = _own(brief_id)
    form = BriefForm(obj=found)
    if request.method != "POST":
        return _page(form, found.week, brief=found)
    if not form.validate():
        return _page(form, found.week, 422, brief=found)
    try:
        services.rewrite_brief(found, form.text.data or "", version=form.seen, by=me())
    except Conflict as refusal:
        theirs, form.version.data = found.text, found.version
        return _page(form, found.week, 409, refusal.message, brief=found, theirs=theirs)
    return done(_("已保存。"), "campaign.brief", brief_id=brief_id)


@bp.post("/briefs/<int:brief_id>/publish")
@requires("campaign:brief")
def publish_brief(brief_id: int) -> ResponseReturnValue:
    """From now on everybody here and below reads it."""
    services.publish_brief(_own(brief_id), version=version_seen(), by=me())
    return done(_("已发布。"), "campaign.brief", brief_id=brief_id)


@bp.post("/briefs/<int:brief_id>/withdraw")
@requires("campaign:brief")
def withdraw_brief(brief_id: int) -> ResponseReturnValue:
    """Back to a draft."""
    services.withdraw_brief(_own(brief_id), version=version_seen(), by=me())
    return done(_("已撤回，修改后可以再发布。"), "campaign.brief", brief_id=brief_id)


def _own(brief_id: int) -> Brief:
    found = brief_or_404(me(), g.unit, brief_id)
    if found.unit_id != g.unit.id:
        raise Forbidden(_("这一期由发布的单位修改。"))
    return found


def _page(
    form: BriefForm, week: date, status: int = 200, refusal: object = "", **more: object
) -> ResponseReturnValue:
    words = {"form": form, "week": week, "refusal": refusal, "brief": None, "theirs": "", **more}
    return render("campaign/brief_edit.html", "form", status, **words)
