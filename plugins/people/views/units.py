"""The tree of units, and what the system administrator does with one."""

from functools import partial

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from intranet import clock
from intranet.contracts import Role, Text
from intranet.forms import version_seen
from intranet.htmx import done, render
from intranet.models import Unit
from intranet.permissions import me, requires_role
from plugins.people.forms import CloseForm, EditUnitForm, MergeForm, MoveForm, NewUnitForm, on_page
from plugins.people.queries.units import open_units, standing, tree, unit_or_404
from plugins.people.services import units as services
from plugins.people.services.merging import merge_unit
from plugins.people.views import bp
from plugins.people.views.refusing import refusal_of

TOP = _l("（最上级，没有上级单位）")


@bp.get("/units/")
@requires_role(Role.SYSTEM)
def units_page() -> ResponseReturnValue:
    """The whole tree."""
    lines = tree()
    names = {line.unit.id: line.unit.name for line in lines}
    return render("people/units.html", "tree", lines=lines, names=names)


@bp.route("/units/new", methods=["GET", "POST"])
@requires_role(Role.SYSTEM)
def new_unit() -> ResponseReturnValue:
    """One more."""
    form = NewUnitForm()
    choices = open_units()
    form.parent.offer(choices, TOP)
    refusal = None
    if form.validate_on_submit():
        parent = next((unit for unit in choices if unit.code == form.parent.data), None)
        refusal = refusal_of(partial(_add, form, parent))
        if not refusal:
            return done(_("已添加%(name)s。", name=form.name.data), "people.units_page")
    status = 422 if form.errors or refusal else 200
    return render("people/new_unit.html", "form", status, form=form, refusal=refusal)


def _add(form: NewUnitForm, parent: Unit | None) -> None:
    code, name = form.code.data or "", form.name.data or ""
    services.add_unit(code, name, form.unit_kind(), parent, by=me())


@bp.get("/units/<int:unit_id>")
@requires_role(Role.SYSTEM)
def unit_page(unit_id: int) -> ResponseReturnValue:
    """One unit with everything one can do to it."""
    return _page(unit_or_404(unit_id), 200)


def _page(unit: Unit, status: int, refusal: Text | None = None, **forms: FlaskForm) -> ResponseReturnValue:
    """A refused form comes back as it was filled in."""
    choices = open_units()
    shown: dict[str, FlaskForm] = {
        "edit": EditUnitForm(None, obj=unit, kind=unit.kind.value),
        "move": MoveForm(None, version=unit.version),
        "merge": MergeForm(None, version=unit.version),
        "close": CloseForm(None, version=unit.version),
        **forms,
    }
    codes = {each.id: each.code for each in choices}
    _offer(shown["move"], shown["merge"], unit, choices)
    if "move" not in forms:
        shown["move"].parent.data = codes.get(unit.parent_id or 0, "")
    return render(
        "people/unit.html",
        "unit",
        status,
        unit=unit,
        above=next((each for each in choices if each.id == unit.parent_id), None),
        merged=unit_or_404(unit.merged_into_id) if unit.merged_into_id else None,
        left=standing(unit, clock.today()),
        refusal=refusal,
        forms={name: on_page(form, name) for name, form in shown.items()},
    )


def _offer(move: FlaskForm, merge: FlaskForm, unit: Unit, choices: list[Unit]) -> None:
    elsewhere = [each for each in choices if not each.is_under(unit.path)]
    move.parent.offer(elsewhere, TOP)
    merge.into.offer(elsewhere)


@bp.post("/units/<int:unit_id>")
@requires_role(Role.SYSTEM)
def edit_unit(unit_id: int) -> ResponseReturnValue:
    """Name, kind, order."""
    unit, form = unit_or_404(unit_id), EditUnitForm()
    if not form.validate_on_submit():
        return _page(unit, 422, edit=form)
    name, position, version = form.name.data or "", form.position.data or 0, form.version.data or 0
    edit = partial(services.edit_unit, unit, name, form.unit_kind(), position, version=version, by=me())
    if refusal := refusal_of(edit):
        return _page(unit, 422, refusal, edit=form)
    return done(_("已保存。"), "people.unit_page", unit_id=unit_id)


@bp.post("/units/<int:unit_id>/move")
@requires_role(Role.SYSTEM)
def move_unit(unit_id: int) -> ResponseReturnValue:
    """To another place in the tree, with all below it."""
    unit, form = unit_or_404(unit_id), MoveForm()
    choices = open_units()
    form.parent.offer(choices, TOP)
    if not form.validate_on_submit():
        return _page(unit, 422, move=form)
    parent = next((each for each in choices if each.code == form.parent.data), None)
    move = partial(services.move_unit, unit, parent, version=form.version.data or 0, by=me())
    if refusal := refusal_of(move):
        return _page(unit, 422, refusal, move=form)
    return done(_("已移动，下级单位一并移动。"), "people.unit_page", unit_id=unit_id)


@bp.post("/units/<int:unit_id>/merge")
@requires_role(Role.SYSTEM)
def merge(unit_id: int) -> ResponseReturnValue:
    """Into another unit."""
    unit, form = unit_or_404(unit_id), MergeForm()
    choices = open_units()
    form.into.offer(choices)
    if not form.validate_on_submit():
        return _page(unit, 422, merge=form)
    into = next(each for each in choices if each.code == form.into.data)
    act = partial(merge_unit, unit, into, version=form.version.data or 0, by=me())
    if refusal := refusal_of(act):
        return _page(unit, 422, refusal, merge=form)
    return done(_("已并入%(name)s。", name=into.name), "people.unit_page", unit_id=unit_id)


@bp.post("/units/<int:unit_id>/close")
@requires_role(Role.SYSTEM)
def close_unit(unit_id: int) -> ResponseReturnValue:
    """It becomes history."""
    unit, form = unit_or_404(unit_id), CloseForm()
    if not form.validate_on_submit():
        return _page(unit, 422, close=form)
    version, whole = form.version.data or 0, bool(form.whole.data)
    day = form.day.data or clock.today()
    close = partial(services.close_unit, unit, day, whole=whole, version=version, by=me())
    if refusal := refusal_of(close):
        return _page(unit, 422, refusal, close=form)
    return done(_("已关闭。"), "people.unit_page", unit_id=unit_id)


@bp.post("/units/<int:unit_id>/reopen")
@requires_role(Role.SYSTEM)
def reopen_unit(unit_id: int) -> ResponseReturnValue:
    """It counts again."""
    services.reopen_unit(unit_or_404(unit_id), version=version_seen(), by=me())
    return done(_("已重新启用。"), "people.unit_page", unit_id=unit_id)
