"""What hangs on the demonstration's cards: a comment that names somebody, links, a watcher, own fields."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from intranet import clock
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.rectification.models import Card, Comment, Field, Link, Value, Watch
from plugins.rectification.services.telling import tell_comment
from plugins.rectification.words import FieldKind, Tie

BUILDINGS = ["门诊楼", "内科楼", "外科楼"]
FILLED = 24
PAGE = "https://www.example.org/"


def hang(hospital: Unit, people: Mapping[str, User]) -> None:
    """On the first cards of the department the named accounts belong to; the fields on those of all."""
    _fill(hospital)
    head, office = people["head"], people["office"]
    own = select(Card).join(Unit, Unit.id == Card.unit_id).where(Unit.code == "nk1")
    cards = db.session.scalars(own.order_by(Card.id).limit(2)).all()
    if len(cards) == 2:  # noqa: PLR2004 - a link has two ends
        first, second = cards
        _talk(first, head, office)
        _tie(first, second, head)
        db.session.add(Watch(card_id=first.id, user_id=people["leader"].id))


def _fill(hospital: Unit) -> None:
    building = _field(hospital, "所在楼栋", FieldKind.CHOICE, 1, BUILDINGS)
    money = _field(hospital, "涉及金额（元）", FieldKind.NUMBER, 2, [])
    ids = db.session.scalars(select(Card.id).order_by(Card.id).limit(FILLED)).all()
    for place, card_id in enumerate(ids):
        word = BUILDINGS[place % len(BUILDINGS)]
        db.session.add(Value(card_id=card_id, field_id=building.id, text=word))
        if place % 4 == 0:
            db.session.add(Value(card_id=card_id, field_id=money.id, number=500.0 * (1 + place)))


def _field(unit: Unit, name: str, kind: FieldKind, position: int, choices: list[str]) -> Field:
    made = Field(unit_id=unit.id, name=name, kind=kind, choices=choices, position=position)
    db.session.add(made)
    db.session.flush()
    return made


def _talk(card: Card, head: User, office: User) -> None:
    asked = _say(card, office, f"@{head.name} 请本周内补上整改前后的对比照片，验收时要看。", 26)
    tell_comment(card, asked.id, [head.id], by=office)
    _say(card, head, f"好的，样表在 {PAGE}forms ，照片周四上传。", 2)


def _say(card: Card, by: User, text: str, hours: int) -> Comment:
    made = Comment(card_id=card.id, user_id=by.id, text=text, at=clock.now() - timedelta(hours=hours))
    db.session.add(made)
    db.session.flush()
    return made


def _tie(first: Card, second: Card, by: User) -> None:
    now = clock.now()
    for link in (
        Link(card_id=second.id, tie=Tie.BLOCKS, other_id=first.id),
        Link(card_id=first.id, tie=Tie.OUTSIDE, url=f"{PAGE}standard", title="同类问题整改参考"),
    ):
        link.added_by, link.added_at = by.id, now
        db.session.add(link)
