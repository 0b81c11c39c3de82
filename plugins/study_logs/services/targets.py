"""Targets and the rules of a unit."""

from flask_babel import gettext as _
from sqlalchemy import select

from intranet import audit
from intranet.db import change
from intranet.errors import Conflict
from intranet.extensions import db, read_once
from intranet.models import Unit, User
from plugins.study_logs.models import Rules, Target


def add_target(unit: Unit, values: dict[str, object], *, by: User) -> Target:
    target = Target(unit_id=unit.id, **values)
    db.session.add(target)
    db.session.flush()
    _record(unit, "target", f"study_logs_target:{target.id}", by)
    return target


def edit_target(target: Target, unit: Unit, values: dict[str, object], *, version: int, by: User) -> None:
    change(target, version, too_late=_too_late, **values)
    _record(unit, "target", f"study_logs_target:{target.id}", by)


def remove_target(target: Target, unit: Unit, *, version: int, by: User) -> None:
    change(target, version, too_late=_too_late)
    _record(unit, "target", f"study_logs_target:{target.id}", by)
    db.session.delete(target)


def settle_rules(unit: Unit, values: dict[str, object], *, version: int, by: User) -> None:
    """The unit's own word from now on. Of two who begin at once the second waits at the audit entry."""
    _record(unit, "rules", f"study_logs_rules:{unit.id}", by)
    own = db.session.scalar(select(Rules).where(Rules.unit_id == unit.id))
    if own is None and version:
        raise Conflict(_too_late())
    if own is None:
        db.session.add(Rules(unit_id=unit.id, **values))
    else:
        change(own, version, too_late=_too_late, **values)
    read_once().pop("study_logs_rules", None)


def _too_late() -> str:
    return str(_("这项设置刚被他人改过，您的改动没有保存，请看过现在的内容再改。"))


def _record(unit: Unit, deed: str, subject: str, by: User) -> None:
    audit.record(by, f"study_logs:{deed}", subject, unit=unit)
