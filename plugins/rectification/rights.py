"""What a person may do with the cards of a page, asked once a unit and not once a card."""

from collections.abc import Iterable

from intranet.models import Unit, User
from intranet.permissions import allowed, answers_for
from plugins.rectification import stages
from plugins.rectification.stages import HasStage, Stage, Step
from plugins.rectification.steps import EXTEND, STEPS_FROM

ALL = (
    stages.OPEN,
    stages.CLAIM,
    stages.APPROVE,
    stages.WORK,
    stages.ACCEPT,
    stages.REVIEW,
    stages.PUBLISH,
    stages.CLOSE,
    stages.CHECK,
    stages.SUPERVISE,
    stages.URGE,
    stages.CATEGORIES,
    stages.SETTINGS,
    stages.FIELDS,
    stages.COMMIT,
    stages.DRIVES,
    stages.TEMPLATES,
)


CONFIDED = frozenset({stages.OPEN, stages.APPROVE, stages.ACCEPT, stages.REVIEW})
"""Who registers problems and who judges the work on them reads who raised one (来源说明), nobody else."""


class Rights:
    """Of one person, for one request."""

    def __init__(self, user: User) -> None:
        self.user = user
        self._known: dict[str, frozenset[str]] = answers_for(user).setdefault("rectification", {})

    def in_unit(self, unit: Unit) -> frozenset[str]:
        """The permissions of this plugin the person has there."""
        path = unit.path
        if path not in self._known:
            self._known[path] = frozenset(name for name in ALL if allowed(self.user, name, unit))
        return self._known[path]

    def state(self, units: Iterable[Unit]) -> tuple[tuple[int, frozenset[str]], ...]:
        """Changes with these units, and with what the person may do in each."""
        return tuple((unit.id, self.in_unit(unit)) for unit in units)

    def may(self, action: str, unit: Unit) -> bool:
        return action in self.in_unit(unit)

    def is_confided(self, unit: Unit) -> bool:
        return not self.in_unit(unit).isdisjoint(CONFIDED)

    def may_take(self, step: Step, card: HasStage, unit: Unit) -> bool:
        return step.is_there(card) and step.is_for(self.user.id, self.in_unit(unit), card)

    def steps(self, card: HasStage, unit: Unit) -> list[Step]:
        """What this person may do with the card next."""
        return [step for step in STEPS_FROM[card.stage] if self.may_take(step, card, unit)]

    def may_redate(self, card: HasStage, unit: Unit) -> bool:
        """Who may change a card sets its deadline until it is claimed; then only who could extend it."""
        return card.stage is Stage.UNCLAIMED or EXTEND.is_for(self.user.id, self.in_unit(unit), card)

    def may_work(self, card: HasStage, unit: Unit) -> bool:
        """Measures and progress: the unit's own people who may, and the responsible person."""
        held = self.in_unit(unit)
        return stages.WORK in held or stages.CLAIM in held or card.user_id == self.user.id

    def may_tick(self, card: HasStage, owner_id: int | None, unit: Unit) -> bool:
        """A measure or a step: who works on the card, and who answers for it, wherever they work."""
        return self.may_work(card, unit) or owner_id == self.user.id

    def may_remove(self, card: HasStage, uploaded_by: int, unit: Unit) -> bool:
        """A file of the card: one's own while one works on it, any by those who may change the card."""
        own = uploaded_by == self.user.id and self.may_work(card, unit)
        return own or self.may(stages.OPEN, unit)
