"""A form is taken once, however often it is sent."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from intranet import clock
from intranet.extensions import db
from plugins.rectification.models import Press

KEPT = timedelta(days=1)


def press(digest: str) -> tuple[Press, bool]:
    """With whether it is the first. Who comes second at the same moment waits for the first here."""
    db.session.execute(delete(Press).where(Press.at < clock.now() - KEPT))
    made = Press(digest=digest, at=clock.now(), url="")
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        return db.session.get_one(Press, digest), False
    return made, True
