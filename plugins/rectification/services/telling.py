"""Whom a deed on a card concerns, and what they are told."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from intranet.asking import Asked, run_all
from intranet.models import User
from intranet.notices import letter
from intranet.web import path_to
from plugins.rectification.models import Card, Measure
from plugins.rectification.queries.people import Hearing, hearing
from plugins.rectification.services.needs import Words
from plugins.rectification.stages import Stage, Step
from plugins.rectification.wording import CheckResult

People = Iterable[int | None]
BACK = {"withdraw": "withdrawn", "redo": "redone"}
"""Ways back that return no work, or begin it anew."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Of one deed: whoever may be told is looked for once."""

    card: Card
    by: User
    hearing: Hearing
    letters: list[Asked] = field(default_factory=list)
    """Still to be sent: by `send`, or along with what else is written."""

    @classmethod
    def of(cls, card: Card, by: User, people: People) -> "Telling":
        """`people`: who may be told, beside those who follow the card."""
        concerned = {*people, card.user_id, card.leader_id} - {None}
        return cls(card, by, hearing(card, {person for person in concerned if person}))

    @property
    def following(self) -> set[int | None]:
        """关注 the card, answer for it or lead it."""
        return {*self.hearing.watchers, self.card.user_id, self.card.leader_id}

    def write(
        self, people: People, kind: str, *, place: str = "", once: object = None, **values: object
    ) -> set[int | None]:
        """A letter to these people, still to be sent. Returns who was meant.

        Nobody is told what they did themselves, nor of what they may not open.
        """
        card, others = self.card, {person for person in people if person and person != self.by.id}
        rooms: defaultdict[int, list[int]] = defaultdict(list)
        where = {person: self.hearing.where[person] for person in others if person in self.hearing.where}
        for person, unit in where.items():
            rooms[unit.id].append(person)
        words = {"number": card.number, "title": card.title, **values}
        for here in {unit.id: unit for unit in where.values()}.values():
            url = path_to("rectification.card", unit=here.code, card_id=card.id) + place
            to, told, key = rooms[here.id], f"rectification:{kind}", once or card.version
            self.letters.append(letter(to, told, url, here, once=key, **words))
        return set(others)

    def send(self) -> None:
        if self.letters:
            run_all(*self.letters)


def tell_assigned(card: Card, *, by: User) -> None:
    """The responsible person."""
    telling = Telling.of(card, by, [])
    telling.write([card.user_id], "assigned")
    telling.send()


def tell_given(card: Card, measure: Measure, *, by: User) -> None:
    """Who is to answer for a measure or a step, in a helping unit too; it opens at its place."""
    place, once = f"#measure-{measure.id}", f"measure {measure.id} {measure.version}"
    telling = Telling.of(card, by, [measure.user_id])
    telling.write([measure.user_id], "given", place=place, once=once, text=measure.text)
    telling.send()


def letters_of_move(
    card: Card, step: Step, words: Words, *, by: User, asker: int | None = None
) -> list[Asked]:
    """Those the step concerns hear what it means for them; who only follows the card, that it has moved.

    `asker`: who had asked for the delay that was decided. The letters are sent with what else is written.
    """
    worked_on = [card.user_id, card.claimed_by, card.asked_by]
    telling = Telling.of(card, by, [*worked_on, card.opened_by, asker])
    told = _tell_concerned(telling, step, words.note.strip(), worked_on, asker)
    if words.result is CheckResult.WEAK:
        telling.write(telling.following, "weak", note=words.note.strip())
    if step.name == "extend":
        telling.write(telling.following - told, "redated", due=card.due_on)
    elif not step.stays:
        telling.write(telling.following - told, "moved")
    return telling.letters


def _tell_concerned(
    telling: Telling, step: Step, note: str, worked_on: list[int | None], asker: int | None
) -> set[int | None]:
    """A claim concerns the responsible person and who registered it, a return all who worked on it."""
    card = telling.card
    if step.end is Stage.PLAN_PENDING:
        telling.write([card.user_id], "assigned")
        telling.write([card.opened_by], "claimed", who=telling.by.name)
        return {card.user_id, card.opened_by}
    if step.name == "extend":
        return telling.write([card.user_id, asker], "extended", due=card.due_on)
    if step.name == "refuse_extension":
        return telling.write([card.user_id, asker], "not_extended", note=note)
    if step.name == "relapse":
        return telling.write([*worked_on, card.leader_id], "relapsed", note=note)
    kind = BACK.get(step.name, "returned" if step.is_return else "")
    return telling.write(worked_on, kind, note=note) if kind else set()


def tell_redated(card: Card, *, by: User) -> None:
    """Its deadline was changed on the card itself."""
    telling = Telling.of(card, by, [])
    telling.write(telling.following, "redated", due=card.due_on)
    telling.send()


def tell_comment(card: Card, comment_id: int, named: Iterable[int], *, by: User) -> None:
    """Who is named is told so, who follows the card of a comment: once each, and it opens there."""
    named = list(named)
    telling = Telling.of(card, by, named)
    place, once = f"#comment-{comment_id}", f"comment {comment_id}"
    told = telling.write(named, "mentioned", place=place, once=once, who=by.name)
    telling.write(telling.following - told, "commented", place=place, once=once, who=by.name)
    telling.send()
