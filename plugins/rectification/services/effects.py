"""What each step changes on the card, beside where it is. A step that is not named changes nothing else."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date

from intranet import clock
from intranet.models import User
from intranet.organisation import organisation
from plugins.rectification.models import Card
from plugins.rectification.services.needs import Words
from plugins.rectification.stages import Stage, Step
from plugins.rectification.wording import CheckResult, told_of_check

Effect = Callable[[Card, Words, User], dict[str, object]]
DECIDED: dict[str, object] = {"extension_on": None, "extension_by": None}


def after(card: Card, step: Step, words: Words, by: User) -> dict[str, object]:
    """The card's columns as they are once the step is taken."""
    values: dict[str, object] = {} if step.stays else {"stage": step.end, "stage_since": clock.now()}
    if _drops_wish(step):
        values |= DECIDED
    return values | EFFECTS.get(step.name, _nothing)(card, words, by)


def _drops_wish(step: Step) -> bool:
    """Who asks to close no longer asks for more time."""
    return step.start is Stage.IN_PROGRESS and not step.stays


def changes_of(card: Card, step: Step, words: Words) -> list[list[str]]:
    """What the history says about it, read before the card is changed."""
    dropped = card.extension_on if _drops_wish(step) else None
    return [*([["extension dropped", "", str(dropped)]] if dropped else []), *_changes_of(card, step, words)]


def _changes_of(card: Card, step: Step, words: Words) -> list[list[str]]:
    if step.name in {"ask_extension", "extend"}:
        wish = words.due_on if step.name == "ask_extension" else card.extension_on
        which = "extension" if step.name == "ask_extension" else "due_on"
        return [[which, str(card.due_on), str(wish)]]
    if step.name == "check":
        return [[told_of_check(words.result), "", ""], ["next check", "", str(_next_check(card, words))]]
    if step.name in {"redo", "relapse"}:
        return [["round", str(card.round), str(card.round + 1)]]
    if words.no_files.strip():
        return [["no files", "", words.no_files.strip()]]
    return _told_publicly(words)


def _told_publicly(words: Words) -> list[list[str]]:
    if words.draft:
        audience = organisation().by_id[words.draft.audience_id].name
        return [["published", audience, str(words.draft.until)]]
    if words.verdict:
        counts = (words.verdict.satisfied, words.verdict.fair, words.verdict.unsatisfied)
        return [["verdict", words.verdict.source, " / ".join(map(str, counts))]]
    return []


def _nothing(_card: Card, _words: Words, _by: User) -> dict[str, object]:
    return {}


def _claim(_card: Card, words: Words, by: User) -> dict[str, object]:
    return {"user_id": words.person_id, "due_on": words.due_on, "claimed_by": by.id}


def _approve(card: Card, _words: Words, _by: User) -> dict[str, object]:
    return {"started_on": card.started_on or clock.today()}


def _report_stage(_card: Card, _words: Words, _by: User) -> dict[str, object]:
    return {"staged_on": clock.today()}


def _ask_extension(_card: Card, words: Words, by: User) -> dict[str, object]:
    return {"extension_on": words.due_on, "extension_by": by.id}


def _extend(card: Card, _words: Words, _by: User) -> dict[str, object]:
    return {"due_on": card.extension_on, **DECIDED}


def _refuse_extension(_card: Card, _words: Words, _by: User) -> dict[str, object]:
    return dict(DECIDED)


def _check(card: Card, words: Words, _by: User) -> dict[str, object]:
    return {"checked_on": clock.today(), "due_on": _next_check(card, words)}


def _ask_closing(_card: Card, _words: Words, by: User) -> dict[str, object]:
    return {"asked_by": by.id}


def _accept(_card: Card, _words: Words, by: User) -> dict[str, object]:
    return {"accepted_by": by.id}


def _redo(card: Card, words: Words, _by: User) -> dict[str, object]:
    return {"round": card.round + 1, "due_on": words.due_on, "staged_on": None, "checked_on": None}


def _relapse(card: Card, _words: Words, _by: User) -> dict[str, object]:
    return {"round": card.round + 1, "due_on": None, "staged_on": None, "checked_on": None}


EFFECTS: Mapping[str, Effect] = {
    "claim": _claim,
    "approve": _approve,
    "report_stage": _report_stage,
    "ask_extension": _ask_extension,
    "extend": _extend,
    "refuse_extension": _refuse_extension,
    "check": _check,
    "ask_closing": _ask_closing,
    "accept": _accept,
    "redo": _redo,
    "relapse": _relapse,
}


def _next_check(card: Card, words: Words) -> date:
    """So many months from today, the next month after a bad one; the last day of one that is too short."""
    is_weak = words.result is CheckResult.WEAK
    return months_later(clock.today(), 1 if is_weak else card.check_months or 1)


def months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
