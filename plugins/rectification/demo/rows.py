"""The rows of the demonstration's cards: the card, its measures, its history, what was published of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from intranet import clock
from plugins.rectification.demo import texts
from plugins.rectification.demo.files import NAMES
from plugins.rectification.demo.plots import RECENT, TOLD_IN_FULL, Cast, Plot, has_evidence, reached
from plugins.rectification.models import Measure
from plugins.rectification.stages import Stage
from plugins.rectification.wording import EventKind, Term

WAY = tuple(Stage)
SHORT = frozenset({Stage.UNCLAIMED, Stage.CLOSING_ASKED, Stage.CLOSED})
FIRST_ROUND = timedelta(days=150)
PROMISING = frozenset({Stage.IN_PROGRESS, Stage.CLOSING_ASKED, Stage.ACCEPTED})


# The card ------------------------------------------------------------------------------------------


def card(plot: Plot, cast: Cast) -> dict[str, object]:
    claimed = plot.stage is not Stage.UNCLAIMED
    worked = reached(plot.stage) >= reached(Stage.IN_PROGRESS)
    responsible = cast.of(plot.unit, plot.number)
    return {
        "unit_id": plot.unit.id,
        "title": plot.sample.title,
        "category": plot.sample.category.value,
        "source_kind": plot.sample.source,
        "source_note": texts.SOURCE_NOTES[plot.sample.source],
        "goal": texts.GOAL,
        "standard": texts.STANDARD,
        "term": plot.term,
        "check_months": 3 if plot.term is Term.LASTING else None,
        "user_id": responsible if claimed else None,
        "leader_id": cast.leader,
        "started_on": _day(plot, Stage.IN_PROGRESS) if worked else None,
        "due_on": plot.due_on,
        "stage": plot.stage,
        "round": 2 if plot.is_again else 1,
        "version": 1 + reached(plot.stage),
        "opened_by": cast.office,
        "opened_at": plot.opened_at - (FIRST_ROUND if plot.is_again else timedelta()),
        "stage_since": plot.since,
        "claimed_by": responsible if claimed else None,
        **_who_judged(plot, cast),
        **_under_way(plot, cast),
    }


def _who_judged(plot: Plot, cast: Cast) -> dict[str, object]:
    asked = reached(plot.stage) >= reached(Stage.CLOSING_ASKED)
    accepted = reached(plot.stage) >= reached(Stage.ACCEPTED)
    return {
        "asked_by": cast.of(plot.unit, plot.number) if asked else None,
        "accepted_by": cast.leader if accepted else None,
    }


def _under_way(plot: Plot, cast: Cast) -> dict[str, object]:
    """What happens to a card while it is worked on."""
    last = clock.local(plot.since).date()
    return {
        "staged_on": last if plot.is_staged else None,
        "checked_on": last if plot.term is Term.LASTING else None,
        "extension_on": plot.extension_on,
        "extension_by": cast.of(plot.unit, plot.number) if plot.extension_on else None,
    }


def _day(plot: Plot, stage: Stage) -> date:
    return clock.local(plot.reached(stage)).date()


def helpers(card_id: int, plot: Plot, cast: Cast) -> Iterator[dict[str, object]]:
    """Every third recent problem needs another department: one that serves the wards."""
    others = [unit_id for unit_id in cast.serving if unit_id != plot.unit.id]
    if plot.number < RECENT and plot.number % 3 == 0 and others:
        yield {"card_id": card_id, "unit_id": others[plot.number % len(others)]}


def _first_round(plot: Plot) -> Plot:
    """Of a card that came back: closed a month before."""
    return replace(plot, stage=Stage.CLOSED, since=plot.opened_at - timedelta(days=30))


# Its measures --------------------------------------------------------------------------------------


def measures(card_id: int, plot: Plot, cast: Cast) -> Iterator[dict[str, object]]:
    """Of a card that came back those of the first round, all done, and then the new ones."""
    if plot.is_again:
        yield from _measures(card_id, _first_round(plot), cast, 1)
    if plot.stage is not Stage.UNCLAIMED or plot.number % 4 == 0:
        yield from _measures(card_id, plot, cast, 2 if plot.is_again else 1)


def _measures(card_id: int, plot: Plot, cast: Cast, turn: int) -> Iterator[dict[str, object]]:
    worker, last = cast.of(plot.unit, plot.number), min(plot.stage, Stage.CLOSING_ASKED, key=reached)
    first = 1 + (turn - 1) * len(plot.sample.measures)
    for position, text in enumerate(plot.sample.measures):
        is_done = position < plot.done
        yield {
            "card_id": card_id,
            "parent_id": None,
            "round": turn,
            "position": first + position,
            "text": text if turn == 1 else f"再次{text}",
            "user_id": None,
            "due_on": plot.due_on,
            "done_on": _day(plot, last) if is_done else None,
            "done_by": worker if is_done else None,
            "version": 1,
        }


def parts_of(measure: Measure) -> Iterator[dict[str, object]]:
    """The steps of a measure: done with it, or not yet."""
    for position, text in enumerate(texts.STEPS, start=1):
        yield {
            "card_id": measure.card_id,
            "parent_id": measure.id,
            "round": measure.round,
            "position": position,
            "text": text,
            "user_id": measure.done_by,
            "due_on": measure.due_on,
            "done_on": measure.done_on,
            "done_by": measure.done_by,
            "version": 1,
        }


# Its history ---------------------------------------------------------------------------------------


def events(card_id: int, plot: Plot, cast: Cast) -> Iterator[dict[str, object]]:
    """The way here, a step every few days, the last one when the card came to its stage."""
    if plot.is_again:
        yield from _way(card_id, _first_round(plot), cast)
        relapse = _event(card_id, plot.opened_at, cast.supervisor, EventKind.MOVED)
        told = {"note": texts.RELAPSED, "changes": [["round", "1", "2"]]}
        yield relapse | told | {"from_stage": Stage.CLOSED, "to_stage": Stage.UNCLAIMED}
    yield from _way(card_id, plot, cast)
    if plot.is_worked_on:
        yield from _told(card_id, plot, cast)


def _way(card_id: int, plot: Plot, cast: Cast) -> Iterator[dict[str, object]]:
    way = WAY[: reached(plot.stage) + 1]
    for step, stage in enumerate(way):
        is_left_out = plot.number >= TOLD_IN_FULL and stage not in SHORT and stage is not plot.stage
        if is_left_out or (plot.is_again and not step):
            continue
        at, mover = plot.reached(stage), _mover(plot, stage, cast)
        if stage is Stage.CLOSING_ASKED and has_evidence(plot):
            added = [["file added", "", name] for name in NAMES]
            yield _event(card_id, at, mover, EventKind.EVIDENCE) | {"changes": added}
        event = _event(card_id, at, mover, EventKind.MOVED if step else EventKind.OPENED)
        yield event | {
            "from_stage": way[step - 1] if step else None,
            "to_stage": stage,
            "note": texts.EVIDENCE if stage is Stage.CLOSING_ASKED else "",
        }


def _mover(plot: Plot, end: Stage, cast: Cast) -> int:
    """Who took the step into this stage."""
    if end is Stage.ACCEPTED:
        return cast.leader
    if end is Stage.REVIEWED:
        return cast.supervisor if plot.number % 2 else cast.office
    if end in {Stage.UNCLAIMED, Stage.IN_PROGRESS, Stage.PUBLISHED, Stage.CLOSED}:
        return cast.office
    return cast.of(plot.unit, plot.number)


def _told(card_id: int, plot: Plot, cast: Cast) -> Iterator[dict[str, object]]:
    """What is said of a card while it is worked on."""
    worker = cast.of(plot.unit, plot.number)
    progress = _event(card_id, plot.since, worker, EventKind.PROGRESS)
    yield progress | {"note": texts.PROGRESS[plot.number % len(texts.PROGRESS)]}
    by_worker = _event(card_id, plot.since, worker, EventKind.MOVED)
    if plot.is_staged:
        yield _deed("report_stage", by_worker, texts.STAGED)
    if plot.term is Term.LASTING:
        by_supervisor = _event(card_id, plot.since, cast.supervisor, EventKind.MOVED)
        told = [["check held", "", ""], ["next check", "", str(plot.due_on)]]
        yield _deed("check", by_supervisor, texts.CHECKED, told)
    if plot.extension_on:
        told = [["extension", str(plot.due_on), str(plot.extension_on)]]
        yield _deed("ask_extension", by_worker, texts.EXTENSION, told)


def _deed(
    deed: str, row: dict[str, object], note: str, changes: Sequence[list[str]] = ()
) -> dict[str, object]:
    """A step that left the card where it is."""
    here = {"from_stage": Stage.IN_PROGRESS, "to_stage": Stage.IN_PROGRESS}
    return row | here | {"deed": deed, "note": note, "changes": list(changes)}


def _event(card_id: int, at: datetime, user_id: int, kind: EventKind) -> dict[str, object]:
    row = {"card_id": card_id, "at": at, "user_id": user_id, "kind": kind, "deed": ""}
    return row | {"from_stage": None, "to_stage": None, "note": "", "changes": []}


# What was published --------------------------------------------------------------------------------


def publications(card_id: int, plot: Plot, cast: Cast) -> Iterator[dict[str, object]]:
    """A week; the people were asked once it was over, or a few days into it."""
    if not plot.is_published:
        return
    starts = _day(plot, Stage.PUBLISHED)
    is_judged = plot.stage is Stage.CLOSED or plot.number % 2 == 0
    satisfied = 18 + plot.number % 9
    yield {
        "card_id": card_id,
        "audience_id": cast.hospital,
        "round": 1,
        "title": plot.sample.title,
        "unit": plot.unit.name,
        "leader": cast.leader_name,
        "measures": list(plot.sample.measures),
        "result": texts.EVIDENCE,
        "starts_on": starts,
        "ends_on": starts + timedelta(days=7) if is_judged else clock.today() + timedelta(days=4),
        "withdrawn_on": None,
        "published_by": cast.office,
        "satisfied": satisfied if is_judged else None,
        "fair": 3 if is_judged else None,
        "unsatisfied": plot.number % 3 if is_judged else None,
        "verdict_source": texts.VERDICT if is_judged else None,
    }


def commitment(measure: Measure, plot: Plot, cast: Cast) -> dict[str, object]:
    """A measure that was promised when its plan was approved."""
    return {
        "card_id": measure.card_id,
        "measure_id": measure.id,
        "audience_id": cast.hospital,
        "title": plot.sample.title,
        "text": measure.text,
        "unit": plot.unit.name,
        "leader": cast.leader_name,
        "due_on": measure.due_on or clock.today(),
        "published_on": _day(plot, Stage.IN_PROGRESS),
        "published_by": cast.office,
        "withdrawn_on": None,
    }
