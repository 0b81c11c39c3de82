"""佐证材料: files on a card. Each that comes or goes stands in the card's history."""

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _

from intranet import attachments, clock
from intranet.errors import Forbidden, Invalid
from intranet.models import Attachment, Unit, User
from plugins.rectification.models import Card
from plugins.rectification.queries.details import began, evidence_of, subject_of
from plugins.rectification.rights import Rights
from plugins.rectification.services.history import remember
from plugins.rectification.services.measures import may_report
from plugins.rectification.stages import JUDGED, Stage
from plugins.rectification.wording import EventKind

A_MOMENT = timedelta(minutes=1)


def check_may_add(card: Card, unit: Unit, rights: Rights) -> None:
    """Raises Forbidden or Invalid, before a file is looked at."""
    if not may_report(card, unit, rights):
        raise Forbidden(_("只有责任部门、责任人和措施的责任人可以上传佐证材料。"))
    if card.stage is Stage.CLOSED:
        raise Invalid(_("此卡已销号，不能再上传佐证材料。"))


def add_evidence(card: Card, files: Sequence[Attachment], unit: Unit, *, by: User) -> None:
    """Received files, on a card whose row is held. What is sent twice hangs there once."""
    check_may_add(card, unit, Rights(by))
    known = [_same(file) for file, _name in evidence_of(card) if _is_just_sent(file, by)]
    if new := [file for file in files if _same(file) not in known]:
        attachments.attach(new, subject_of(card.id), unit, by=by)
        remember(card, EventKind.EVIDENCE, by=by).changes = [["file added", "", file.name] for file in new]


def _same(file: Attachment) -> tuple[str, str]:
    return file.name, file.sha256


def _is_just_sent(file: Attachment, by: User) -> bool:
    """Later the same file is meant: of a new round it is evidence once more."""
    return file.uploaded_by == by.id and clock.now() - file.uploaded_at < A_MOMENT


def remove_evidence(card: Card, file: Attachment, unit: Unit, *, by: User) -> None:
    """What was judged stays as it was judged: only while the card is open and nobody judges it."""
    if not Rights(by).may_remove(card, file.uploaded_by, unit):
        raise Forbidden(_("只有上传人、责任部门负责人和活动办可以删除佐证材料。"))
    if card.stage is Stage.CLOSED:
        raise Invalid(_("此卡已销号，佐证材料不能删除。"))
    if card.stage in JUDGED:
        raise Invalid(_("此卡正在验收或销号，佐证材料只能增加；确需删除，请先退回整改。"))
    if file.uploaded_at < began(card):
        raise Invalid(_("这是以前各轮的佐证材料，验收时看过，不能删除。"))
    attachments.remove(file, unit, by=by)
    remember(card, EventKind.EVIDENCE, by=by).changes = [["file removed", file.name, ""]]
