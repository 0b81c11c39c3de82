"""The site's table of categories, edited by the office of the topmost unit."""

from functools import partial

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.errors import Invalid
from intranet.htmx import done, render
from intranet.permissions import me, requires
from plugins.rectification import stages
from plugins.rectification.forms import CategoryForm, EditCategoryForm
from plugins.rectification.models import CategoryRow
from plugins.rectification.queries.categories import categories as all_categories
from plugins.rectification.services import categories as services
from plugins.rectification.views.blueprint import bp, here
from plugins.rectification.views.naming import saved


def _at_the_top() -> None:
    """One table for the whole site: it belongs to the unit above all others."""
    if here().parent_id is not None:
        abort(404)


@bp.route("/categories", methods=["GET", "POST"])
@requires(stages.CATEGORIES)
def categories() -> ResponseReturnValue:
    """The table; and one category more."""
    _at_the_top()
    form = CategoryForm()
    if request.method != "POST" or not form.validate():
        return _table(form, 200 if request.method != "POST" else 422)
    try:
        services.add_category(form.name.data or "", by=me(), unit=here())
    except Invalid as refusal:
        form.name.errors = [refusal.message]
        return _table(form, 422)
    return done(_("已增加类别。"), "rectification.categories")


def _table(form: CategoryForm, status: int) -> ResponseReturnValue:
    rows = all_categories()
    return render("rectification/categories.html", "categories", status, rows=rows, form=form)


@bp.route("/categories/<code>", methods=["GET", "POST"])
@requires(stages.CATEGORIES)
def edit_category(code: str) -> ResponseReturnValue:
    """Another name or place, or no longer offered for new cards."""
    _at_the_top()
    row = services.find_category(code)
    if row is None:
        abort(404)
    form = EditCategoryForm(obj=row)
    if request.method != "POST" or not form.validate():
        return _form(form, row, 200 if request.method != "POST" else 422)

    def deed() -> None:
        services.edit_category(row, form.values(), version=form.version.data or 0, by=me(), unit=here())

    home = partial(done, endpoint="rectification.categories")
    return saved(form, row, deed, partial(_form, form, row), home)


def _form(form: EditCategoryForm, row: CategoryRow, status: int, refusal: object = "") -> ResponseReturnValue:
    return render("rectification/category.html", "form", status, form=form, row=row, refusal=refusal)
