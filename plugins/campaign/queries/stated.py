"""What the plan says in figures, word for word, for plugins that keep count of it."""

import re

from sqlalchemy import func, select

from intranet.contracts import Reference
from intranet.extensions import db
from intranet.models import Unit
from intranet.web import path_to
from plugins.campaign.models import Phase, Plan
from plugins.campaign.queries.plans import IS_CURRENT

ENDS = re.compile(r"[。；;！\n\r\t]+")
FIGURE = re.compile(r"[0-9０-９一二两三四五六七八九十百]")
LONGEST, MOST = 200, 20


def stated_in(unit: Unit, words: tuple[str, ...]) -> list[Reference]:
    """Of the plan this unit follows, the nearest upwards; with the days its phases span."""
    span = (func.min(Phase.start_on), func.max(Phase.end_on))
    query = select(Plan.id, Plan.unit_id, Plan.source_text, *span).outerjoin(Phase, Phase.plan_id == Plan.id)
    query = query.where(Plan.unit_id.in_(unit.line), IS_CURRENT).group_by(Plan.id)
    plans = {row.unit_id: row for row in db.session.execute(query)}
    nearest = next((plans[key] for key in reversed(unit.line) if key in plans), None)
    if nearest is None:
        return []
    plan_id, _unit_id, text, start, end = nearest
    url = path_to("campaign.index", unit=unit.code, plan=plan_id)
    return [
        Reference("campaign", f"{plan_id}-{number}", sentence, url, start, end)
        for number, sentence in enumerate(_sentences(text, words), 1)
    ]


def _sentences(text: str, words: tuple[str, ...]) -> list[str]:
    """Each once, in the order of the plan."""
    found = (sentence.strip() for sentence in ENDS.split(text))
    fitting = (
        sentence
        for sentence in found
        if len(sentence) <= LONGEST and FIGURE.search(sentence) and any(word in sentence for word in words)
    )
    return list(dict.fromkeys(fitting))[:MOST]
