"""Whom a deed on a card concerns, and what they are told."""

from collections.abc import Iterable

from intranet.models import User
from intranet.notices import tell
from intranet.organisation import organisation
from intranet.web import path_to
from plugins.rectification.models import Card
from plugins.rectification.stages import Stage, Step


def tell_assigned(card: Card, *, by: User) -> None:
    """The responsible person."""
    _tell([card.user_id], "assigned", card, by)


def tell_moved(card: Card, step: Step, note: str, *, by: User, asker: int | None = None) -> None:
    """A claim concerns the responsible person and who registered it, a return all who worked on it.

    `asker`: who had asked for the delay that was decided.
    """
    worked_on = [card.user_id, card.claimed_by, card.asked_by]
    if step.end is Stage.PLAN_PENDING:
        tell_assigned(card, by=by)
        _tell([card.opened_by], "claimed", card, by, who=by.name)
    elif step.name == "extend":
        _tell([card.user_id, asker], "extended", card, by, due=card.due_on)
    elif step.name == "refuse_extension":
        _tell([card.user_id, asker], "not_extended", card, by, note=note)
    elif step.name == "relapse":
        _tell([*worked_on, card.leader_id], "relapsed", card, by, note=note)
    elif step.is_return:
        _tell(worked_on, "returned", card, by, note=note)


def _tell(people: Iterable[int | None], kind: str, card: Card, by: User, **values: object) -> None:
    """Nobody is told what they did themselves."""
    unit = organisation().by_id[card.unit_id]
    url = path_to("rectification.card", unit=unit.code, card_id=card.id)
    words = {"number": card.number, "title": card.title, **values}
    others = [person for person in people if person != by.id]
    tell(others, f"rectification:{kind}", url, unit, once=card.version, **words)
