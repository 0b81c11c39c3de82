"""What became of problems found elsewhere, as those who found them are told."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Subquery, literal, select, union_all

from intranet import clock
from intranet.contracts import Problem
from intranet.extensions import db
from intranet.gate import units_with
from intranet.models import User
from intranet.organisation import organisation
from intranet.permissions import may_enter
from plugins.rectification.models import Card, Outcome


def answers_to(source: str, keys: list[str]) -> Subquery:
    """Of each problem that was decided on, the card that answers for it, or why there is none."""
    own = select(Card.source_key.label("key"), Card.id.label("card_id"), literal("").label("reason"))
    own = own.add_columns(Card.opened_at.label("at")).where(Card.source == source, Card.source_key.in_(keys))
    others = select(Outcome.source_key, Outcome.card_id, Outcome.reason, Outcome.decided_at)
    others = others.where(Outcome.source == source, Outcome.source_key.in_(keys))
    return union_all(own, others).subquery("answers")


def outcomes(source: str, keys: list[str], user: User) -> list[Problem]:
    """The card's number and stage, with the ways there for who may enter its unit; or why there is none."""
    answers = answers_to(source, keys)
    query = select(answers.c.key, answers.c.reason, answers.c.at, Card)
    query = query.outerjoin(Card, Card.id == answers.c.card_id).order_by(answers.c.at)
    return [_outcome(source, user, *row) for row in db.session.execute(query)]


def _outcome(source: str, user: User, *known: Any) -> Problem:  # noqa: ANN401 - a row of the columns above
    key, reason, at, card = known
    day = clock.local(at).date()
    if card is None:
        return Problem(source, key, _("没有登记为整改卡片：%(reason)s", reason=reason), "", day)
    title = _("整改卡片 %(number)s：%(stage)s", number=card.number, stage=str(card.stage_title))
    page, story = (_page(name, card, user) for name in ("card", "story"))
    return Problem(source, key, title, page, day, card.due_on, story=story)


def _page(name: str, card: Card, user: User) -> str:
    """Empty for whoever may not enter the card's unit."""
    unit = organisation().by_id.get(card.unit_id)
    opens = unit is not None and may_enter(user, unit) and units_with("rectification", [unit])
    return url_for(f"rectification.{name}", unit=unit.code, card_id=card.id) if unit and opens else ""
