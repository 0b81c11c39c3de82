"""Taking a meeting from one state to the next: who may, what is lacking, which gates are shut."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from intranet import clock
from intranet.db import change
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.models import User
from intranet.wording import listed, spelt
from plugins.democratic_life.gaps import gaps_in
from plugins.democratic_life.models import Meeting
from plugins.democratic_life.queries.gates import Facts, unmet
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.queries.papers import paper_of
from plugins.democratic_life.queries.people import people_above
from plugins.democratic_life.queries.said import minutes_of
from plugins.democratic_life.services.meetings import plan_meeting, record, what_happened
from plugins.democratic_life.services.minutes import text_of
from plugins.democratic_life.services.telling import tell_people
from plugins.democratic_life.steps import STEP_OF, Step
from plugins.democratic_life.wording import PaperKind

FEWEST = 2
COPIED = (
    "kind",
    "name",
    "theme",
    "place",
    "chair_id",
    "recorder_id",
    "observers",
    "quorum",
    "plan_days",
    "notice_days",
    "review_days",
    "report_days",
    "announce_days",
)
"""What a meeting that is held again takes over, besides its agenda and its people."""
AGAIN, LONGEST_NAME = "（重新召开）", 100
PAPERS = {"report": PaperKind.REPORT, "announce": PaperKind.CIRCULAR}
ABOVE = {"agree_on_paper": "paper", "report": "reported"}
"""What those above are told of."""
UNDONE: dict[str, Any] = dict.fromkeys(("submitted_at", "agreed_at", "agreed_by", "noticed_at")) | {
    "agreed_paper": ""
}
MORE: dict[str, dict[str, Any]] = {
    "submit": {"superior_word": ""},
    "withdraw": UNDONE,
    "send_back": UNDONE,
    "begin": {"item": 0},
}
"""What a step changes besides."""


NUMBER = re.compile(
    r"[\u4e00-\u9fffA-Za-z]{1,30}\s?[〔\[（(]((?:19|20)\d\d)[〕\]）)]\s?(?:第\s?)?\d{1,5}\s?号"
    r"|[A-Za-z]{1,10}[-－]?\d{4,10}(?:[-－/]\d{1,6})*"
)
"""文号: 局党委〔2026〕12号, WJW2026-12."""
LONG_AGO = timedelta(days=366)
"""Before the plan was entered here: many send the paper first, and some begin with this site in mid-year."""


@dataclass(frozen=True, slots=True)
class Word:
    """What is written with a step: why, or the number and the day of a paper."""

    reason: str = ""
    day: date | None = None


def take(found: Found, name: str, word: Word | None = None, *, version: int, by: User) -> Step:
    """Takes the step. Raises Conflict, Forbidden or Invalid with the rule in a sentence."""
    meeting, step, word = found.meeting, STEP_OF.get(name), word or Word()
    if meeting.version != version or step is None or not found.is_there(step):
        raise Conflict(what_happened(meeting))
    if not step.is_for(found.parts):
        raise Forbidden(_("这一步不由您办理：%(rule)s", rule=str(step.sentence)))
    if step.asks and not word.reason:
        raise Invalid(_("请写明：%(what)s。", what=str(step.asks)))
    if step.asks_day:
        _refuse_paper(meeting, word)
    _refuse_lacking(step, found)
    _refuse_gates(step, found)
    kind, people = _concerned(found, step)
    late = lambda: what_happened(meeting)  # noqa: E731 - one call
    change(meeting, version, Meeting.state.in_(step.starts), too_late=late, **_values(step, word, by))
    record(meeting, "move", by, deed=step.name)
    _tell(found, kind, people - {by.id})
    if step.name == "again":
        _hold_again(found, word, by)
    return step


def _refuse_paper(meeting: Meeting, word: Word) -> None:
    """A number as papers have it, of a day that is neither to come nor long before the plan."""
    if not NUMBER.fullmatch(word.reason):
        raise Invalid(_("文号请照批复写，例如“局党委〔2026〕12号”。"))
    if word.day is None or word.day > clock.today():
        raise Invalid(_("请填批复的日期，不晚于今天。"))
    if word.day < clock.local(meeting.created_at).date() - LONG_AGO:
        raise Invalid(_("批复的日期比这份方案早了一年以上，请核对是不是这次会议的批复。"))


def paper_said(word: Word, by: User) -> str:
    """As it stands on the page of the meeting."""
    day = spelt(word.day)
    return str(_("%(day)s %(paper)s（%(name)s登记）", day=day, paper=word.reason, name=by.name))


def _refuse_lacking(step: Step, found: Found) -> None:
    meeting = found.meeting
    if step.name == "submit":
        _refuse_half_a_plan(found)
    if step.name == "begin" and (found.day is None or found.day > clock.today()):
        raise Invalid(_("会议时间还没有到；要提前召开，先撤回、改期、重新报批。"))
    if step.name == "record":
        _refuse_unwritten(meeting)
    if step.name in PAPERS:
        _refuse_undrafted(meeting, PAPERS[step.name])


def _refuse_unwritten(meeting: Meeting) -> None:
    minutes = minutes_of(meeting)
    if minutes is None:
        raise Invalid(_("会议记录还没有写，写好以后再定稿。"))
    _refuse_gaps(text_of(minutes))


def _refuse_undrafted(meeting: Meeting, kind: PaperKind) -> None:
    paper = paper_of(meeting, kind)
    if paper is None:
        raise Invalid(_("还没有起草，写好、看过预览再办理。"))
    _refuse_gaps(paper.body)


def _refuse_gaps(text: str) -> None:
    left = len(gaps_in(text))
    if left:
        raise Invalid(_("正文里还有 %(n)s 处“待补充”，补上或删去、保存以后再办理。", n=left))


def _refuse_half_a_plan(found: Found) -> None:
    meeting = found.meeting
    whole = meeting.theme and meeting.place and meeting.chair_id and meeting.recorder_id
    if not whole or not meeting.meets_at or len(found.sitters) < FEWEST:
        raise Invalid(_("主题、时间、地点、主持人、记录人和至少两位参加人员都齐了，才能报批。"))
    if meeting.meets_at <= clock.now():
        raise Invalid(_("会议时间已经过了，请先在“修改方案”里改成以后的时间，再报批。"))


def _refuse_gates(step: Step, found: Found) -> None:
    missing = unmet(Facts(found), step.name)
    if missing:
        names = listed(seen.gate.title for seen in missing)
        raise Invalid(_("还有关口没有过：%(gates)s。请先办好，或者由主持人写明理由豁免。", gates=names))


def _values(step: Step, word: Word, by: User) -> dict[str, Any]:
    """What the columns hold afterwards. What a superior said stands until the plan is handed in once more."""
    values: dict[str, Any] = {"state": step.end} | MORE.get(step.name, {})
    now = clock.now()
    if step.stamp:
        values[step.stamp] = now
    if step.name in {"agree", "agree_on_paper"}:
        values["agreed_by"] = by.id
    if step.name == "begin":
        values["item_at"] = now
    if step.name == "agree_on_paper":
        values["agreed_paper"] = paper_said(word, by)
    elif step.asks:
        values["superior_word"] = word.reason
    return values


def _concerned(found: Found, step: Step) -> tuple[str, set[int | None]]:
    """What they are told, and who: asked before the step, for it may take back the notice of the meeting."""
    meeting, everybody = found.meeting, set[int | None](found.names)
    keepers: set[int | None] = {meeting.created_by, meeting.chair_id, meeting.recorder_id}
    told: dict[str, tuple[str, set[int | None]]] = {
        "agree": ("agreed", keepers),
        "send_back": ("sent_back", keepers),
        "again": ("again", keepers | everybody),
        "notify": ("noticed", keepers | everybody),
        "withdraw": ("withdrawn", {meeting.chair_id, meeting.recorder_id}),
        "announce": ("announced", everybody),
    }
    if step.name in ABOVE:
        return ABOVE[step.name], set(people_above(found.unit))
    if step.name == "withdraw" and meeting.noticed_at:
        return "put_off", keepers | everybody
    return told.get(step.name, ("", set()))


def _tell(found: Found, kind: str, people: set[int | None]) -> None:
    meeting = found.meeting
    words = {"name": meeting.name, "day": found.day or clock.today(), "paper": meeting.agreed_paper}
    if kind:
        tell_people(meeting, people, kind, **words)


def _hold_again(found: Found, word: Word, by: User) -> None:
    """The same meeting once more, with the same people, to be planned anew; why stands on its page."""
    old = found.meeting
    values = {name: getattr(old, name) for name in COPIED}
    values["name"] = old.name.removesuffix(AGAIN)[: LONGEST_NAME - len(AGAIN)] + AGAIN
    plan_meeting(found.unit, values | {"superior_word": word.reason}, by=by, again_of=old)
