"""Files to take away: papers in Word, the meeting for a calendar."""

from flask import Response
from flask_babel import gettext as _

from intranet.documents import download, word
from intranet.errors import NotFound
from intranet.permissions import for_members, me
from intranet.web import in_language
from plugins.democratic_life import papers
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.queries.papers import paper_of
from plugins.democratic_life.services.minutes import open_minutes
from plugins.democratic_life.services.papers import record_take_away
from plugins.democratic_life.steps import READERS
from plugins.democratic_life.views.blueprint import bp, found, readable
from plugins.democratic_life.wording import PAPER_TITLES, PaperKind

PLAIN = {"notice": "会议通知", "agenda": "会议议程", "sign_in": "签到表"}
"""Without a word of what was said; named in Chinese, as the papers are."""


@bp.post("/meetings/<int:meeting_id>/<any(notice, agenda, sign_in):name>.docx")
@for_members
def plain_paper(meeting_id: int, name: str) -> Response:
    """通知, 议程, 签到表."""
    shown = _belongs(found(meeting_id))
    record_take_away(shown, name, by=me())
    return _filled(shown, name, papers.plain_words(shown), PLAIN[name])


@bp.post("/meetings/<int:meeting_id>/minutes.docx")
@for_members
def minutes_paper(meeting_id: int) -> Response:
    """会议记录, made in the same transaction as the entry that it was taken away."""
    shown = readable(meeting_id)
    minutes, text = open_minutes(shown, by=me(), deed="take_away")
    if minutes is None:
        raise NotFound(_("会议记录还没有写。"))
    return _filled(shown, "minutes", papers.minutes_words(shown, text), "会议记录")


@bp.post("/meetings/<int:meeting_id>/papers/<any(report, circular):kind>.docx")
@for_members
def sent_paper(meeting_id: int, kind: str) -> Response:
    """情况报告, 通报."""
    shown = _belongs(found(meeting_id))
    paper = paper_of(shown.meeting, PaperKind(kind))
    if paper is None:
        raise NotFound(_("还没有起草。"))
    record_take_away(shown, kind, by=me())
    with in_language("zh"):
        title = str(PAPER_TITLES[paper.kind])
    return _filled(shown, kind, papers.sent_words(shown, paper), title)


@bp.post("/meetings/<int:meeting_id>/meeting.ics")
@for_members
def invitation(meeting_id: int) -> Response:
    """For the calendar of somebody who attends."""
    shown = found(meeting_id)
    if not shown.parts & READERS or shown.meeting.meets_at is None:
        raise NotFound(_("只有参加会议的人能下载，而且时间要先定下来。"))
    record_take_away(shown, "invitation", by=me())
    response = download(papers.invitation(shown), f"{shown.meeting.name}.ics")
    response.mimetype = "text/calendar"
    return response


def _belongs(shown: Found) -> Found:
    if not shown.parts:
        raise NotFound(_("没有这份材料，或者它不对您开放。"))
    return shown


def _filled(shown: Found, name: str, words: dict[str, object], title: str) -> Response:
    content = word.fill("democratic_life", name, words)
    return download(content, f"{shown.meeting.name}{title}.docx")
