"""One activity: its duties, its dates, and what the office may change."""

from flask import current_app, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import and_

from intranet import clock
from intranet.contracts import NavItem
from intranet.errors import Forbidden, Invalid, NotFound
from intranet.forms import version_seen
from intranet.gate import enabled_plugins
from intranet.htmx import done, render
from intranet.organisation import organisation
from intranet.permissions import for_members, me, requires
from intranet.plugins import collect
from plugins.campaign.forms import (
    ActivityForm,
    ActualForm,
    DatesForm,
    PlanForm,
    ReasonForm,
    choices_of,
    written,
)
from plugins.campaign.models import Activity, Plan
from plugins.campaign.queries.duties import duties_of
from plugins.campaign.queries.filters import NO_PHASE, phase_titles
from plugins.campaign.queries.plans import (
    activity_or_404,
    adjustments_of,
    own_plan,
    phases_of,
    plan_above,
    plan_or_404,
)
from plugins.campaign.services import activities as services
from plugins.campaign.services.activities import Dates, Ground, NewActivity
from plugins.campaign.services.concluding import conclude_plan, reopen_plan
from plugins.campaign.services.importing import start_plan
from plugins.campaign.views import bp
from plugins.campaign.views.page import Rights, plan_with


@bp.get("/activities/<int:activity_id>")
@for_members
def activity(activity_id: int) -> ResponseReturnValue:
    """What is planned, who does it, how far they are."""
    return activity_page(activity_id, 200)


def activity_page(activity_id: int, status: int, **forms: object) -> ResponseReturnValue:
    """The page, with a refused form open where there is one."""
    plan = plan_with(activity_id)
    row = activity_or_404(plan, activity_id, clock.today())
    found = row.activity
    context = {"report": None, "send_back": None, "open": "", **_forms(found), **forms}
    return render(
        "campaign/activity.html",
        "activity",
        status,
        plan=plan,
        row=row,
        duties=duties_of(g.unit, plan, me(), found),
        adjustments=adjustments_of(found),
        rights=Rights(me(), g.unit, plan),
        followups=_followups(activity_id),
        **context,
    )


def _followups(activity_id: int) -> list[tuple[NavItem, bool]]:
    """What other plugins have made from this activity, and where they make more; whether that is a deed."""
    asked = {"user": me(), "unit": g.unit, "key": str(activity_id)}
    found: list[NavItem] = collect("campaign_followups", enabled_plugins(g.unit), **asked)
    return [(item, _is_deed(item.endpoint)) for item in sorted(found, key=lambda item: item.order)]


def _is_deed(endpoint: str) -> bool:
    """It takes no GET: a button, and no link."""
    rules = current_app.url_map.iter_rules(endpoint)
    return all("GET" not in (rule.methods or ()) for rule in rules)


def _forms(found: Activity) -> dict[str, object]:
    """The forms of the office, filled with what holds now; what was just sent is not theirs."""
    seen = {"formdata": None, "version": found.version}
    return {
        "dates": DatesForm(**seen, start=found.start_on, end=found.end_on).on_page("dates"),
        "actual": ActualForm(**seen, start=found.actual_start_on, end=found.actual_end_on).on_page("actual"),
        "cancel": ReasonForm(**seen).on_page("cancel"),
    }


@bp.post("/activities/<int:activity_id>/dates")
@requires("campaign:plan")
def adjust(activity_id: int) -> ResponseReturnValue:
    """Moves the planned dates, with a reason."""
    found = _load(activity_id)
    form = DatesForm().on_page("dates")
    if not form.validate_on_submit():
        return activity_page(activity_id, 422, dates=form, open="dates")
    ground = Ground(written(form.reason), written(form.approved_by))
    dates = Dates(form.start.data, form.end.data)
    try:
        services.adjust(found, dates, by=me(), ground=ground, version=form.seen)
    except Invalid as error:
        form.end.errors = [error.message]
        return activity_page(activity_id, 422, dates=form, open="dates")
    return done(_("已调整起止日期。"), "campaign.activity", activity_id=activity_id)


@bp.post("/activities/<int:activity_id>/actual")
@requires("campaign:plan")
def record_actual(activity_id: int) -> ResponseReturnValue:
    """Notes when it really began and ended."""
    found = _load(activity_id)
    form = ActualForm().on_page("actual")
    if not form.validate_on_submit():
        return activity_page(activity_id, 422, actual=form, open="actual")
    dates = Dates(form.start.data, form.end.data)
    try:
        services.record_actual(found, dates, by=me(), version=form.seen)
    except Invalid as error:
        form.end.errors = [error.message]
        return activity_page(activity_id, 422, actual=form, open="actual")
    return done(_("已记下实际日期。"), "campaign.activity", activity_id=activity_id)


@bp.post("/activities/<int:activity_id>/cancel")
@requires("campaign:plan")
def cancel(activity_id: int) -> ResponseReturnValue:
    """It will not take place."""
    found = _load(activity_id)
    form = ReasonForm().on_page("cancel")
    if not form.validate_on_submit():
        return activity_page(activity_id, 422, cancel=form, open="cancel")
    services.cancel(found, by=me(), reason=written(form.reason), version=form.seen)
    return done(_("已取消这项活动。"), "campaign.activity", activity_id=activity_id)


@bp.post("/activities/<int:activity_id>/restore")
@requires("campaign:plan")
def restore(activity_id: int) -> ResponseReturnValue:
    """It takes place after all."""
    found = _load(activity_id)
    services.restore(found, by=me(), version=version_seen())
    return done(_("已恢复这项活动。"), "campaign.activity", activity_id=activity_id)


def _load(activity_id: int) -> Activity:
    return activity_or_404(_own_plan(), activity_id, clock.today()).activity


def _own_plan() -> Plan:
    """Only the unit that issued the plan changes it."""
    plan = plan_or_404(g.unit)
    if plan.unit_id != g.unit.id:
        raise Forbidden(_("这份方案由上级发布，请联系%(name)s调整。", name=plan.unit.name))
    return plan


# The plan as a whole -----------------------------------------------------------------------------


@bp.post("/conclude")
@requires("campaign:plan")
def conclude() -> ResponseReturnValue:
    """The campaign is over; the next plan can come."""
    conclude_plan(_own_plan(), by=me(), version=version_seen())
    return done(_("本次活动已结束，方案转入往期，随时可以查看。"), "campaign.index")


@bp.post("/plans/<int:plan_id>/reopen")
@requires("campaign:plan")
def reopen(plan_id: int) -> ResponseReturnValue:
    """It was not over."""
    plan = plan_above(g.unit, and_(Plan.id == plan_id, Plan.unit_id == g.unit.id))
    if plan is None:
        raise NotFound(_("没有这份方案，请从“计划安排”重新进入。"))
    reopen_plan(plan, by=me(), version=version_seen())
    return done(_("方案已恢复，可以继续办理。"), "campaign.index")


# By hand -----------------------------------------------------------------------------------------


@bp.route("/new", methods=["GET", "POST"])
@requires("campaign:plan")
def new_plan() -> ResponseReturnValue:
    """Starts a plan without a file."""
    form = PlanForm()
    if form.validate_on_submit():
        start_plan(g.unit, written(form.title), form.year.data, by=me())
        return done(_("方案已建立，请逐项增加活动。"), "campaign.new_activity")
    status = 422 if form.is_submitted() else 200
    return render("campaign/new_plan.html", "form", status, form=form, exists=own_plan(g.unit))


@bp.route("/activities/new", methods=["GET", "POST"])
@requires("campaign:plan")
def new_activity() -> ResponseReturnValue:
    """Adds an activity by hand."""
    plan = _own_plan()
    form, tree = ActivityForm(), {unit.id: unit for unit in organisation().under(g.unit.path)}
    phases = phase_titles(phases_of(plan))
    form.phase.choices = choices_of({NO_PHASE: _("不属于任何环节"), **phases})
    form.units.choices = choices_of({unit.id: unit.name for unit in tree.values()})
    if form.validate_on_submit():
        new = NewActivity(
            written(form.title),
            Dates(form.start.data, form.end.data),
            form.phase.data or None,
            [tree[unit_id] for unit_id in form.units.data or ()],
        )
        added = services.add_activity(plan, new, by=me())
        return done(_("已增加活动。"), "campaign.activity", activity_id=added.id)
    status = 422 if form.is_submitted() else 200
    return render("campaign/new_activity.html", "form", status, form=form, plan=plan)
