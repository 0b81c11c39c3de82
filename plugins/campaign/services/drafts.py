"""A draft from upload to discarding: everything before the plan is written."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from intranet import audit, clock
from intranet.db import change, rows_changed
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.gate import units_with
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.pages import moment
from plugins.campaign.models import Draft
from plugins.campaign.proposals import Content, Proposal, content_from, content_of
from plugins.campaign.reader import Reading

KEPT = timedelta(days=30)
"""A draft nobody confirms or touches for this long is dropped."""
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and what the reader made of it."""

    name: str
    content: bytes
    reading: Reading
    year: int | None = None


def start_draft(unit: Unit, upload: Upload, *, by: User) -> Draft:
    """Keeps the file and its reading for review. The plan is not touched."""
    draft = Draft(
        unit_id=unit.id,
        file_name=upload.name[-LONGEST_NAME:],
        content=upload.content,
        text=upload.reading.text,
        proposal=content_from(upload.reading).as_json(),
        year=upload.year,
        created_by_id=by.id,
        created_at=clock.now(),
        changed_by_id=by.id,
        changed_at=clock.now(),
    )
    db.session.add(draft)
    db.session.flush()
    _record(draft, "upload", by)
    return draft


def read_again(draft: Draft, reading: Reading, year: int | None, *, by: User, version: int) -> None:
    """Takes a new reading, with another year, in place of the old one and of every edit of it."""
    old = content_of(draft.proposal)
    fresh = content_from(reading)
    chosen = old.chosen if len(fresh.parts) == len(old.parts) else fresh.chosen
    content = replace(fresh, chosen=chosen, mapping=old.mapping)
    _save(draft, content, by, version, text=reading.text, year=year)
    _record(draft, "read_again", by, year=year)


def choose_document(draft: Draft, number: int, *, by: User, version: int) -> None:
    """Of several documents in the file this one is the plan."""
    content = content_of(draft.proposal)
    if not 0 <= number < len(content.parts):
        raise Invalid(_("文件里没有这一份，请从列出的几份里选。"))
    _save(draft, replace(content, chosen=number), by, version)
    _record(draft, "choose", by, document=number + 1)


def rename(draft: Draft, title: str, *, by: User, version: int) -> None:
    """The plan will carry this title."""
    content = content_of(draft.proposal)
    if content.part is None:
        raise Invalid(_("请先选择要导入哪一份。"))
    _save(draft, content.with_part(replace(content.part, title=title)), by, version)
    _record(draft, "rename", by)


def change_entry(draft: Draft, changed: Proposal, *, by: User) -> Proposal:
    """Stores an edit of one entry. `changed.version` is the one the person saw."""
    content = content_of(draft.proposal)
    current = content.proposal(changed.key)
    if current is None or current.version != changed.version:
        raise Conflict(_somebody_was_quicker(draft.id))
    stored = replace(changed, version=changed.version + 1)
    _save(draft, content.with_proposal(stored), by, draft.version)
    _record(draft, "edit", by, entry=stored.key, fields=_differing(current, stored))
    return stored


def _differing(old: Proposal, new: Proposal) -> str:
    names = (field.name for field in fields(old) if field.name != "version")
    return ",".join(name for name in names if getattr(old, name) != getattr(new, name))


def add_entry(draft: Draft, new: Proposal, *, by: User) -> Proposal:
    """Something the reader missed."""
    content = content_of(draft.proposal)
    stored = replace(new, key=content.next_key())
    _save(draft, content.with_proposal(stored), by, draft.version)
    _record(draft, "add_entry", by, entry=stored.key)
    return stored


def map_name(draft: Draft, name: str, units: Sequence[Unit], *, by: User) -> None:
    """Says what a name stands for; no unit: a group of people. Remembered for the hospital on confirming."""
    content = content_of(draft.proposal)
    mapping = {**content.mapping, name: tuple(unit.id for unit in units)}
    _save(draft, replace(content, mapping=mapping), by, draft.version)
    _record(draft, "match", by, units=",".join(unit.code for unit in units))


def discard(draft: Draft, *, by: User) -> None:
    """Throws the draft away."""
    unconfirmed = (Draft.id == draft.id, Draft.confirmed_at.is_(None))
    if rows_changed(delete(Draft).where(*unconfirmed)) != 1:
        raise Conflict(_somebody_was_quicker(draft.id))
    _record(draft, "discard", by)


def close_draft(draft: Draft, *, by: User, version: int) -> None:
    """Marks the draft as confirmed, once. The file is let go; the plan keeps the text."""
    _update(draft, version, by, confirmed_by_id=by.id, confirmed_at=clock.now(), content=b"", text="")


def drop_old_drafts() -> int:
    """Deletes drafts nobody has touched for thirty days. Returns how many."""
    units = {unit.id: unit for unit in units_with("campaign", organisation().units)}
    old = delete(Draft).where(
        Draft.changed_at < clock.now() - KEPT,
        Draft.confirmed_at.is_(None),
        Draft.unit_id.in_(units),
    )
    gone = db.session.execute(old.returning(Draft.unit_id, Draft.id)).all()
    for unit_id, draft_id in sorted(gone):
        audit.record(None, "campaign:expire", f"campaign_draft:{draft_id}", unit=units[unit_id])
    return len(gone)


def _save(draft: Draft, content: Content, by: User, version: int, **values: object) -> None:
    _update(draft, version, by, proposal=content.as_json(), **values)


def _update(draft: Draft, version: int, by: User, **values: object) -> None:
    """A confirmed draft no longer changes."""
    stamp = {"changed_by_id": by.id, "changed_at": clock.now()}
    too_late = partial(_somebody_was_quicker, draft.id)
    change(draft, version, Draft.confirmed_at.is_(None), too_late=too_late, **values, **stamp)


def _record(draft: Draft, deed: str, by: User, **detail: object) -> None:
    """Which draft and which of its entries; never their words."""
    unit = db.session.get_one(Unit, draft.unit_id)
    audit.record(by, f"campaign:{deed}", f"campaign_draft:{draft.id}", unit=unit, **detail)


def _somebody_was_quicker(draft_id: int) -> str:
    query = select(Draft).where(Draft.id == draft_id).execution_options(populate_existing=True)
    draft = db.session.scalar(query.options(joinedload(Draft.changed_by), joinedload(Draft.confirmed_by)))
    if draft is None:
        return str(_("这份待核对的方案已经被放弃。需要时请重新上传。"))
    if draft.confirmed_by and draft.confirmed_at:
        who = {"name": draft.confirmed_by.name, "at": moment(draft.confirmed_at)}
        return str(_("这份方案已由%(name)s于 %(at)s 确认导入，不能再导入一次。", **who))
    who = {"name": draft.changed_by.name, "at": moment(draft.changed_at)}
    return str(_("%(name)s于 %(at)s 改动过这份草稿，请刷新页面查看后再继续。", **who))
