"""来龙去脉 of one card: its own history, with what those know who found the problem."""

from functools import partial
from typing import cast

from flask import url_for
from flask.typing import ResponseReturnValue

from intranet import clock
from intranet.contracts import Reference
from intranet.gate import enabled_plugins
from intranet.htmx import render
from intranet.permissions import for_members, me
from intranet.plugins import collect
from plugins.rectification.models import Card, Event
from plugins.rectification.queries.around import around
from plugins.rectification.queries.details import measures_of
from plugins.rectification.queries.links import problems_in
from plugins.rectification.queries.publications import publications_of
from plugins.rectification.story import PLACES, entries_of, first_word
from plugins.rectification.views.blueprint import Opened, bp, card_or_404, here, scope
from plugins.rectification.views.source import leads_to_source


@bp.get("/cards/<int:card_id>/story")
@for_members
def story(card_id: int) -> ResponseReturnValue:
    """For whoever may open the card; each entry leads on where this person may go."""
    opened = card_or_404(card_id)
    history = around(opened.card, opened.unit, me()).history
    card, published = opened.card, _read_at(opened.card)
    measures = [row[0] for row in measures_of(card)]
    way = partial(_way, card, published)
    entries = entries_of(card, history, measures, _beside(opened), way)
    return render("rectification/story.html", "story", card=card, unit=opened.unit, entries=entries)


def _beside(opened: Opened) -> list[Reference]:
    """What the finders know of this problem, and of those merged into it."""
    found: list[Reference] = []
    for source, keys in problems_in(opened.card).items():
        if source in enabled_plugins(opened.unit):
            asked = {"user": me(), "keys": keys}
            found += cast("list[Reference]", collect("rectification_story", [source], **asked))
    return found if any(each.source == opened.card.source for each in found) else [_own(opened), *found]


def _own(opened: Opened) -> Reference:
    card = opened.card
    url = card.source_url or "" if leads_to_source(card) else ""
    word = first_word(card, opened.source_note)
    return Reference("", "", word, url, clock.local(card.opened_at).date())


def _read_at(card: Card) -> str:
    """Where people read what was published last, if those of the unit of the address are among them."""
    shown = [each for each in publications_of(card) if each.withdrawn_on is None]
    is_heard = shown and shown[0].audience_id in {*here().line, *scope().units}
    return url_for("rectification.published") if is_heard else ""


def _way(card: Card, published: str, event: Event) -> str:
    if published and event.step and event.step.name in {"publish", "record_verdict"}:
        return published
    place = PLACES.get(event.kind, "history")
    return url_for("rectification.card", card_id=card.id, _anchor=place)
