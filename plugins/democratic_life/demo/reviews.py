"""Self-reviews of the demo's meetings: read out, on their way, returned once, just begun. All made up."""

from collections.abc import Sequence

from sqlalchemy import select

from intranet import clock
from intranet.extensions import db
from intranet.models import User
from intranet.organisation import organisation
from plugins.democratic_life.models import Meeting, Review, Seat
from plugins.democratic_life.queries.reviews import FoundReview, copy_of, review_or_404
from plugins.democratic_life.services.raised import Wanted, raise_from_review
from plugins.democratic_life.services.reviews import Post, begin
from plugins.democratic_life.services.reviews_judging import READ_OUT, Word, judge, mark, submit
from plugins.democratic_life.services.reviews_writing import write

TEXTS = {
    "basics": "能够遵守政治纪律和政治规矩，执行中央八项规定精神，在大是大非面前立场坚定。",
    "formalism": "会议和报表偏多，同一份数据要几个部门重复报\n布置多，检查少，有的事没有回头看",
    "bureaucracy": "到科室去得少，对夜班和窗口的难处了解不够\n听汇报多，自己跟班看得少",
    "hedonism": "有时满足于完成任务，钻研业务的劲头不如从前",
    "extravagance": "勤俭办事抓得不细，办公耗材有浪费",
    "causes": "学习不够经常，理论联系医院实际不够；群众观念有所淡化，换位思考少。",
    "measures": "每月至少两次到分管科室跟班。\n一个月内理清报表，一份数据只报一次。\n交办的事项按月回头看。",
    "answers": "职工提的夜班休息室问题，已经与后勤部商定，两个月内改造完。",
    "public_funds": "分管部门三公经费支出比上年下降，没有超标准接待。",
    "cars": "按规定使用公务用车，没有公车私用。",
    "housing": "办公用房面积符合规定。",
    "family": "配偶、子女没有在与医院有业务往来的企业任职。",
}
BETTER = {
    "formalism": "同一份数据要三个部门重复报，护士站每天多花半小时\n布置多，检查少，有的事没有回头看",
}
REMARKS = "问题写得偏虚，请结合分管工作写出具体的人和事；措施要有时限。"
PAPER = "市卫生健康委员会批示"
PROBLEM = "护士站每天重复填报同一份数据"


def pass_all(meeting: Meeting, people: dict[str, User]) -> None:
    """Handed in and agreed to by the whole chain, before the meeting begins."""
    office, supervisor = people["office"], people["supervisor"]
    outside = (Post("督导组", supervisor.id), Post("上级联系领导", None))
    for review in _begun(meeting, outside, office):
        _hand_in(review, TEXTS)
        _through(review, (supervisor, office))


def make(people: dict[str, User]) -> None:
    """The hospital's are read out; those of nk1 are on their way; in wk1 they were just asked for."""
    office, supervisor = people["office"], people["supervisor"]
    hospital, ward, other = (_newest(code) for code in ("hospital", "nk1", "wk1"))
    for review in _of(hospital):
        if review.author_id is not None:
            mark(_as_seen(review, office), READ_OUT, version=review.version, by=office)
    for review in _begun(ward, (Post("督导组", supervisor.id),), office):
        _on_its_way(review, people)
    if other is not None:
        _begun(other, (Post("督导组", supervisor.id),), office)


def _newest(code: str) -> Meeting | None:
    unit = organisation().by_code.get(code)
    query = select(Meeting).where(Meeting.unit_id == (unit.id if unit else 0)).order_by(Meeting.id.desc())
    return db.session.scalars(query.limit(1)).first()


def _begun(meeting: Meeting | None, rest: Sequence[Post], office: User) -> list[Review]:
    """The chief looks first."""
    if meeting is None:
        return []
    seats = (
        select(Seat.user_id).where(Seat.meeting_id == meeting.id).order_by(Seat.is_chief.desc(), Seat.place)
    )
    chief = db.session.scalars(seats.limit(1)).one()
    begin(meeting, chief, (Post("主要负责同志", chief), *rest), by=office)
    return _of(meeting)


def _of(meeting: Meeting | None) -> list[Review]:
    found = select(Review).where(Review.meeting_id == (meeting.id if meeting else 0))
    return list(db.session.scalars(found.order_by(Review.id)))


def _as_seen(review: Review, who: User) -> FoundReview:
    meeting = db.session.get_one(Meeting, review.meeting_id)
    return review_or_404(who, organisation().by_id[meeting.unit_id], review.id)


def _hand_in(review: Review, texts: dict[str, str]) -> None:
    writer = db.session.get_one(User, review.writer_id)
    found = _as_seen(review, writer)
    write(
        found, {name: texts.get(name, "") for name in found.parts}, version=copy_of(review).version, by=writer
    )
    submit(found, version=review.version, by=writer)


def _through(review: Review, those_after: Sequence[User]) -> None:
    """Every place passes it; what somebody outside says, the office writes down."""
    chief, *_rest = _as_seen(review, those_after[0]).chain
    first = [] if chief.title == "督导组" else [db.session.get_one(User, chief.user_id)]
    for who in (*first, *those_after):
        found = _as_seen(review, who)
        day = None if found.is_mine_now else clock.today()
        judge(
            found,
            Word(is_passed=True, remarks="同意。", day=day, paper=PAPER),
            version=review.version,
            by=who,
        )


def _on_its_way(review: Review, people: dict[str, User]) -> None:
    """The member's came back once and is with the head again; the recorder has written a beginning."""
    if review.author_id == people["member"].id:
        _hand_in(review, TEXTS)
        found = _as_seen(review, people["head"])
        judge(found, Word(is_passed=False, remarks=REMARKS), version=review.version, by=people["head"])
        _hand_in(review, TEXTS | BETTER)
        meeting = db.session.get_one(Meeting, review.meeting_id)
        wanted = Wanted(meeting.unit_id, PROBLEM, ("理清报表，一份数据只报一次",))
        raise_from_review(_as_seen(review, people["member"]), wanted, by=people["member"])
    elif review.author_id == people["recorder"].id:
        found = _as_seen(review, people["recorder"])
        write(found, {"basics": TEXTS["basics"]}, version=1, by=people["recorder"])
    elif review.author_id == people["head"].id:
        _hand_in(review, TEXTS)
        _through(review, (people["supervisor"],))
