"""已存筛选: to use, to save, to rename and to delete."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.errors import Conflict, Invalid
from intranet.forms import version_seen
from intranet.htmx import done, render
from intranet.permissions import for_members, me
from plugins.rectification.filters import Filters
from plugins.rectification.forms.boards import FilterForm
from plugins.rectification.models import SavedFilter
from plugins.rectification.queries.saved import saved_filters
from plugins.rectification.rights import Rights
from plugins.rectification.services import filters as services
from plugins.rectification.stages import SETTINGS
from plugins.rectification.views.blueprint import address, bp, here


@bp.route("/filters", methods=["GET", "POST"])
@for_members
def filters() -> ResponseReturnValue:
    """The saved ones; and the one of this address, to be saved under a name."""
    form, chosen = FilterForm(), Filters.of(request.args)
    if request.method != "POST" or not form.validate():
        return _list(form, chosen, 200 if request.method != "POST" else 422)
    try:
        name, shared = form.name.data or "", bool(form.shared.data)
        services.save_filter(name, chosen, here(), shared=shared, by=me())
    except Invalid as refusal:
        form.name.errors = [refusal.message]
        return _list(form, chosen, 422)
    return done(_("筛选已存为“%(name)s”。", name=name), "rectification.filters")


def _list(form: FilterForm, chosen: Filters, status: int) -> ResponseReturnValue:
    return render(
        "rectification/filters.html",
        "filters",
        status,
        form=form,
        chosen=chosen,
        rows=saved_filters(here(), me()),
        page=address("board", Filters()),
        may_share=Rights(me()).may(SETTINGS, here()),
    )


@bp.route("/filters/<int:filter_id>", methods=["GET", "POST"])
@for_members
def rename_filter(filter_id: int) -> ResponseReturnValue:
    """Another name."""
    row = _filter_or_404(filter_id)
    form = FilterForm(data={"name": row.name})
    del form.shared
    if request.method != "POST" or not form.validate():
        return _form(form, row, 200 if request.method != "POST" else 422)
    try:
        services.rename_filter(row, form.name.data or "", here(), version=version_seen(), by=me())
    except (Conflict, Invalid) as refusal:
        form.name.errors = [refusal.message]
        return _form(form, row, refusal.status)
    return done(_("已保存。"), "rectification.filters")


def _form(form: FilterForm, row: SavedFilter, status: int) -> ResponseReturnValue:
    return render("rectification/filter.html", "form", status, form=form, row=row)


@bp.post("/filters/<int:filter_id>/remove")
@for_members
def remove_filter(filter_id: int) -> ResponseReturnValue:
    """Only the filter goes; the cards stay."""
    row = _filter_or_404(filter_id)
    services.remove_filter(row, here(), version=version_seen(), by=me())
    return done(_("筛选“%(name)s”已删除。", name=row.name), "rectification.filters")


def _filter_or_404(filter_id: int) -> SavedFilter:
    row = services.find_filter(filter_id, here(), me())
    if row is None:
        abort(404)
    services.check_may_change(row, here(), me())
    return row
