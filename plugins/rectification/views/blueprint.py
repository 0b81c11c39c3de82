"""The blueprint, and what its views begin with."""

from dataclasses import dataclass
from typing import cast

from flask import Blueprint, abort, g, url_for
from flask_babel import gettext as _

from intranet.extensions import read_once
from intranet.models import Unit
from intranet.organisation import organisation
from intranet.permissions import me
from plugins.rectification.addresses import addresses
from plugins.rectification.filters import Filters
from plugins.rectification.models import Card
from plugins.rectification.queries.details import people_by_unit, people_of
from plugins.rectification.queries.scope import FoundCard, Scope, find_card, hold_card, scope_of
from plugins.rectification.rights import Rights
from plugins.rectification.stages import Step
from plugins.rectification.wording import number_of

bp = Blueprint("rectification", __name__, template_folder="../templates")


def here() -> Unit:
    """The unit of the URL."""
    return cast("Unit", g.unit)


def scope() -> Scope:
    return scope_of(here(), me())


@dataclass(frozen=True, slots=True)
class Opened:
    """A card a person may see, its own unit, and what they may do there."""

    card: Card
    unit: Unit
    rights: Rights
    known: FoundCard | None = None

    @property
    def found(self) -> FoundCard:
        """With the names on it. One that was to be changed asks for them only where it is shown after all."""
        return self.known or find_card(scope(), self.card.id) or abort(404)

    @property
    def steps(self) -> list[Step]:
        """What this person may do next."""
        return self.rights.steps(self.card, self.unit)

    def may(self, action: str) -> bool:
        return self.rights.may(action, self.unit)

    @property
    def source_note(self) -> str:
        """Who raised the problem, for those who are told."""
        return self.card.source_note if self.rights.is_confided(self.unit) else ""

    @property
    def may_work(self) -> bool:
        return self.rights.may_work(self.card, self.unit)


def card_or_404(card_id: int, *, to_change: bool = False) -> Opened:
    """The card, if this person may see it under the unit of the URL; `to_change` holds its row."""
    found = None if to_change else find_card(scope(), card_id)
    held = hold_card(scope(), card_id) if to_change else None
    card = found.card if found else held
    if card is None:
        abort(404)
    return Opened(card, organisation().by_id[card.unit_id], Rights(me()), found)


def people_to_name(unit: Unit) -> dict[int, str]:
    """Who may be made responsible there. Several forms of a page offer them: asked for once."""
    known: dict[int, dict[int, str]] = read_once().setdefault("rectification_people", {})
    if unit.id not in known:
        known[unit.id] = people_of(unit)
    return known[unit.id]


def people_to_do(opened: Opened) -> dict[int, str]:
    """Who may be given a measure or a step: people of the card's unit, then of those that help with it."""
    own, helping = {**people_to_name(opened.unit)}, {unit.id: unit.name for unit in opened.found.helpers}
    for key, (name, at) in (people_by_unit(helping) if helping else {}).items():
        own.setdefault(key, _("%(name)s（%(unit)s）", name=name, unit=helping[min(at)]))
    return own


def address(endpoint: str, filters: Filters, **more: object) -> str:
    """A page of this unit with these filters. Not by `url_for` alone: its `unit` is the one in the path."""
    paths: dict[str, str] = read_once().setdefault("rectification_paths", {})  # a table has hundreds of links
    if endpoint not in paths:
        paths[endpoint] = url_for(f"rectification.{endpoint}")
    words = filters.query_string(**more)
    return f"{paths[endpoint]}?{words}" if words else paths[endpoint]


@bp.context_processor
def _addresses() -> dict[str, object]:
    return {"address": address}


bp.add_app_template_filter(addresses)
bp.add_app_template_filter(number_of, "card_number")
