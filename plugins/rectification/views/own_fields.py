"""自设栏目: the fields a unit adds to its cards and to those under it."""

from functools import partial

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.errors import Invalid
from intranet.htmx import done, render
from intranet.organisation import organisation
from intranet.permissions import me, requires
from plugins.rectification import stages
from plugins.rectification.forms.talk import EditOwnFieldForm, OwnFieldForm
from plugins.rectification.models import Field
from plugins.rectification.queries.fields import fields_for, fields_of
from plugins.rectification.services import fields as services
from plugins.rectification.views.blueprint import bp, here, scope
from plugins.rectification.views.naming import saved
from plugins.rectification.wording import KIND_TITLES, FieldKind


@bp.route("/fields", methods=["GET", "POST"])
@requires(stages.FIELDS)
def own_fields() -> ResponseReturnValue:
    """The unit's fields, those it has from above, and one more."""
    form = OwnFieldForm()
    if request.method != "POST" or not form.validate():
        return _table(form, 200 if request.method != "POST" else 422)
    kind = FieldKind(form.kind.data)
    choices = form.lines if kind is FieldKind.CHOICE else []
    try:
        services.add_field(here(), form.name.data or "", kind, choices, by=me())
    except Invalid as refusal:
        form.name.errors = [refusal.message]
        return _table(form, 422)
    return done(_("已增加栏目。"), "rectification.own_fields")


def _table(form: OwnFieldForm, status: int) -> ResponseReturnValue:
    above = [field for field in fields_for(here(), scope()) if field.unit_id != here().id]
    return render(
        "rectification/own_fields.html",
        "fields",
        status,
        rows=fields_of(here()),
        above=above,
        units=organisation().by_id,
        kinds=KIND_TITLES,
        form=form,
    )


@bp.route("/fields/<int:field_id>", methods=["GET", "POST"])
@requires(stages.FIELDS)
def edit_own_field(field_id: int) -> ResponseReturnValue:
    """Another name, place or choice, or no longer asked for."""
    field = services.find_field(here(), field_id)
    if field is None:
        abort(404)
    names = ("name", "position", "retired", "version")
    known = {name: getattr(field, name) for name in names}
    form = EditOwnFieldForm(data={**known, "choices": "\n".join(field.choices)})
    form.kind.data = field.kind.value
    if request.method != "POST" or not form.validate():
        return _form(form, field, 200 if request.method != "POST" else 422)

    def deed() -> None:
        services.edit_field(field, form.values(), version=form.version.data or 0, by=me(), unit=here())

    home = partial(done, endpoint="rectification.own_fields")
    return saved(form, field, deed, partial(_form, form, field), home)


def _form(form: EditOwnFieldForm, field: Field, status: int, refusal: object = "") -> ResponseReturnValue:
    context = {"form": form, "field": field, "kind": KIND_TITLES[field.kind], "refusal": refusal}
    return render("rectification/own_field.html", "form", status, **context)
