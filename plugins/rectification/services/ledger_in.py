"""Taking in a 整改台账: a draft, its review, then every card at once or none."""

from collections.abc import Iterable
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete

from intranet import audit, clock
from intranet.db import rows_changed
from intranet.documents import excel
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from plugins.rectification.ledger_in import COLUMNS, texts_of
from plugins.rectification.models import LedgerDraft
from plugins.rectification.queries.ledger_in import Opening, Plan, plan_of
from plugins.rectification.queries.ledger_names import Places
from plugins.rectification.services.cards import Facts, open_card
from plugins.rectification.services.drives import put_in
from plugins.rectification.services.measures import add_progress, add_tree
from plugins.rectification.wording import Term

KEPT = timedelta(days=1)
LONGEST_NAME, MOST_ROWS = 255, 500
FIRST_PERIOD = 3
"""Months between the checks of what lasts, until somebody says otherwise."""


def read(content: bytes, own: Iterable[str]) -> excel.Reading:
    """The rows of the first sheet. Raises Invalid for what is no such table, or too long a one.

    `own`: names of the units' own fields, behind which no column of the ledger is lost.
    """
    rows, bad, unread = excel.read(content, COLUMNS, own)
    if len(rows) > MOST_ROWS:
        raise Invalid(_("一次最多导入 %(most)s 行，请分几个文件上传。", most=MOST_ROWS))
    if not rows and not bad:
        raise Invalid(_("表里没有可以读的行。请从示例的下一行填起。"))
    return rows, bad, unread


def start_draft(file_name: str, found: excel.Reading, unit: Unit, *, by: User) -> LedgerDraft:
    """Keeps the rows for review. Nothing else is written."""
    db.session.execute(delete(LedgerDraft).where(LedgerDraft.created_at < clock.now() - KEPT))
    rows, bad, unread = found
    draft = LedgerDraft(unit_id=unit.id, file_name=file_name[-LONGEST_NAME:], rows=texts_of(rows))
    draft.faults, draft.unread = list(bad.items()), unread[:50]
    draft.created_by, draft.created_at = by.id, clock.now()
    db.session.add(draft)
    db.session.flush()
    return draft


def take_in(draft: LedgerDraft, digest: str, places: Places, *, by: User) -> Plan:
    """Opens what the review showed. Raises Conflict when it would now open anything else."""
    unit = organisation().by_id[draft.unit_id]
    # the audit entry first: whoever opens the same cards at this moment is waited for, and then seen
    audit.record(by, "rectification:import", unit.code, unit=unit, rows=len(draft.rows))
    if not rows_changed(delete(LedgerDraft).where(LedgerDraft.id == draft.id)):
        raise Conflict(_("这份台账已经导入或已被清理。需要时请重新上传。"))
    plan = plan_of(draft, places, by=by)
    if plan.faults:
        raise Invalid(_("台账里还有错误，请改好文件再上传。"))
    if plan.digest != digest:
        raise Conflict(_("核对之后卡片或人员有了变动，这份台账没有导入。请按最新的对照再确认一次。"))
    for opening in plan.new:
        _open(opening, by)
    return plan


def _open(opening: Opening, by: User) -> None:
    """Who is named as responsible is proposed for the claim; what the ledger says of progress is kept."""
    said = opening.said
    facts = Facts(
        title=said.title,
        category=said.category,
        source_kind=said.source_kind,
        term=said.term,
        check_months=FIRST_PERIOD if said.term is Term.LASTING else None,
        goal=said.goal,
        standard=said.standard,
        source_note=said.source_note,
        due_on=said.due_on,
        leader_id=opening.leader_id,
        helpers=opening.helpers,
    )
    card = open_card(organisation().by_id[opening.unit_id], facts, by=by)
    card.user_id = opening.user_id
    put_in(card, opening.drives)
    add_tree(card, said.measures)
    if said.progress:
        add_progress(card, _("原台账所记：%(words)s", words=said.progress), by=by)
