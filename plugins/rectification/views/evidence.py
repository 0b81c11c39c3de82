"""佐证材料 on the card's page: upload, look at, save, remove."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import attachments
from intranet.db import reads_first, start_writing
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.htmx import done, render, wants_fragment
from intranet.models import Attachment
from intranet.permissions import for_members, me
from plugins.rectification.models import Card
from plugins.rectification.queries.details import subject_of
from plugins.rectification.services import evidence as services
from plugins.rectification.views.blueprint import Opened, bp, card_or_404
from plugins.rectification.views.card import CARD, card_context


def _file_or_404(card: Card, file_id: int) -> Attachment:
    return attachments.find_or_404(subject_of(card.id), file_id)


def _section(opened: Opened, status: int = 200, **more: object) -> ResponseReturnValue:
    db.session.flush()
    return render(CARD, "evidence", status, **(card_context(opened) | more))


def _changed(opened: Opened, notice: str) -> ResponseReturnValue:
    """The section anew; without htmx the whole card."""
    if not wants_fragment():
        return done(notice, "rectification.card", card_id=opened.card.id)
    return _section(opened)


@bp.post("/cards/<int:card_id>/files")
@for_members
@reads_first
def add_files(card_id: int) -> ResponseReturnValue:
    """The files are read and checked before the writing begins; then the card is asked for once more."""
    opened = card_or_404(card_id)
    services.check_may_add(opened.card, opened.unit, opened.rights)
    try:
        files = attachments.receive(request.files.getlist("files"), subject_of(card_id), opened.unit)
        start_writing()
        opened = card_or_404(card_id, to_change=True)
        services.add_evidence(opened.card, files, opened.unit, by=me())
    except Invalid as refusal:
        return _section(opened, 422, evidence_refusal=refusal.message)
    return _changed(opened, _("已上传 %(n)s 个文件。", n=len(files)))


@bp.get("/cards/<int:card_id>/files/<int:file_id>")
@for_members
def file(card_id: int, file_id: int) -> ResponseReturnValue:
    """To be saved, never opened in the page."""
    return attachments.answer(_file_or_404(card_or_404(card_id).card, file_id))


@bp.get("/cards/<int:card_id>/files/<int:file_id>/preview")
@for_members
def file_preview(card_id: int, file_id: int) -> ResponseReturnValue:
    """Of a picture, small."""
    return attachments.answer(_file_or_404(card_or_404(card_id).card, file_id), preview=True)


@bp.post("/cards/<int:card_id>/files/<int:file_id>/remove")
@for_members
def remove_file(card_id: int, file_id: int) -> ResponseReturnValue:
    """Takes one away."""
    opened = card_or_404(card_id, to_change=True)
    services.remove_evidence(opened.card, _file_or_404(opened.card, file_id), opened.unit, by=me())
    return _changed(opened, _("佐证材料已删除。"))
