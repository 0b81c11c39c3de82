"""What other rooms of the demo have found: one merged into a card about the same, the rest still waits."""

from sqlalchemy import select

from intranet.extensions import db
from intranet.models import Unit, User
from plugins.rectification.models import Card
from plugins.rectification.queries.incoming import incoming_problems
from plugins.rectification.services.deciding import merge
from plugins.rectification.stages import Stage

ABOUT = "重复"


def take_up(hospital: Unit, office: User) -> None:
    """So that a meeting and a card lead to each other."""
    found = [problem for problem in incoming_problems(hospital) if ABOUT in problem.title]
    open_ = Card.title.contains(ABOUT), Card.stage != Stage.CLOSED
    card = db.session.scalar(select(Card).where(*open_).order_by(Card.id).limit(1).with_for_update())
    if found and card:
        merge(found[0], card, hospital, by=office)
