"""Whom a deed on a card concerns, and what they are told."""

from collections import defaultdict
from collections.abc import Iterable

from intranet.models import User
from intranet.notices import tell
from intranet.web import path_to
from plugins.rectification.models import Card, Measure
from plugins.rectification.queries.people import reading_where
from plugins.rectification.queries.watching import watchers_of
from plugins.rectification.stages import Stage, Step


def tell_assigned(card: Card, *, by: User) -> None:
    """The responsible person."""
    _tell([card.user_id], "assigned", card, by)


def tell_given(card: Card, measure: Measure, *, by: User) -> None:
    """Who is to answer for a measure or a step, in a helping unit too; it opens at its place."""
    place, once = f"#measure-{measure.id}", f"measure {measure.id} {measure.version}"
    _tell([measure.user_id], "given", card, by, place=place, once=once, text=measure.text)


def tell_moved(card: Card, step: Step, note: str, *, by: User, asker: int | None = None) -> None:
    """Those the step concerns hear what it means for them; who only follows the card, that it has moved.

    `asker`: who had asked for the delay that was decided.
    """
    told = _tell_concerned(card, step, note, by, asker)
    if step.name == "extend":
        _tell(_following(card) - told, "redated", card, by, due=card.due_on)
    elif not step.stays:
        _tell(_following(card) - told, "moved", card, by)


def _tell_concerned(card: Card, step: Step, note: str, by: User, asker: int | None) -> set[int | None]:
    """A claim concerns the responsible person and who registered it, a return all who worked on it."""
    worked_on = [card.user_id, card.claimed_by, card.asked_by]
    if step.end is Stage.PLAN_PENDING:
        tell_assigned(card, by=by)
        _tell([card.opened_by], "claimed", card, by, who=by.name)
        return {card.user_id, card.opened_by}
    if step.name == "extend":
        return _tell([card.user_id, asker], "extended", card, by, due=card.due_on)
    if step.name == "refuse_extension":
        return _tell([card.user_id, asker], "not_extended", card, by, note=note)
    if step.name == "relapse":
        return _tell([*worked_on, card.leader_id], "relapsed", card, by, note=note)
    return _tell(worked_on, "returned", card, by, note=note) if step.is_return else set()


def tell_redated(card: Card, *, by: User) -> None:
    """Its deadline was changed on the card itself."""
    _tell(_following(card), "redated", card, by, due=card.due_on)


def tell_comment(card: Card, comment_id: int, named: Iterable[int], *, by: User) -> None:
    """Who is named is told so, who follows the card of a comment: once each, and it opens there."""
    place, once = f"#comment-{comment_id}", f"comment {comment_id}"
    told = _tell(named, "mentioned", card, by, place=place, once=once, who=by.name)
    _tell(_following(card) - told, "commented", card, by, place=place, once=once, who=by.name)


def _following(card: Card) -> set[int | None]:
    """关注 the card, answer for it or lead it."""
    return {*watchers_of(card), card.user_id, card.leader_id}


def _tell(  # noqa: PLR0913 - whom, what, and where it opens
    people: Iterable[int | None],
    kind: str,
    card: Card,
    by: User,
    *,
    place: str = "",
    once: object = None,
    **values: object,
) -> set[int | None]:
    """Nobody is told what they did themselves, nor of what they may not open. Returns who was meant."""
    others = {person for person in people if person and person != by.id}
    rooms: defaultdict[int, list[int]] = defaultdict(list)
    reading = reading_where(card, others)
    for user_id, unit in reading.items():
        rooms[unit.id].append(user_id)
    words = {"number": card.number, "title": card.title, **values}
    for here in {unit.id: unit for unit in reading.values()}.values():
        url = path_to("rectification.card", unit=here.code, card_id=card.id) + place
        tell(rooms[here.id], f"rectification:{kind}", url, here, once=once or card.version, **words)
    return set(others)
