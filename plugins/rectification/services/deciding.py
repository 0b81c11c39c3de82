"""A problem found elsewhere that gets no card of its own: merged into one that is there, or declined."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from intranet import audit, clock
from intranet.contracts import Problem
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.gate import enabled_plugins
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.plugins import collect
from intranet.web import path_to
from plugins.rectification.models import Card, Outcome
from plugins.rectification.services.cards import refuse_second
from plugins.rectification.services.history import count, record, remember
from plugins.rectification.stages import Stage
from plugins.rectification.wording import Decision, EventKind, number_of

LONGEST_TITLE = 500


def merge(problem: Problem, card: Card, unit: Unit, *, by: User) -> None:
    """The card answers for this problem too; its history says so. The card's row is held."""
    if card.stage is Stage.CLOSED:
        raise Invalid(_("卡片 %(number)s 已销号，不能并入；请登记为新卡片。", number=card.number))
    record(card, "rectification:merge", by=by)
    _settle(problem, unit, Outcome(card_id=card.id, reason=""), by)
    remember(card, EventKind.EDITED, by=by).changes = [["merged", "", problem.title]]
    count(card.unit_id, card.stage, 0)
    tell_source(problem, unit, Decision.MERGED, card=card)


def decline(problem: Problem, reason: str, unit: Unit, *, by: User) -> None:
    """No card, and why."""
    if not reason:
        raise Invalid(_("请写明为什么不登记。"))
    audit.record(by, "rectification:decline", f"{problem.source} {problem.key}", unit=unit)
    _settle(problem, unit, Outcome(card_id=None, reason=reason), by)
    tell_source(problem, unit, Decision.DECLINED, reason=reason)


def _settle(problem: Problem, unit: Unit, outcome: Outcome, by: User) -> None:
    """Once for ever: of two who decide at the same moment the second learns of the first."""
    refuse_second(problem.source, problem.key)
    refuse_decided(problem.source, problem.key, unit)
    outcome.unit_id, outcome.source, outcome.source_key = unit.id, problem.source, problem.key
    outcome.title, outcome.url = problem.title[:LONGEST_TITLE], problem.url
    outcome.decided_by, outcome.decided_at = by.id, clock.now()
    try:
        with db.session.begin_nested():
            db.session.add(outcome)
    except IntegrityError:
        refuse_decided(problem.source, problem.key, unit)
        raise


def refuse_decided(source: str, key: str, unit: Unit) -> None:
    """Raises Conflict, saying what was decided, when this problem of this unit was merged or declined."""
    query = select(Outcome).where(Outcome.source == source, Outcome.source_key == key)
    query = query.where(Outcome.unit_id == unit.id)
    found = db.session.scalar(query)
    if found and found.card_id:
        raise Conflict(_("这个问题已经并入卡片 %(number)s。", number=number_of(found.card_id)))
    if found:
        raise Conflict(_("这个问题已经决定不登记：%(reason)s", reason=found.reason))


def tell_source(
    problem: Problem, unit: Unit, decision: Decision, *, card: Card | None = None, reason: str = ""
) -> None:
    """Whoever found the problem hears what became of it."""
    home = organisation().by_id[card.unit_id].code if card else ""
    url = path_to("rectification.card", unit=home, card_id=card.id) if card else ""
    told = {"key": problem.key, "decision": decision.value, "reason": reason, "url": url}
    if problem.source in enabled_plugins(unit):
        collect("rectification_decided", [problem.source], unit=unit, **told)
