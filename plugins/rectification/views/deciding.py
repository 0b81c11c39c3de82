"""并入卡片 and 不登记: what else may become of a problem found elsewhere."""

from typing import TypeVar

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from intranet.contracts import Problem
from intranet.htmx import done, render
from intranet.permissions import me, requires
from plugins.rectification.forms.deciding import DeclineForm, MergeForm
from plugins.rectification.queries.incoming import incoming_problem
from plugins.rectification.queries.scope import hold_card
from plugins.rectification.services import deciding
from plugins.rectification.stages import OPEN
from plugins.rectification.views.blueprint import bp, here, scope


@bp.route("/problems/merge", methods=["GET", "POST"])
@requires(OPEN)
def merge_problem() -> ResponseReturnValue:
    """The problem is one a card is there for already."""
    problem, form = _asked(MergeForm)
    if request.method != "POST" or not form.validate():
        return _page(form, problem, 200 if request.method != "POST" else 422)
    card = hold_card(scope(), form.card.data or 0)
    if card is None:
        form.card.errors = [_("这里没有编号 %(number)s 的卡片。", number=form.card.data)]
        return _page(form, problem, 422)
    deciding.merge(problem, card, here(), by=me())
    return done(_("已并入卡片 %(number)s。", number=card.number), "rectification.problems")


@bp.route("/problems/decline", methods=["GET", "POST"])
@requires(OPEN)
def decline_problem() -> ResponseReturnValue:
    """No card, and why."""
    problem, form = _asked(DeclineForm)
    if request.method != "POST" or not form.validate():
        return _page(form, problem, 200 if request.method != "POST" else 422)
    deciding.decline(problem, form.reason.data or "", here(), by=me())
    return done(_("已决定不登记，理由留有记录。"), "rectification.problems")


Form = TypeVar("Form", bound=FlaskForm)


def _asked(kind: type[Form]) -> tuple[Problem, Form]:
    """The problem the address or the form names; what was decided meanwhile is said."""
    words = request.form if request.method == "POST" else request.args
    source, key = words.get("source", ""), words.get("key", "")
    problem = incoming_problem(here(), source, key)
    if problem is None:
        deciding.refuse_decided(source, key, here())
        abort(404)
    return problem, kind(data={"source": source, "key": key})


def _page(form: FlaskForm, problem: Problem, status: int) -> ResponseReturnValue:
    return render("rectification/decide.html", "form", status, form=form, problem=problem)
