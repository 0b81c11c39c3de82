"""Duties: the list, a unit's report, the office's decision."""

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import and_, select

from intranet import clock
from intranet.errors import Forbidden, Invalid, NotFound
from intranet.forms import version_seen
from intranet.gate import open_units
from intranet.htmx import done, render
from intranet.models import Unit
from intranet.permissions import allowed, for_members, me, requires
from intranet.web import page_asked
from plugins.campaign.forms import ReasonForm, ReportForm, written
from plugins.campaign.models import Activity, Duty, Plan
from plugins.campaign.queries.duties import PAGE, duties, duty_or_404, duty_page
from plugins.campaign.queries.plans import IS_CURRENT, plan_above
from plugins.campaign.services import duties as services
from plugins.campaign.views import bp
from plugins.campaign.views.activities import activity_page
from plugins.campaign.views.page import Rights, shown_plan_or_404


@bp.get("/duties")
@for_members
def duty_list() -> ResponseReturnValue:
    """The duties of this unit and those under it, the earliest due first."""
    plan = shown_plan_or_404()
    state = request.args.get("state", "")
    of = _part_of_tree(request.args.get("of", ""))
    page = page_asked(1000)
    found = duty_page(duties(of or g.unit, plan, me()), state, clock.today(), page)
    return render(
        "campaign/duties.html",
        "duties",
        plan=plan,
        rights=Rights(me(), g.unit, plan),
        duties=found[:PAGE],
        has_more=len(found) > PAGE,
        state=state,
        of=of,
        page=page,
        arguments={"state": state or None, "of": of.code if of else None},
    )


def _part_of_tree(code: str) -> Unit | None:
    """The unit the list is narrowed to; only one at or under that of the URL."""
    if not code:
        return None
    unit = next((unit for unit in open_units("campaign", g.unit, me()) if unit.code == code), None)
    if unit is None:
        raise NotFound(_("没有这个单位，或者它不对您开放。"))
    return unit


@bp.post("/duties/<int:duty_id>/report")
@requires("campaign:report")
def report_duty(duty_id: int) -> ResponseReturnValue:
    """The unit's part is done."""
    _plan, duty = _load(duty_id)
    if not allowed(me(), "campaign:report", duty.unit):
        raise Forbidden(_("您不能替这个单位上报。"))
    form = ReportForm()
    if not form.validate_on_submit():
        return activity_page(duty.activity_id, 422, report=(duty.id, form))
    try:
        services.report(
            duty,
            by=me(),
            note=written(form.note),
            done_on=form.done_on.data or clock.today(),
            version=form.seen,
        )
    except Invalid as error:
        form.done_on.errors = [error.message]
        return activity_page(duty.activity_id, 422, report=(duty.id, form))
    notice = _("已上报，等活动办确认。")
    return done(notice, "campaign.activity", activity_id=duty.activity_id)


@bp.post("/duties/<int:duty_id>/confirm")
@requires("campaign:confirm")
def confirm_duty(duty_id: int) -> ResponseReturnValue:
    """The office accepts a report."""
    plan, duty = _load(duty_id)
    _refuse_strangers(plan)
    name, activity_id = duty.unit.name, duty.activity_id
    services.confirm(duty, by=me(), version=version_seen())
    notice = _("已确认%(name)s的任务。", name=name)
    if request.form.get("back") == "list":
        return done(notice, "campaign.duty_list", state="reported")
    return done(notice, "campaign.activity", activity_id=activity_id)


@bp.post("/duties/<int:duty_id>/return")
@requires("campaign:confirm")
def return_duty(duty_id: int) -> ResponseReturnValue:
    """The office asks for more."""
    plan, duty = _load(duty_id)
    _refuse_strangers(plan)
    form = ReasonForm()
    if not form.validate_on_submit():
        return activity_page(duty.activity_id, 422, send_back=(duty.id, form))
    name, activity_id = duty.unit.name, duty.activity_id
    services.send_back(duty, by=me(), reason=written(form.reason), version=form.seen)
    notice = _("已退回%(name)s，对方会看到原因。", name=name)
    return done(notice, "campaign.activity", activity_id=activity_id)


def _load(duty_id: int) -> tuple[Plan, Duty]:
    activity = select(Duty.activity_id).where(Duty.id == duty_id).scalar_subquery()
    of_duty = Plan.id.in_(select(Activity.plan_id).where(Activity.id == activity))
    plan = plan_above(g.unit, and_(IS_CURRENT, of_duty))
    if plan is None:
        raise NotFound(_("没有这项任务，它可能已随方案修订移除，或者活动已经结束。"))
    return plan, duty_or_404(g.unit, plan, duty_id, me())


def _refuse_strangers(plan: Plan) -> None:
    if not Rights(me(), g.unit, plan).may_confirm:
        raise Forbidden(_("只有发布方案的单位能确认或退回任务。"))
