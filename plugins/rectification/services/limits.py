"""在办上限: how many cards a stage of a board may hold."""

from collections.abc import Iterator

from flask_babel import gettext as _

from intranet.errors import Invalid
from intranet.models import Unit
from plugins.rectification.models import Card
from plugins.rectification.queries.rules import Limit, cards_in, limits_over
from plugins.rectification.stages import TITLES, Step


def refuse_if_full(card: Card, step: Step, *, coming: int) -> None:
    """Raises Invalid. `coming`: 1 before the card has moved, 0 once it is counted.

    Sending back is never refused: who judges must be able to.
    """
    if step.stays or step.is_return:
        return
    for unit, limit, cards in _over(card, step, coming, hard=True):
        raise Invalid(_full(unit, step, limit, cards - 1))


def warning(card: Card, step: Step) -> str:
    """What is said beside a move that has filled a stage beyond a limit that only marks."""
    for unit, limit, cards in _over(card, step, 0, hard=False):
        words = {"stage": str(step.end_title), "unit": unit.name, "most": limit.most, "n": cards}
        return str(_("注意：%(unit)s的“%(stage)s”现有 %(n)s 件，超过上限 %(most)s 件。", **words))
    return ""


def _over(card: Card, step: Step, coming: int, *, hard: bool) -> Iterator[tuple[Unit, Limit, int]]:
    """The boards on which the stage the step leads to is then too full."""
    for unit, limit in limits_over(card.unit_id, step.end):
        cards = cards_in(unit, step.end) + coming if limit.hard is hard else 0
        if cards > limit.most:
            yield unit, limit, cards


def _full(unit: Unit, step: Step, limit: Limit, cards: int) -> str:
    words = {"stage": str(TITLES[step.end]), "unit": unit.name, "most": limit.most, "n": cards}
    return str(
        _(
            "%(unit)s的“%(stage)s”最多 %(most)s 件，现有 %(n)s 件，已满。"
            "请先办完一件，或请负责人在看板设置里调整上限。",
            **words,
        )
    )
