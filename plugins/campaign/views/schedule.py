"""The schedule in its three forms: table, Gantt, progress."""

from collections import Counter
from typing import Any

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from intranet import clock
from intranet.contracts import Figure, Problem
from intranet.gate import enabled_plugins, open_units
from intranet.htmx import render
from intranet.organisation import organisation
from intranet.permissions import for_members, may_enter, me
from intranet.plugins import collect
from intranet.web import page_asked
from plugins.campaign import gantt
from plugins.campaign.chain import chain as links_of
from plugins.campaign.chain import of_plan
from plugins.campaign.models import Plan, Rectification
from plugins.campaign.queries import progress as counting
from plugins.campaign.queries.drafts import open_drafts
from plugins.campaign.queries.duties import duties_of
from plugins.campaign.queries.filters import (
    filters_from,
    months,
    narrowed,
    phase_titles,
    units_named,
)
from plugins.campaign.queries.plans import (
    phases_of,
    plans_below,
    rectifications_of,
    schedule,
)
from plugins.campaign.states import DECISION_WORDS
from plugins.campaign.views import bp
from plugins.campaign.views.page import Rights, shown_and_past, shown_plan, shown_plan_or_404

PAGE = 100


@bp.get("/")
@for_members
def index() -> ResponseReturnValue:
    """The unit's own duties, and below them the whole schedule."""
    plan, past = shown_and_past()
    rights = Rights(me(), g.unit, plan)
    drafts = open_drafts(g.unit) if rights.may_plan else []
    if plan is None:
        below = plans_below(g.unit)
        page = "campaign/no_plan.html"
        return render(page, "plans", rights=rights, drafts=drafts, below=below, past=past)
    shown = _filtered(plan)
    own = [] if plan.unit_id == g.unit.id else duties_of(g.unit, plan, me())
    context = {**shown, "own": own, "drafts": drafts, "rights": rights, "past": past}
    return render("campaign/index.html", "schedule", 200, **context)


@bp.get("/gantt")
@for_members
def gantt_chart() -> ResponseReturnValue:
    """The same activities along a line of time."""
    plan = shown_plan_or_404()
    shown = _filtered(plan)
    chart = gantt.chart(shown["rows"], shown["phases"], clock.today())
    rights = Rights(me(), g.unit, plan)
    return render("campaign/gantt.html", "schedule", 200, **shown, chart=chart, rights=rights)


@bp.get("/progress")
@for_members
def progress() -> ResponseReturnValue:
    """How far each phase and each unit is."""
    plan = shown_plan_or_404()
    today = clock.today()
    rows = schedule(plan, today)
    return render(
        "campaign/progress.html",
        "progress",
        plan=plan,
        rights=Rights(me(), g.unit, plan),
        totals=counting.totals(rows),
        phases=counting.by_phase(rows, phases_of(plan)),
        units=counting.by_unit(rows, _entered_codes(), today),
    )


@bp.get("/chain")
@for_members
def chain() -> ResponseReturnValue:
    """全程: from the plan to the look-back, each number with its list; also where there is no plan yet."""
    plan = shown_plan()
    totals = counting.totals(schedule(plan, clock.today())) if plan else Counter()
    asked = {"user": me(), "unit": g.unit}
    figures: list[Figure] = collect("campaign_chain", enabled_plugins(g.unit), **asked)
    own = of_plan(g.unit, totals) if plan else []
    rights = Rights(me(), g.unit, plan)
    return render("campaign/chain.html", "chain", plan=plan, rights=rights, links=links_of([*own, *figures]))


def _entered_codes() -> set[str]:
    """The units at and under this one that the person may enter."""
    return {unit.code for unit in open_units("campaign", g.unit, me())}


@bp.get("/rectifications")
@for_members
def rectifications() -> ResponseReturnValue:
    """Problems the plan itself names, with their deadlines."""
    plan = shown_plan_or_404()
    rights = Rights(me(), g.unit, plan)
    items = rectifications_of(plan)
    return render(
        "campaign/rectifications.html",
        "rectifications",
        plan=plan,
        rights=rights,
        items=items,
        outcomes=_outcomes(items),
        decisions=DECISION_WORDS,
        leads_on=leads_on,
    )


def _outcomes(items: list[Rectification]) -> dict[int, Problem]:
    """By id, where the work on each is now."""
    keys = [str(item.id) for item in items]
    found: list[Problem] = collect("campaign_outcomes", user=me(), keys=keys) if keys else []
    return {int(each.key): each for each in found if each.key in keys}


def leads_on(item: Rectification) -> bool:
    """Whether this person gets through to where it was taken up; for others that is only words."""
    try:
        endpoint, values = current_app.url_map.bind("").match(item.decision_url, method="GET")
    except HTTPException:
        return False
    unit = organisation().by_code.get(values.get("unit", ""))
    return unit is not None and may_enter(me(), unit) and endpoint.partition(".")[0] in enabled_plugins(unit)


def _filtered(plan: Plan) -> dict[str, Any]:
    """The schedule as the URL asks for it, and what can be asked."""
    everything = schedule(plan, clock.today())
    filters = filters_from(request.args)
    phases = phases_of(plan)
    wanted = narrowed(everything, filters)
    page = page_asked()
    return {
        "plan": plan,
        "filters": filters,
        "phases": phases,
        "phase_titles": phase_titles(phases),
        "units": units_named(everything),
        "months": months(everything),
        "totals": counting.totals(everything),
        "rows": wanted[(page - 1) * PAGE : page * PAGE],
        "found": len(wanted),
        "all": len(everything),
        "page": page,
        "pages": -(-len(wanted) // PAGE),
    }
