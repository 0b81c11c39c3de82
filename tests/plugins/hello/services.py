"""The one thing that happens on a notice board."""

from intranet import audit, clock
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.hello.models import Notice


def post_notice(unit: Unit, text: str, *, by: User) -> Notice:
    """Puts a notice on the unit's board."""
    notice = Notice(unit_id=unit.id, text=text, posted_by=by.id, posted_at=clock.now())
    db.session.add(notice)
    db.session.flush()
    audit.record(by, "hello:post", f"hello_notice:{notice.id}", unit=unit)
    return notice
