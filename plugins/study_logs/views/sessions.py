"""The list of sessions, a session's page, and writing one down."""

from datetime import date
from decimal import Decimal

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet import clock
from intranet.contracts import Reference
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.gate import enabled_plugins, open_units
from intranet.htmx import done, render
from intranet.models import Unit
from intranet.organisation import organisation
from intranet.permissions import allowed, for_members, me, requires
from intranet.plugins import collect
from intranet.shelf import Shelf, hang_files
from intranet.web import page_asked
from plugins.study_logs.forms import EditSessionForm, NewSessionForm, WhenForm
from plugins.study_logs.models import TENTHS, Session
from plugins.study_logs.queries import listing
from plugins.study_logs.queries.likely import likely
from plugins.study_logs.queries.listing import Filters
from plugins.study_logs.queries.roster import counts_of
from plugins.study_logs.queries.scope import around, history_of, invited_to, subject_of
from plugins.study_logs.rights import PLUGIN
from plugins.study_logs.services.sessions import Plan, edit_session, open_session
from plugins.study_logs.services.signing import may_open
from plugins.study_logs.steps import FILED, RECORD, SEE, UNSETTLED
from plugins.study_logs.views.blueprint import Opened, bp, here, session_or_404, to_record
from plugins.study_logs.views.quizzes import offers_tests, test_of
from plugins.study_logs.views.shelf import Record, allows, files_of, shelf_of
from plugins.study_logs.wording import TOGETHER

SESSION = "study_logs/session.html"
COMPARED = (
    ("title", _l("主题")),
    ("content", _l("学习内容")),
    ("speeches", _l("发言摘要")),
    ("host", _l("主持人")),
    ("speaker", _l("主讲人")),
)
"""What a conflict shows of the other person's words."""


def units_here() -> list[Unit]:
    """The unit of the URL and those under it that the person may enter."""
    return open_units(PLUGIN, here(), me())


def names_of_units() -> dict[int, str]:
    """By id, of those here and those above, whose sessions may be listed too."""
    known = organisation().by_id
    above = {key: known[key].name for key in here().line if key in known}
    return above | {unit.id: unit.name for unit in units_here()}


@bp.get("/")
@for_members
def index() -> ResponseReturnValue:
    """学习活动: what the filters leave, a page, under the rolling counts."""
    filters, page, units = Filters.of(request.args), page_asked() - 1, units_here()
    wanted = listing.asked(here(), me(), filters, units)
    numbers = listing.rolling(here(), me(), filters, units)
    return render(
        "study_logs/index.html",
        "list",
        lines=listing.page_of(wanted, page),
        names=names_of_units(),
        forms=numbers.forms,
        together=sum(numbers.forms.get(form, 0) for form in TOGETHER),
        stages=numbers.stages,
        total=numbers.total,
        page=page + 1,
        pages=max(1, -(-numbers.total // listing.PAGE)),
        filters=filters,
        units=units,
        may_record=allowed(me(), RECORD, here()),
        sees=allowed(me(), SEE, here()),
    )


@bp.get("/sessions/<int:session_id>")
@for_members
def session(session_id: int) -> ResponseReturnValue:
    """One session: facts, sittings, who came, material, what can be done next."""
    return session_page(session_or_404(session_id))


def session_page(opened: Opened, status: int = 200, **more: object) -> ResponseReturnValue:
    return render(SESSION, "session", status, **{**session_context(opened), **more})


def session_context(opened: Opened) -> dict[str, object]:
    found, near = opened.session, around(opened.session, me())
    record, first = _record(opened), near.sittings[0]
    times = {name: clock.local(getattr(first, f"{name}_at")).time() for name in ("starts", "ends")}
    return {
        "session": found,
        "unit": opened.unit,
        "around": near,
        "own_code": organisation().by_id[near.own.unit_id].code if near.own else "",
        "counts": counts_of(found),
        "steps": opened.rights.steps(found),
        "may_record": opened.may_record,
        "may_change": opened.may_record and found.stage in UNSETTLED,
        "sees_roster": allowed(me(), SEE, here()) or opened.rights.may(SEE, found.unit_id),
        "history": history_of(found),
        "files": files_of(record),
        "may_add": allows(record.check),
        "when": WhenForm(formdata=None, day=found.day, place=first.place, **times),
        "refusal": "",
        "refused": None,
        "typed": "",
        "files_refusal": "",
        "now": clock.now(),
        "may_open": may_open,
        "test": test_of(found),
        "offers_tests": offers_tests(opened.unit),
        "leads_to_source": bool(found.source) and found.source in enabled_plugins(here()),
    }


# Writing one down --------------------------------------------------------------------------------


@bp.route("/sessions/new", methods=["GET", "POST"])
@requires("study_logs:record")
def new_session() -> ResponseReturnValue:
    """登记学习活动; with `source` and `key` made from what another plugin offers."""
    form, units = NewSessionForm(), units_here()
    form.offer(units)
    source, key = request.values.get("source", ""), request.values.get("key", "")
    origin = origin_of(source, key) if source else None
    if request.method != "POST":
        _suggest(form, origin)
    elif form.validate():
        plan = Plan(form.facts(), form.when(), form.invited(units), origin)
        made = open_session(here(), plan, by=me())
        return done(_("已登记，名单已按受邀单位生成。"), "study_logs.session", session_id=made.id)
    status = 200 if request.method != "POST" else 422
    return render("study_logs/new.html", "entry", status, form=form, origin=origin)


def occasions() -> list[Reference]:
    """What other plugins of this unit offer to make a session from."""
    found: list[Reference] = collect("study_logs_occasions", enabled_plugins(here()), unit=here())
    return found


def origin_of(source: str, key: str) -> Reference:
    """404, or Invalid where something was typed already, when it is not offered any more."""
    found = [each for each in occasions() if (each.source, each.key) == (source, key)]
    if not found and request.method == "POST":
        raise Invalid(_("来源已不在，请从学习台账直接登记。"))
    return found[0] if found else abort(404)


def _suggest(form: NewSessionForm, origin: Reference | None) -> None:
    """What is most likely: as the unit's last one; the title and day of what it is made from."""
    found = likely(here(), origin.title if origin else "")
    form.form.data, form.hours.data = found.form.value, Decimal(found.tenths) / TENTHS
    form.units.data = [unit.id for unit in found.invited]
    for name in ("starts", "ends", "place", "host", "with_leaders"):
        form[name].data = getattr(found, name)
    form.clerk.data, form.day.data = me().name, clock.today()
    if origin:
        form.title.data = origin.title[:200]
        form.day.data = day_of(origin)


def day_of(origin: Reference) -> date:
    """Its first day, or today when that is over."""
    return max(origin.starts_on or clock.today(), clock.today())


@bp.route("/sessions/<int:session_id>/edit", methods=["GET", "POST"])
@for_members
def edit(session_id: int) -> ResponseReturnValue:
    """Changes facts and who is invited; 409 shows what stands there now beside what was typed."""
    opened = to_record(session_id)
    found, units = opened.session, open_units(PLUGIN, opened.unit, me())
    form = EditSessionForm(obj=found)
    form.offer(units)
    form.show(found, invited_to(found))
    context = {"form": form, "session": found, "theirs": [], "refusal": ""}
    if request.method != "POST" or not form.validate():
        status = 200 if request.method != "POST" else 422
        return render("study_logs/edit.html", "entry", status, **context)
    try:
        version = form.version.data or 0
        edit_session(found, form.facts(), form.invited(units), version=version, by=me())
    except Conflict as refusal:
        return _both_texts(form, found, refusal)
    return done(_("已保存。"), "study_logs.session", session_id=found.id)


def _both_texts(form: EditSessionForm, found: Session, refusal: Conflict) -> ResponseReturnValue:
    """Saving again takes this person's words knowingly."""
    form.version.data = found.version
    theirs = [
        (label, getattr(found, name))
        for name, label in COMPARED
        if form[name].data != getattr(found, name) and getattr(found, name)
    ]
    context = {"form": form, "session": found, "theirs": theirs, "refusal": refusal.message}
    return render("study_logs/edit.html", "entry", 409, **context)


# Material ----------------------------------------------------------------------------------------


def _record(opened: Opened) -> Record:
    def check() -> None:
        if not opened.may_record:
            raise Forbidden(_("只有登记单位的干事、负责人和活动办可以放学习材料。"))
        if opened.session.stage in FILED:
            raise Invalid(_("这项学习已归档或取消，材料不能再改。"))

    return Record(subject_of(opened.session.id), opened.unit, check, may_remove_all=opened.may_record)


def _shelf(record_id: int, *, to_change: bool = False) -> Shelf:
    opened = session_or_404(record_id, hold="change" if to_change else "")

    def section(status: int, refusal: str) -> ResponseReturnValue:
        return render(SESSION, "files", status, **session_context(opened) | {"files_refusal": refusal})

    return shelf_of(_record(opened), section, "study_logs.session", session_id=record_id)


hang_files(bp, "/sessions/<int:record_id>", _shelf)
