"""What hangs on the demonstration's cards: a comment that names somebody, links, own fields, 专项."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from intranet import clock
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from plugins.rectification.filters import Filters
from plugins.rectification.models import Card, Comment, Drive, DriveCard, Field, Link, Value, Watch
from plugins.rectification.queries.scope import Scope
from plugins.rectification.queries.templates import bones_of, first_day_of, kit_of
from plugins.rectification.services.telling import tell_comment
from plugins.rectification.services.templates import keep_template
from plugins.rectification.stages import Stage
from plugins.rectification.wording import Category, FieldKind, Tie

BUILDINGS = ["门诊楼", "内科楼", "外科楼"]
FILLED = 24
KEPT = 8
DRIVES = [
    ("群众办事难专项整治", "中共示范医院委员会专题会议决定，院党发〔2026〕9 号。"),
    ("病区等候时间专项", "科务会决定。"),
    ("术前谈话规范专项", "科务会决定。"),
]
PAGE = "https://www.example.org/"


def hang(hospital: Unit, people: Mapping[str, User]) -> None:
    """On the first cards of the department the named accounts belong to; the fields on those of all."""
    _fill(hospital)
    _group(hospital, people["office"])
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


def _group(hospital: Unit, office: User) -> None:
    """专项整治 of the hospital and of two departments, and how their boards are kept for the next round."""
    wards = db.session.scalars(select(Unit).where(Unit.code.in_(["nk1", "wk1"])).order_by(Unit.code)).all()
    for unit, (name, basis) in zip((hospital, *wards), DRIVES, strict=False):
        here = Card.unit_id == unit.id if unit is not hospital else Card.category == Category.BUREAUCRACY
        start = clock.today() - timedelta(days=40)
        drive = Drive(unit_id=unit.id, name=name, basis=basis, leading_id=unit.id, version=1)
        drive.starts_on, drive.ends_on = start, start + timedelta(days=180)
        db.session.add(drive)
        db.session.flush()
        ids = db.session.scalars(select(Card.id).where(here).order_by(Card.id).limit(FILLED)).all()
        db.session.add_all(DriveCard(drive_id=drive.id, card_id=card_id) for card_id in ids)
        _keep(unit, f"{name}模板", drive, office)


def _keep(unit: Unit, name: str, drive: Drive, office: User) -> None:
    """Of its open cards: those closed long ago had other days."""
    units = Scope({each.id: each for each in organisation().under(unit.path)})
    query = select(Card).join(DriveCard, DriveCard.card_id == Card.id).where(DriveCard.drive_id == drive.id)
    query = query.where(Card.stage != Stage.CLOSED).order_by(Card.id).limit(KEPT)
    cards = db.session.scalars(query).all()
    bones = bones_of(cards, units, first_day_of(cards, Filters(drive=(drive.id,)), unit, units))
    kit = kit_of(unit, units, (name, Filters()))
    keep_template(unit, name, kit, bones, shared=False, by=office)


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
