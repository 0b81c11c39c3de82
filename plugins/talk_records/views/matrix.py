"""三必谈: who must talk with whom, the table of it, and the lists behind its numbers."""

from collections import Counter
from dataclasses import dataclass
from typing import cast

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.contracts import Reference
from intranet.db import reads_first, start_writing
from intranet.documents import download, excel
from intranet.gate import enabled_plugins
from intranet.htmx import render
from intranet.permissions import me, requires
from intranet.plugins import collect
from intranet.web import number_asked
from plugins.talk_records import papers
from plugins.talk_records.models import Cycle
from plugins.talk_records.queries.needs import Need, cycles_of, of_cycle
from plugins.talk_records.queries.roster import order_of
from plugins.talk_records.services.exports import record_export
from plugins.talk_records.views.blueprint import bp, here
from plugins.talk_records.wording import Kind, NeedState

MUST = (Kind.CHIEF, Kind.MEMBERS, Kind.HEADS)
COUNTED = (NeedState.DONE, NeedState.OPEN, NeedState.WAIVED)


@dataclass(frozen=True, slots=True)
class Table:
    """The matrix: members down, members across and behind them the heads; a cell is a pair or nothing."""

    rows: list[tuple[int, str]]
    heads: list[tuple[int, str]]
    cells: dict[tuple[int, int], Need]
    counts: Counter[tuple[Kind, NeedState]]


def table_of(needs: list[Need], order: list[int]) -> Table:
    members: dict[int, str] = {}
    heads: dict[int, str] = {}
    cells: dict[tuple[int, int], Need] = {}
    counts: Counter[tuple[Kind, NeedState]] = Counter()
    for need in needs:
        members[need.first_id] = need.first
        other = heads if need.kind is Kind.HEADS else members
        other[need.second_id] = need.second
        cells[need.first_id, need.second_id] = cells[need.second_id, need.first_id] = need
        counts[need.kind, _state(need)] += 1
    for user_id in members:
        heads.pop(user_id, None)
    rows = sorted(members.items(), key=lambda member: order.index(member[0]))
    return Table(rows, list(heads.items()), cells, counts)


def _state(need: Need) -> NeedState:
    """As the table counts them: what is planned has not been talked yet."""
    return NeedState.OPEN if need.is_open else need.state


@bp.get("/matrix")
@requires("talk_records:overview")
def matrix() -> ResponseReturnValue:
    """一览."""
    cycles = cycles_of([here()])
    cycle = _chosen(cycles)
    needs = of_cycle(cycle) if cycle else []
    table = table_of(needs, order_of(here()))
    shown = {"cycles": cycles, "cycle": cycle, "table": table, "kinds": MUST, "needs": needs}
    return render("talk_records/matrix.html", "matrix", 200, **shown, meetings=_meetings_of(cycle))


def _meetings_of(cycle: Cycle | None) -> list[Reference]:
    """Before which the pairs of this round must have talked."""
    if cycle is None:
        return []
    asked = {"user": me(), "unit": here(), "day": cycle.starts_on}
    return cast("list[Reference]", collect("talk_records_meetings", enabled_plugins(here()), **asked))


@bp.get("/pairs")
@requires("talk_records:overview")
def pairs() -> ResponseReturnValue:
    """The list behind a number: pairs of a kind, talked or not, of one person or of all."""
    return pairs_page(_chosen_or_404())


def pairs_page(
    cycle: Cycle, status: int = 200, refused: frozenset[int] = frozenset(), refusal: object = ""
) -> ResponseReturnValue:
    """`refusal` stands with the pair that could not be waived."""
    kind, state, person = request.args.get("kind", ""), request.args.get("state", ""), number_asked("person")
    shown = [need for need in of_cycle(cycle) if _is_wanted(need, kind, state, person)]
    return render(
        "talk_records/pairs.html",
        "pairs",
        status,
        refused=refused,
        refusal=refusal,
        cycle=cycle,
        needs=shown,
        kind=kind,
        state=state,
        person=person,
        kinds=MUST,
    )


def _is_wanted(need: Need, kind: str, state: str, person: int) -> bool:
    if (kind and need.kind != kind) or (person and person not in need.people):
        return False
    return state not in COUNTED or state == _state(need)


@bp.post("/matrix.xlsx")
@requires("talk_records:overview")
@reads_first
def export() -> Response:
    """Who must talk with whom and when they did. No word of what was said: the page has none either."""
    cycle = _chosen_or_404()
    needs = of_cycle(cycle)
    title = _("%(name)s一览表", name=cycle.name)
    note = _("%(unit)s，%(due)s 之前谈完，共 %(n)s 对", unit=here().name, due=cycle.due_on, n=len(needs))
    content = excel.write(title, papers.COLUMNS, papers.as_cells(needs), note)
    start_writing()
    record_export(here(), cycle, by=me(), rows=len(needs))
    return download(content, f"{title}.xlsx")


def _chosen(cycles: list[Cycle]) -> Cycle | None:
    wanted = number_asked("cycle")
    if wanted:
        return next((cycle for cycle in cycles if cycle.id == wanted), None) or abort(404)
    return cycles[0] if cycles else None


def _chosen_or_404() -> Cycle:
    return _chosen(cycles_of([here()])) or abort(404)
