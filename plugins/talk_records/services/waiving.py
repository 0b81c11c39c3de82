"""免谈: who need not talk with whom in a round, said by whoever keeps the roster, with the reason."""

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from intranet import audit, clock
from intranet.db import rows_changed
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.talk_records.models import Cycle, Waived
from plugins.talk_records.queries.needs import of_cycle


def waive(cycle: Cycle, unit: Unit, people: frozenset[int], reason: str, *, by: User) -> None:
    """Of a pair that must still talk. The reason is no secret: it stands in the list."""
    need = next((need for need in of_cycle(cycle) if need.people == people), None)
    if need is None or not need.is_open:
        raise Conflict(_("这两位不在未谈名单里，可能已经谈过，请刷新页面查看。"))
    if not reason:
        raise Invalid(_("请写明免谈的原因，例如长期外派、住院治疗。"))
    first, second = sorted(people)
    row = Waived(cycle_id=cycle.id, first_id=first, second_id=second, reason=reason)
    row.waived_by, row.waived_at = by.id, clock.now()
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Conflict(_("刚刚已经有人写明免谈，请刷新页面查看。")) from None
    _record("waive", cycle, unit, people, by)


def restore(cycle: Cycle, unit: Unit, people: frozenset[int], *, by: User) -> None:
    """They must talk after all."""
    first, second = sorted(people)
    these = (Waived.cycle_id == cycle.id, Waived.first_id == first, Waived.second_id == second)
    if not rows_changed(delete(Waived).where(*these)):
        raise Conflict(_("这两位没有免谈，请刷新页面查看。"))
    _record("restore", cycle, unit, people, by)


def _record(deed: str, cycle: Cycle, unit: Unit, people: frozenset[int], by: User) -> None:
    names = db.session.scalars(select(User.name).where(User.id.in_(people)).order_by(User.id))
    pair = "、".join(names)
    audit.record(by, f"talk_records:{deed}", f"talk_records_cycle:{cycle.id}", unit=unit, people=pair)
