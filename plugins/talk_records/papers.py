"""What people take away: the overview as rows, a talk as the words of its form."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.documents.excel import Column
from intranet.organisation import organisation
from intranet.wording import spelt
from plugins.talk_records.queries.needs import Need
from plugins.talk_records.queries.talks import Found
from plugins.talk_records.wording import KIND_TITLES, NEED_TITLES, WAY_TITLES, NeedState

COLUMNS = (
    Column(_l("序号"), 5, int),
    Column(_l("类型"), 26),
    Column(_l("谈话一方"), 10),
    Column(_l("另一方"), 10),
    Column(_l("负责的单位"), 14),
    Column(_l("谈了没有"), 8),
    Column(_l("最近一次"), 12, date),
)


def as_cells(needs: Sequence[Need]) -> list[tuple[object, ...]]:
    """In the order of COLUMNS."""
    known = organisation().by_id
    return [
        (
            number,
            str(KIND_TITLES[need.kind]),
            need.first,
            need.second,
            known[need.below_id].name if need.below_id in known else "",
            how_far(need),
            need.talked_on,
        )
        for number, need in enumerate(needs, 1)
    ]


def how_far(need: Need) -> str:
    """In a word; with the reason where they need not."""
    if need.state is NeedState.WAIVED:
        return str(_("免谈：%(reason)s", reason=need.waived))
    return str(NEED_TITLES[need.state])


def as_words(found: Found, texts: Mapping[str, str]) -> dict[str, object]:
    """What the template names. Always Chinese, as the form is."""
    talk = found.talk
    return {
        **texts,
        "unit": organisation().by_id[talk.unit_id].name,
        "kind": str(KIND_TITLES[talk.kind]),
        "way": str(WAY_TITLES[talk.way]),
        "hosts": found.hosts,
        "subjects": found.subjects,
        "recorder": found.recorder or "",
        "day": spelt(found.day),
        "follow_up": spelt(talk.follow_up_on),
    }
