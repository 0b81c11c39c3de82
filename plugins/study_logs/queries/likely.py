"""What the next session of a unit is most likely to be: as its last one was, and as the title says."""

from dataclasses import dataclass, field
from datetime import time

from sqlalchemy import Row, select

from intranet import clock
from intranet.extensions import db
from intranet.models import Unit, UnitKind
from plugins.study_logs.models import TENTHS, Session, Sitting
from plugins.study_logs.queries.scope import invited_to
from plugins.study_logs.steps import Stage
from plugins.study_logs.wording import Form

WORDS = (
    (Form.CENTRAL, ("中心组", "中心組")),
    (Form.PARTY_CLASS, ("党课",)),
    (Form.LECTURE, ("讲座", "辅导")),
    (Form.VISIT, ("参观",)),
    (Form.FILM, ("影片", "电影", "警示教育片")),
    (Form.REPORT, ("报告会",)),
    (Form.DISCUSSION, ("讨论", "研讨")),
    (Form.WEEKLY, ("周会", "晨会")),
    (Form.ALONE, ("自学",)),
    (Form.BRANCH, ("支部",)),
)
"""How a title names its form; the first that is found counts."""
OF_KIND = {UnitKind.BRANCH: Form.BRANCH, UnitKind.DEPARTMENT: Form.WEEKLY, UnitKind.GROUP: Form.WEEKLY}
STARTS, ENDS = time(15, 0), time(16, 30)


@dataclass(frozen=True, slots=True)
class Likely:
    """What stands in the form before anybody has typed."""

    form: Form
    invited: list[Unit] = field(default_factory=list)
    starts: time = STARTS
    ends: time = ENDS
    tenths: int = 15
    place: str = ""
    host: str = ""
    with_leaders: bool = False


def likely(unit: Unit, title: str = "") -> Likely:
    """As the last of the form the title names, else as the last of all, else as units of this kind do."""
    named = next((form for form, words in WORDS if any(word in title for word in words)), None)
    last = _last(unit, named)
    if last is None:
        form = named or OF_KIND.get(unit.kind, Form.CENTRAL)
        is_central = form is Form.CENTRAL
        return Likely(form, [] if is_central else [unit], with_leaders=is_central)
    session, sitting = last
    starts, ends = (clock.local(at).time() for at in (sitting.starts_at, sitting.ends_at))
    hours = round((sitting.ends_at - sitting.starts_at).total_seconds() / 3600 * TENTHS)
    return Likely(
        named or session.form,
        invited_to(session),
        starts,
        ends,
        session.tenths or hours,
        sitting.place,
        session.host,
        session.with_leaders,
    )


def _last(unit: Unit, form: Form | None) -> Row[Session, Sitting] | None:
    query = select(Session, Sitting).join(Sitting, Sitting.session_id == Session.id)
    held = (Session.stage != Stage.CANCELLED, Session.day <= clock.today())
    query = query.where(Session.unit_id == unit.id, *held)
    query = query.where(Session.form == form) if form else query
    return db.session.execute(
        query.order_by(Session.day.desc(), Session.id.desc(), Sitting.starts_at).limit(1)
    ).first()
