"""The words of a talk: its kinds, ways and states, and what is written about it."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text


class Kind(StrEnum):
    """三必谈, 两主动谈, and what else calls for a talk."""

    CHIEF = "chief"
    MEMBERS = "members"
    HEADS = "heads"
    BARRIER = "barrier"
    ASKED = "asked"
    STAFF = "staff"
    POST = "post"
    PENALTY = "penalty"
    AWARD = "award"
    SETBACK = "setback"
    SIGNS = "signs"
    APPRAISAL = "appraisal"
    OTHER = "other"


class Way(StrEnum):
    """How people talk."""

    MEETING = "meeting"
    PHONE = "phone"


class State(StrEnum):
    """Where a talk is."""

    PLANNED = "planned"
    ARRANGED = "arranged"
    HELD = "held"
    CONFIRMED = "confirmed"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class NeedState(StrEnum):
    """How far a pair that must talk is. Who talked although they need not have talked."""

    DONE = "done"
    WAIVED = "waived"
    PLANNED = "planned"
    OPEN = "open"


KIND_TITLES: dict[Kind, Text] = {
    Kind.CHIEF: _l("必谈：主要负责人与班子成员"),
    Kind.MEMBERS: _l("必谈：班子成员相互之间"),
    Kind.HEADS: _l("必谈：班子成员与分管单位负责人"),
    Kind.BARRIER: _l("主动谈：有隔阂、有误解的同志"),
    Kind.ASKED: _l("主动谈：接受党员群众约谈"),
    Kind.STAFF: _l("科室负责人与科内同志"),
    Kind.POST: _l("岗位变动"),
    Kind.PENALTY: _l("受处分"),
    Kind.AWARD: _l("受表彰"),
    Kind.SETBACK: _l("遇到挫折"),
    Kind.SIGNS: _l("苗头性问题"),
    Kind.APPRAISAL: _l("民主评议以后"),
    Kind.OTHER: _l("其他"),
}
WAY_TITLES: dict[Way, Text] = {Way.MEETING: _l("当面"), Way.PHONE: _l("电话等")}
STATE_TITLES: dict[State, Text] = {
    State.PLANNED: _l("计划中"),
    State.ARRANGED: _l("已约"),
    State.HELD: _l("已谈"),
    State.CONFIRMED: _l("双方已确认"),
    State.ARCHIVED: _l("已归档"),
    State.CANCELLED: _l("已取消"),
}
STATE_LIGHTS: dict[State, str] = {
    State.PLANNED: "none",
    State.ARRANGED: "amber",
    State.HELD: "green",
    State.CONFIRMED: "green",
    State.ARCHIVED: "done",
    State.CANCELLED: "none",
}
NEED_TITLES: dict[NeedState, Text] = {
    NeedState.DONE: _l("已谈"),
    NeedState.WAIVED: _l("免谈"),
    NeedState.PLANNED: _l("已安排"),
    NeedState.OPEN: _l("未谈"),
}
NEED_LIGHTS: dict[NeedState, str] = {
    NeedState.DONE: "done",
    NeedState.WAIVED: "none",
    NeedState.PLANNED: "amber",
    NeedState.OPEN: "red",
}
TOOK_PLACE = (State.HELD, State.CONFIRMED, State.ARCHIVED)
WAITING = (State.PLANNED, State.ARRANGED)
TEXTS: dict[str, Text] = {
    "place": _l("谈话地点"),
    "politics": _l("谈话对象政治面貌"),
    "outline": _l("谈话提纲"),
    "content": _l("谈话内容"),
    "criticism": _l("对对方的批评意见、指出的不足"),
    "suggestions": _l("对方的意见建议"),
    "problems": _l("存在问题"),
    "intentions": _l("努力方向、整改打算"),
}
"""All that is sealed, in the order of the form."""
SHORT_TEXTS = ("place", "politics")
