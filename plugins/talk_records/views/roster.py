"""The roster of the leading group, and the rounds of its talks."""

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.errors import DomainError
from intranet.extensions import db
from intranet.htmx import done, render
from intranet.models import User
from intranet.organisation import organisation
from intranet.permissions import me, requires
from plugins.talk_records.forms import CycleForm, MemberForm
from plugins.talk_records.queries.needs import cycles_of
from plugins.talk_records.queries.roster import (
    charges_of,
    cycle_or_404,
    member_or_404,
    people_to_name,
    roster_of,
)
from plugins.talk_records.services import roster as services
from plugins.talk_records.views.blueprint import bp, here


@bp.get("/roster")
@requires("talk_records:roster")
def roster() -> ResponseReturnValue:
    """Who is in the group, and the rounds."""
    lines, cycles = roster_of(here()), cycles_of([here()])
    return render("talk_records/roster.html", "roster", lines=lines, cycles=cycles)


@bp.route("/roster/new", methods=["GET", "POST"])
@requires("talk_records:roster")
def add_member() -> ResponseReturnValue:
    """Somebody joins."""
    form = _offered(MemberForm(version=1))
    if request.method != "POST":
        return _member_page(form)
    if not form.validate():
        return _member_page(form, 422)
    person = db.session.get_one(User, form.person.data)
    return _saved(form, lambda: services.add_member(here(), person, form.post(), by=me()))


@bp.route("/roster/<int:member_id>", methods=["GET", "POST"])
@requires("talk_records:roster")
def edit_member(member_id: int) -> ResponseReturnValue:
    """Puts a row right, ends it, or begins another duty from a day on."""
    member, name = member_or_404(here(), member_id)
    form = MemberForm(obj=member)
    form.offer({member.user_id: name}, _units_below())
    if request.method != "POST":
        form.person.data, form.charges.data = member.user_id, charges_of(member)
        return _member_page(form, member_id=member_id)
    if not form.validate():
        return _member_page(form, 422, member_id=member_id)
    change = services.reassign if request.form.get("deed") == "reassign" else services.correct_member
    work = lambda: change(member, here(), form.post(), version=form.seen, by=me())  # noqa: E731 - one call
    return _saved(form, work, member_id=member_id)


def _offered(form: MemberForm) -> MemberForm:
    form.offer(people_to_name(here()), _units_below())
    if not form.is_submitted():
        form.starts_on.data = clock.today()
    return form


def _units_below() -> dict[int, str]:
    return {unit.id: unit.name for unit in organisation().under(here().path) if unit.id != here().id}


def _saved(form: MemberForm, work: Callable[[], object], member_id: int = 0) -> ResponseReturnValue:
    try:
        work()
    except DomainError as refused:
        return _member_page(form, refused.status, refused.message, member_id)
    return done(_("已保存。"), "talk_records.roster")


def _member_page(
    form: MemberForm, status: int = 200, refusal: object = "", member_id: int = 0
) -> ResponseReturnValue:
    words = {"form": form, "refusal": refusal, "member_id": member_id}
    return render("talk_records/member.html", "form", status, **words)


# Rounds ---------------------------------------------------------------------------------------------


@bp.route("/cycles/new", methods=["GET", "POST"])
@requires("talk_records:roster")
def add_cycle() -> ResponseReturnValue:
    """A round of talks before a meeting."""
    form = CycleForm(version=1)
    if request.method != "POST":
        return _cycle_page(form)
    if not form.validate():
        return _cycle_page(form, 422)
    made = services.add_cycle(here(), **_of_cycle(form), by=me())  # type: ignore[arg-type]
    return done(_("已设定，一览表已经排好。"), "talk_records.roster", _anchor=f"cycle-{made.id}")


@bp.route("/cycles/<int:cycle_id>", methods=["GET", "POST"])
@requires("talk_records:roster")
def edit_cycle(cycle_id: int) -> ResponseReturnValue:
    """Its name and days, or that it is over."""
    cycle = cycle_or_404(here(), cycle_id)
    form = CycleForm(obj=cycle)
    if request.method != "POST":
        form.is_closed.data = cycle.closed_on is not None
        return _cycle_page(form, cycle_id=cycle_id)
    if not form.validate():
        return _cycle_page(form, 422, cycle_id=cycle_id)
    closed = (cycle.closed_on or clock.today()) if form.is_closed.data else None
    try:
        services.change_cycle(cycle, here(), version=form.seen, by=me(), **_of_cycle(form), closed_on=closed)
    except DomainError as refused:
        form.version.data = cycle.version
        return _cycle_page(form, refused.status, refused.message, cycle_id)
    return done(_("已保存。"), "talk_records.roster")


def _of_cycle(form: CycleForm) -> dict[str, object]:
    name = (form.name.data or "").strip()
    return {"name": name, "starts_on": form.starts_on.data, "due_on": form.due_on.data}


def _cycle_page(
    form: CycleForm, status: int = 200, refusal: object = "", cycle_id: int = 0
) -> ResponseReturnValue:
    words = {"form": form, "refusal": refusal, "cycle_id": cycle_id}
    return render("talk_records/cycle.html", "form", status, **words)
