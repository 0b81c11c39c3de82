"""The 整改台账 and the three lists, in the columns hospitals use: for the page and for Excel alike."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet import clock
from intranet.documents.excel import Column, heading_of
from intranet.models import Unit
from intranet.web import LANGUAGES, in_language
from intranet.wording import listed
from plugins.rectification.ledger_in import COLUMNS as COLUMNS_IN
from plugins.rectification.lights import words_of
from plugins.rectification.models import Event, Field, Measure
from plugins.rectification.queries.faces import Face
from plugins.rectification.queries.fields import Content, said
from plugins.rectification.queries.ledger import Entry
from plugins.rectification.rights import Rights
from plugins.rectification.stages import TITLES, Stage
from plugins.rectification.wording import SOURCE_TITLES, TERM_TITLES, EventKind, FieldKind, Sheet, Term

EXPORTED = 5000
"""As many cards as one file holds: a few seconds' work."""
LONG_COLUMN = 12
"""A column this wide holds sentences."""


@dataclass(frozen=True, slots=True)
class Line:
    """One card as a list tells it: what stands on its face, what hangs on it, and the units."""

    face: Face
    entry: Entry
    units: Mapping[int, Unit]
    rights: Rights

    @property
    def source_note(self) -> str:
        """For those who are told."""
        is_told = self.rights.is_confided(self.units[self.face.unit_id])
        return self.entry.card.source_note if is_told else ""

    @property
    def unit(self) -> str:
        return self.units[self.face.unit_id].name

    @property
    def helpers(self) -> str:
        return listed(unit.name for key, unit in self.units.items() if key in self.entry.helpers)

    def events(self, *wanted: Callable[[Event], bool]) -> str:
        """Those that are any of these, a line each."""
        told = [(event, name) for event, name in self.entry.events if any(is_one(event) for is_one in wanted)]
        return "\n".join(
            f"{clock.local(event.at):%Y-%m-%d} {' '.join(event.told) or event.words}" for event, _name in told
        )

    @property
    def closing(self) -> tuple[date | None, str]:
        """When it was closed and by whom; of a card that is open again nothing."""
        ends = [(event, name) for event, name in self.entry.events if _closes(event)]
        if self.face.stage is not Stage.CLOSED or not ends:
            return None, ""
        event, name = ends[-1]
        return clock.local(event.at).date(), name


def _is_progress(event: Event) -> bool:
    return event.kind is EventKind.PROGRESS


def _looks_back(event: Event) -> bool:
    return event.deed == "check" or event.from_stage is Stage.CLOSED


def _closes(event: Event) -> bool:
    return event.to_stage is Stage.CLOSED


Value = Callable[[Line], object]
COLUMNS: dict[Sheet, tuple[tuple[Column, Value], ...]] = {}
"""What each list shows of a card. Of the list of tasks these are the columns before the task itself."""

NUMBER = (Column(_l("编号"), 5), lambda line: line.face.number)
PROBLEM = (Column(_l("问题"), 24), lambda line: line.face.title)
CATEGORY = (Column(_l("类别"), 9), lambda line: str(line.entry.category))
SOURCE = (Column(_l("来源"), 7), lambda line: str(SOURCE_TITLES[line.face.source_kind]))
SOURCE_NOTE = (Column(_l("来源说明"), 12), lambda line: line.source_note)
GOAL = (Column(_l("整改目标"), 16), lambda line: line.entry.card.goal)
STANDARD = (Column(_l("完成标准"), 16), lambda line: line.entry.card.standard)
LEADER = (Column(_l("责任领导"), 7), lambda line: line.entry.leader)
UNIT = (Column(_l("责任部门"), 9), lambda line: line.unit)
HELPERS = (Column(_l("配合部门"), 9), lambda line: line.helpers)
PERSON = (Column(_l("责任人"), 7), lambda line: line.face.person)
TERM = (Column(_l("时限类型"), 9), lambda line: str(TERM_TITLES[line.face.term]))
OPENED = (Column(_l("登记日期"), 11, date), lambda line: clock.local(line.entry.card.opened_at).date())
STARTED = (Column(_l("启动时间"), 11, date), lambda line: line.entry.card.started_on)
DUE = (Column(_l("完成期限"), 11, date), lambda line: line.face.due_on)
STAGE = (Column(_l("所在环节"), 9), lambda line: str(TITLES[line.face.stage]))
LIGHT = (
    Column(_l("时限状态"), 9),
    lambda line: words_of(line.face.stage, line.face.due_on, clock.today()),
)
COLUMNS[Sheet.LEDGER] = (
    NUMBER,
    PROBLEM,
    CATEGORY,
    (Column(_l("专项整治"), 10), lambda line: listed(line.entry.drives)),
    SOURCE,
    SOURCE_NOTE,
    GOAL,
    (Column(_l("整改措施"), 34), lambda line: _measures(line.entry)),
    STANDARD,
    LEADER,
    UNIT,
    HELPERS,
    PERSON,
    TERM,
    OPENED,
    STARTED,
    DUE,
    (Column(_l("进展情况"), 26), lambda line: line.events(_is_progress)),
    STAGE,
    LIGHT,
    (Column(_l("公示情况"), 12), lambda line: _publication(line.entry)),
    (Column(_l("群众评价"), 12), lambda line: _verdict(line.entry)),
    (Column(_l("销号日期"), 11, date), lambda line: line.closing[0]),
    (Column(_l("销号人"), 7), lambda line: line.closing[1]),
    (Column(_l("回头看情况"), 18), lambda line: line.events(_looks_back)),
)
COLUMNS[Sheet.PROBLEMS] = (
    NUMBER,
    PROBLEM,
    CATEGORY,
    SOURCE,
    SOURCE_NOTE,
    GOAL,
    UNIT,
    OPENED,
    STAGE,
)
COLUMNS[Sheet.TASKS] = (NUMBER, PROBLEM, UNIT)
COLUMNS[Sheet.DUTIES] = (
    NUMBER,
    PROBLEM,
    LEADER,
    UNIT,
    HELPERS,
    PERSON,
    STANDARD,
    TERM,
    STARTED,
    DUE,
    STAGE,
    LIGHT,
)
TASK_COLUMNS = (
    Column(_l("任务（整改措施）"), 22),
    Column(_l("具体步骤"), 22),
    Column(_l("责任人"), 7),
    Column(_l("完成期限"), 11, date),
    Column(_l("完成日期"), 11, date),
)


def columns_of(sheet: Sheet) -> list[Column]:
    """With a running number first."""
    own = [column for column, _value in COLUMNS[sheet]]
    return [Column(_l("序号"), 5, int), *own, *(TASK_COLUMNS if sheet is Sheet.TASKS else ())]


def is_of_ledger(name: str) -> bool:
    """Whether a list has a column of its own that is read under this name, in any language."""
    columns = [*COLUMNS_IN, *(column for sheet in Sheet for column in columns_of(sheet))]
    words = {word for column in COLUMNS_IN for word in column.also}
    for language in LANGUAGES:
        with in_language(language):
            words |= {str(column.heading) for column in columns}
    return heading_of(name) in map(heading_of, words)


def column_of(field: Field) -> Column:
    """Of a field a unit has added; it stands behind the others, its name on one line if that is short."""
    kinds = {FieldKind.NUMBER: float, FieldKind.DATE: date}
    return Column(field.name, min(max(2 * len(field.name) + 4, 10), 24), kinds.get(field.kind, str))


def cell_of(field: Field, content: Content) -> object:
    """Numbers and days stay what they are."""
    return content if field.kind in {FieldKind.NUMBER, FieldKind.DATE} else said(field.kind, content)


def told_once(
    rows: Iterable[tuple[Face, object]], fields: Collection[Field], own: Mapping[tuple[int, int], Content]
) -> Iterator[tuple[object, ...]]:
    """The own fields behind each row; a number only behind the first of a card, so that a sum is right."""
    before: set[int] = set()
    for face, _cells in rows:
        is_first = face.id not in before
        before.add(face.id)
        told = {field.id for field in fields if is_first or field.kind is not FieldKind.NUMBER}
        yield tuple(
            cell_of(field, own.get((face.id, field.id)) if field.id in told else None) for field in fields
        )


def rows_of(
    sheet: Sheet,
    faces: Iterable[Face],
    entries: Mapping[int, Entry],
    units: Mapping[int, Unit],
    rights: Rights,
) -> list[tuple[Face, tuple[object, ...]]]:
    """Each with the card it is about. A card opened while this is read has no entry yet and waits."""
    told = [Line(face, entries[face.id], units, rights) for face in faces if face.id in entries]
    cells = [(line.face, values) for line in told for values in _cells(sheet, line)]
    return [(face, (number, *values)) for number, (face, values) in enumerate(cells, 1)]


def _cells(sheet: Sheet, line: Line) -> Iterator[tuple[object, ...]]:
    """A row a card; of the list of tasks a row a measure and a row a step. A day of checking ends none."""
    first = tuple(value(line) for _column, value in COLUMNS[sheet])
    if sheet is not Sheet.TASKS:
        yield first
        return
    lasts = line.face.term is Term.LASTING
    for measure, owner in line.entry.measures:
        texts = ("", measure.text) if measure.parent_id else (measure.text, "")
        due = measure.due_on or (str(TERM_TITLES[Term.LASTING]) if lasts else line.face.due_on)
        yield (*first, *texts, owner or line.face.person, due, measure.done_on)


def _measures(entry: Entry) -> str:
    """Numbered; a step after a dash under its measure."""
    lines, number = [], 0
    for measure, _owner in entry.measures:
        number += not measure.parent_id
        lines.append(f"  — {_done(measure)}" if measure.parent_id else f"{number}. {_done(measure)}")
    return "\n".join(lines)


def _done(measure: Measure) -> str:
    return f"{measure.text}{_('（%(day)s 完成）', day=measure.done_on) if measure.done_on else ''}"


def _publication(entry: Entry) -> str:
    shown = entry.publication
    return str(_("%(start)s 至 %(end)s", start=shown.starts_on, end=shown.ends_on)) if shown else ""


def _verdict(entry: Entry) -> str:
    shown = entry.publication
    if shown is None or not shown.votes:
        return ""
    told = _(
        "满意 %(satisfied)s、基本满意 %(fair)s、不满意 %(unsatisfied)s（%(source)s）",
        satisfied=shown.satisfied,
        fair=shown.fair,
        unsatisfied=shown.unsatisfied,
        source=shown.verdict_source,
    )
    return str(told)
