"""公开承诺: exactly the words of the preview, for all of the hospital, until they are kept or taken back."""

import hashlib
import json
from collections.abc import Collection
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import update

from intranet import clock
from intranet.db import rows_changed
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from plugins.rectification.models import Card, Commitment, Measure
from plugins.rectification.queries.commitments import commitments_of
from plugins.rectification.queries.details import leader_of, measures_of
from plugins.rectification.services.history import count, record, remember
from plugins.rectification.stages import JUDGED, Stage
from plugins.rectification.wording import EventKind

SHOWN = ("audience_id", "title", "text", "unit", "leader", "due_on")
PROMISING = frozenset({Stage.IN_PROGRESS, *JUDGED})
"""Nobody promises in public what has not been approved, or is over."""


def to_promise(card: Card) -> list[Measure]:
    """Measures with a date ahead, of their own or of the card, not done and not promised yet."""
    if card.stage not in PROMISING:
        return []
    promised = {promise.made.measure_id for promise in commitments_of(card)}
    return [
        measure
        for measure, _doer, _owner in measures_of(card)
        if measure.parent_id is None
        and measure.id not in promised
        and measure.done_on is None
        and (measure.due_on or card.due_on or date.min) >= clock.today()
    ]


def articles(card: Card, chosen: Collection[int], *, by: User) -> list[Commitment]:
    """As they would be published now. Neither who spoke of the problem nor who works on it is named."""
    audience, leader = hospital_of(card), leader_of(card) or ""
    return [
        Commitment(
            card_id=card.id,
            measure_id=measure.id,
            audience_id=audience.id,
            title=card.title,
            text=measure.text,
            unit=organisation().by_id[card.unit_id].name,
            leader=leader,
            due_on=measure.due_on or card.due_on,
            published_on=clock.today(),
            published_by=by.id,
        )
        for measure in to_promise(card)
        if measure.id in chosen
    ]


def hospital_of(card: Card) -> Unit:
    """To whom it is promised: the hospital the card's unit belongs to, else the topmost unit."""
    known = organisation().by_id
    line = [known[unit_id] for unit_id in known[card.unit_id].line if unit_id in known]
    return next((unit for unit in line if unit.kind == "hospital"), line[0])


def digest(made: Collection[Commitment]) -> str:
    """Names these words: a preview that no longer holds is shown again and not published."""
    shown = [[str(getattr(each, name)) for name in SHOWN] for each in made]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def commit(card: Card, chosen: Collection[int], seen: str, *, by: User) -> int:
    """Publishes them; how many. The card's row is held. Refuses words nobody has looked at."""
    made = articles(card, chosen, by=by)
    if not made:
        raise Conflict(_("这些措施已经承诺、已经完成，或没有期限，请刷新后再选。"))
    if seen != digest(made):
        raise Invalid(_("请先预览，再确认公开。"))
    db.session.add_all(made)
    remember(card, EventKind.MEASURE, by=by).changes = [
        ["committed", "", f"{each.text}（{each.due_on}）"] for each in made
    ]
    record(card, "rectification:commit", by=by)
    count(card.unit_id, card.stage, 0)
    return len(made)


def take_back(card: Card, commitment_id: int, reason: str, *, by: User) -> None:
    """Off the page at once; the history keeps what was promised and why it was taken back."""
    if not reason:
        raise Invalid(_("请写明为什么撤回。"))
    found = next((each.made for each in commitments_of(card) if each.made.id == commitment_id), None)
    still = (Commitment.id == commitment_id, Commitment.card_id == card.id, Commitment.withdrawn_on.is_(None))
    if found is None or not rows_changed(update(Commitment).where(*still).values(withdrawn_on=clock.today())):
        raise Conflict(_("这项承诺已经撤回。"))
    remember(card, EventKind.MEASURE, by=by, note=reason).changes = [["uncommitted", found.text, ""]]
    record(card, "rectification:commit", by=by)
    count(card.unit_id, card.stage, 0)
