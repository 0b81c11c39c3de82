"""公示: exactly the words of the preview, for a unit and all under it, until a day."""

import hashlib
import json

from flask_babel import gettext as _

from intranet import clock
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from plugins.rectification import stages
from plugins.rectification.models import Card, Publication
from plugins.rectification.queries.details import leader_of, measures_of
from plugins.rectification.queries.publications import current
from plugins.rectification.rights import Rights
from plugins.rectification.services.needs import Draft, Verdict
from plugins.rectification.stages import Step

SHOWN = ("audience_id", "title", "unit", "leader", "measures", "result", "starts_on", "ends_on")


def article(card: Card, draft: Draft, *, by: User) -> Publication:
    """As it would be published now: neither who spoke of the problem nor who works on it is named."""
    return Publication(
        card_id=card.id,
        audience_id=draft.audience_id,
        round=card.round,
        title=draft.title,
        unit=organisation().by_id[card.unit_id].name,
        leader=leader_of(card) or "",
        measures=[measure.text for measure, _name, _owner in measures_of(card) if measure.parent_id is None],
        result=draft.told,
        starts_on=clock.today(),
        ends_on=draft.until,
        published_by=by.id,
    )


def digest(publication: Publication) -> str:
    """Names these words: a preview that no longer holds is shown again and not published."""
    shown = [str(getattr(publication, name)) for name in SHOWN]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def publish(card: Card, draft: Draft, *, by: User) -> Publication:
    """Refuses words nobody has looked at. Inside the step's transaction."""
    made = article(card, draft, by=by)
    if draft.seen != digest(made):
        raise Invalid(_("请先预览，再确认公示。"))
    db.session.add(made)
    return made


def audiences(card: Card, rights: Rights) -> list[Unit]:
    """To whom this person may show it: the largest unit first, the card's own last."""
    known = organisation().by_id
    line = [known[unit_id] for unit_id in known[card.unit_id].line if unit_id in known]
    return [unit for unit in line if rights.may(stages.PUBLISH, unit)]


def end_publication(card: Card, step: Step) -> None:
    """Taken down: the work begins anew, or the words were wrong."""
    found = current(card) if step.name in {"redo", "withdraw"} else None
    if found:
        found.withdrawn_on = clock.today()


def keep_verdict(card: Card, verdict: Verdict) -> None:
    """Said anew it replaces what was said before; the history keeps both."""
    found = current(card)
    if found is None:
        raise Invalid(_("此卡现在没有公示，不能记群众评价。"))
    found.satisfied, found.fair, found.unsatisfied = verdict.satisfied, verdict.fair, verdict.unsatisfied
    found.verdict_source = verdict.source
