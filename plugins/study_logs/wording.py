"""The words of studying: forms of sessions, marks of attendance, states of make-ups, kinds of targets."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text


class Form(StrEnum):
    """形式: how people studied together, or alone."""

    CENTRAL = "central"
    BRANCH = "branch"
    PARTY_CLASS = "party_class"
    LECTURE = "lecture"
    WEEKLY = "weekly"
    ALONE = "alone"
    VISIT = "visit"
    FILM = "film"
    REPORT = "report"
    DISCUSSION = "discussion"


class Mark(StrEnum):
    """考勤: what became of one person at one session. In the order of their keys, 1 to 7."""

    PRESENT = "present"
    LATE = "late"
    EARLY = "early"
    LEAVE = "leave"
    AWAY = "away"
    SHIFT = "shift"
    ABSENT = "absent"


class MakeupState(StrEnum):
    """How far an absentee is with the make-up."""

    OWED = "owed"
    HANDED = "handed"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    EXCUSED = "excused"


class NoteKind(StrEnum):
    """What somebody has written about what was studied."""

    READING = "reading"
    REFLECTION = "reflection"


class Sharing(StrEnum):
    """Who reads the notes of a unit: the owner alone, as the owner says, or all its people."""

    PRIVATE = "private"
    CHOICE = "choice"
    SHARED = "shared"


class Measure(StrEnum):
    """What a target counts."""

    HOURS = "hours"
    SESSIONS = "sessions"
    NOTES = "notes"


class People(StrEnum):
    """Whom a target is for."""

    ALL = "all"
    PARTY = "party"
    LEADERS = "leaders"


class Pace(StrEnum):
    """How somebody stands against a target."""

    BEHIND = "behind"
    ON_TRACK = "on_track"
    REACHED = "reached"
    COUNTED = "counted"


FORM_TITLES: dict[Form, Text] = {
    Form.CENTRAL: _l("中心组学习"),
    Form.BRANCH: _l("支部集中学习"),
    Form.PARTY_CLASS: _l("党课"),
    Form.LECTURE: _l("专题讲座"),
    Form.WEEKLY: _l("周会"),
    Form.ALONE: _l("自学"),
    Form.VISIT: _l("参观"),
    Form.FILM: _l("观看影片"),
    Form.REPORT: _l("报告会"),
    Form.DISCUSSION: _l("专题讨论"),
}
TOGETHER = tuple(form for form in Form if form is not Form.ALONE)
"""集中学习."""
MARK_TITLES: dict[Mark, Text] = {
    Mark.PRESENT: _l("出席"),
    Mark.LATE: _l("迟到"),
    Mark.EARLY: _l("早退"),
    Mark.LEAVE: _l("请假"),
    Mark.AWAY: _l("公出"),
    Mark.SHIFT: _l("值班"),
    Mark.ABSENT: _l("缺席"),
}
ATTENDED = frozenset({Mark.PRESENT, Mark.LATE, Mark.EARLY})
OWING = tuple(mark for mark in Mark if mark not in ATTENDED)
"""Who makes up for it. 值班 is no 缺席, but what was said there was missed all the same."""
MAKEUP_TITLES: dict[MakeupState, Text] = {
    MakeupState.OWED: _l("待补课"),
    MakeupState.HANDED: _l("待确认"),
    MakeupState.RETURNED: _l("已退回"),
    MakeupState.CONFIRMED: _l("已补课"),
    MakeupState.EXCUSED: _l("已免除"),
}
MAKEUP_LIGHTS = {
    MakeupState.OWED: "none",
    MakeupState.HANDED: "amber",
    MakeupState.RETURNED: "red",
    MakeupState.CONFIRMED: "done",
    MakeupState.EXCUSED: "done",
}
OPEN_MAKEUPS = (MakeupState.OWED, MakeupState.HANDED, MakeupState.RETURNED)
TO_WRITE = (MakeupState.OWED, MakeupState.RETURNED)
NOTE_TITLES: dict[NoteKind, Text] = {
    NoteKind.READING: _l("读书笔记"),
    NoteKind.REFLECTION: _l("心得体会"),
}
SHARING_TITLES: dict[Sharing, Text] = {
    Sharing.CHOICE: _l("由本人决定是否公开"),
    Sharing.PRIVATE: _l("一律只有本人可看"),
    Sharing.SHARED: _l("完稿后本单位的人都可看"),
}
MEASURE_TITLES: dict[Measure, Text] = {
    Measure.HOURS: _l("学时"),
    Measure.SESSIONS: _l("次数"),
    Measure.NOTES: _l("心得篇数"),
}
MEASURE_UNITS: dict[Measure, Text] = {
    Measure.HOURS: _l("学时"),
    Measure.SESSIONS: _l("次"),
    Measure.NOTES: _l("篇"),
}
PEOPLE_TITLES: dict[People, Text] = {
    People.ALL: _l("全体人员"),
    People.PARTY: _l("党员"),
    People.LEADERS: _l("班子成员"),
}
PACE_TITLES: dict[Pace, Text] = {
    Pace.BEHIND: _l("落后"),
    Pace.ON_TRACK: _l("正常"),
    Pace.REACHED: _l("达标"),
    Pace.COUNTED: _l("只计数"),
}
PACE_LIGHTS = {
    Pace.BEHIND: "red",
    Pace.ON_TRACK: "green",
    Pace.REACHED: "done",
    Pace.COUNTED: "none",
}
