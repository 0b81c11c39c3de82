"""看板设置: limits of work in hand, from when cards are amber, from when they are marked as staying."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.errors import Conflict
from intranet.htmx import done, render
from intranet.permissions import me, requires
from plugins.rectification import stages
from plugins.rectification.forms.boards import BoardForm
from plugins.rectification.models import Board
from plugins.rectification.queries.rules import LIMITED, cards_in, rule_above
from plugins.rectification.services.boards import board_of_unit, set_board
from plugins.rectification.stages import TITLES
from plugins.rectification.views.blueprint import bp, here


@bp.route("/settings", methods=["GET", "POST"])
@requires(stages.SETTINGS)
def settings() -> ResponseReturnValue:
    """What holds for this unit's board, and for those of the units under it that set nothing."""
    board = board_of_unit(here())
    form = BoardForm() if request.method == "POST" else BoardForm.of(board)
    if request.method != "POST" or not form.validate():
        return _form(form, 200 if request.method != "POST" else 422)
    try:
        set_board(here(), form.setting(), version=form.version.data or 0, by=me())
    except Conflict as refusal:
        return _second(form, board, refusal)
    return done(_("看板设置已保存。"), "rectification.board")


def _second(form: BoardForm, board: Board, refusal: Conflict) -> ResponseReturnValue:
    """What was typed stays; saving again takes it knowingly."""
    form.version.data = board_of_unit(here()).version if not board.version else board.version
    return _form(form, 409, refusal.message)


def _form(form: BoardForm, status: int, refusal: object = "") -> ResponseReturnValue:
    rows = [
        (TITLES[stage], cards_in(here(), stage), form[f"most_{stage}"], form[f"hard_{stage}"])
        for stage in LIMITED
    ]
    return render(
        "rectification/settings.html",
        "form",
        status,
        form=form,
        rows=rows,
        above=rule_above(here()),
        refusal=refusal,
    )
