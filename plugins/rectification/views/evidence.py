"""佐证材料 on the card's page."""

from collections.abc import Sequence
from functools import partial

from flask.typing import ResponseReturnValue

from intranet.htmx import render
from intranet.models import Attachment
from intranet.permissions import me
from intranet.shelf import Shelf, hang_files
from plugins.rectification.queries.details import subject_of
from plugins.rectification.services import evidence as services
from plugins.rectification.views.blueprint import bp, card_or_404
from plugins.rectification.views.card import CARD, card_context


def _shelf(card_id: int, *, to_change: bool = False) -> Shelf:
    opened = card_or_404(card_id, to_change=to_change)
    card, unit = opened.card, opened.unit

    def section(status: int, refusal: str) -> ResponseReturnValue:
        return render(CARD, "evidence", status, **card_context(opened) | {"evidence_refusal": refusal})

    def attach(files: Sequence[Attachment]) -> None:
        services.add_evidence(card, files, unit, by=me())

    def remove(file: Attachment) -> None:
        services.remove_evidence(card, file, unit, by=me())

    check = partial(services.check_may_add, card, unit, opened.rights)
    page = "rectification.card", {"card_id": card_id}
    return Shelf(subject_of(card_id), unit, page, section, check, attach, remove)


hang_files(bp, "/cards/<int:record_id>", _shelf)
