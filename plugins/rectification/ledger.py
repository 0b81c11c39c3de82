"""The 整改台账 as an Excel table, in the columns hospitals use."""

from collections.abc import Iterable, Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet import clock
from intranet.documents.excel import Column
from intranet.models import Unit
from plugins.rectification.lights import words_of
from plugins.rectification.models import CATEGORY_TITLES, SOURCE_TITLES, Measure
from plugins.rectification.queries.ledger import Entry
from plugins.rectification.queries.listing import Face
from plugins.rectification.stages import TITLES, Stage

EXPORTED = 5000
"""As many cards as one file holds: a few seconds' work."""

COLUMNS = (
    Column(_l("序号"), 5, int),
    Column(_l("编号"), 5),
    Column(_l("问题"), 22),
    Column(_l("类别"), 8),
    Column(_l("来源"), 7),
    Column(_l("整改目标"), 14),
    Column(_l("整改措施"), 28),
    Column(_l("责任领导"), 8),
    Column(_l("责任部门"), 10),
    Column(_l("责任人"), 8),
    Column(_l("登记日期"), 11, date),
    Column(_l("完成期限"), 11, date),
    Column(_l("进展情况"), 22),
    Column(_l("所在环节"), 8),
    Column(_l("时限状态"), 9),
    Column(_l("销号日期"), 11, date),
)


def as_cells(
    faces: Iterable[Face], entries: Mapping[int, Entry], units: Mapping[int, Unit]
) -> list[tuple[object, ...]]:
    """In the order of COLUMNS. A card opened while this is read has no entry yet and waits."""
    told = [(face, entries[face.id]) for face in faces if face.id in entries]
    return [(number, *_cells(face, entry, units)) for number, (face, entry) in enumerate(told, 1)]


def _cells(face: Face, entry: Entry, units: Mapping[int, Unit]) -> tuple[object, ...]:
    return (
        face.number,
        face.title,
        str(CATEGORY_TITLES[face.category]),
        str(SOURCE_TITLES[face.source_kind]),
        entry.goal,
        "\n".join(_told(number, measure) for number, measure in enumerate(entry.measures, 1)),
        entry.leader,
        units[face.unit_id].name,
        face.person,
        clock.local(entry.opened_at).date(),
        face.due_on,
        "\n".join(f"{clock.local(event.at):%Y-%m-%d} {event.note}" for event in entry.progress),
        str(TITLES[face.stage]),
        words_of(face.stage, face.due_on, clock.today()),
        clock.local(face.stage_since).date() if face.stage is Stage.CLOSED else None,
    )


def _told(number: int, measure: Measure) -> str:
    done = _("（%(day)s 完成）", day=measure.done_on) if measure.done_on else ""
    return f"{number}. {measure.text}{done}"
