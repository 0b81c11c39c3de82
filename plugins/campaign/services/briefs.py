"""Writing the weekly brief, publishing it, taking it back."""

from datetime import date
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from intranet import audit, clock
from intranet.db import change
from intranet.errors import Conflict
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.pages import moment
from plugins.campaign.models import Brief


def write_brief(unit: Unit, week: date, text: str, *, by: User) -> Brief:
    """One a week and unit: who is second gets Conflict."""
    brief = Brief(unit_id=unit.id, week=week, text=text, changed_by_id=by.id, changed_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(brief)
    except IntegrityError:
        raise Conflict(_("这一周的进度刚刚有人起草了，请回到列表打开那一期修改。")) from None
    _record("brief", brief, unit, by)
    return brief


def rewrite_brief(brief: Brief, text: str, *, version: int, by: User) -> None:
    """What is published is taken back first: nobody changes what others have read."""
    _change(brief, version, by, text=text, published=False)
    _record("brief", brief, brief.unit, by)


def publish_brief(brief: Brief, *, version: int, by: User) -> None:
    stamp = {"published_by_id": by.id, "published_at": clock.now()}
    _change(brief, version, by, published=False, **stamp)
    _record("publish_brief", brief, brief.unit, by)


def withdraw_brief(brief: Brief, *, version: int, by: User) -> None:
    """Back to its writers."""
    _change(brief, version, by, published=True, published_by_id=None, published_at=None)
    _record("withdraw_brief", brief, brief.unit, by)


def _change(brief: Brief, version: int, by: User, *, published: bool, **values: object) -> None:
    still = Brief.published_at.is_not(None) if published else Brief.published_at.is_(None)
    values |= {"changed_by_id": by.id, "changed_at": clock.now()}
    change(brief, version, still, too_late=partial(_what_happened, brief.id), **values)


def _what_happened(brief_id: int) -> str:
    query = select(Brief).where(Brief.id == brief_id).options(joinedload(Brief.changed_by))
    brief = db.session.scalars(query.execution_options(populate_existing=True)).one()
    who = {"name": brief.changed_by.name, "at": moment(brief.changed_at)}
    return str(_("%(name)s于 %(at)s 改动过这一期，请刷新页面查看后再决定。", **who))


def _record(deed: str, brief: Brief, unit: Unit, by: User) -> None:
    audit.record(by, f"campaign:{deed}", f"campaign_brief:{brief.id}", unit=unit)
