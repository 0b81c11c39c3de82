"""完成期限, one within the other: a step ends with its measure at the latest, a measure with its card."""

from datetime import date

from flask_babel import gettext as _

from intranet.wording import listed
from plugins.rectification.models import Card, Measure
from plugins.rectification.queries.details import measure_of, open_measures
from plugins.rectification.stages import Stage
from plugins.rectification.wording import Term


def last_day(card: Card) -> date | None:
    """For its measures. None before the claim, which sets it, and of what lasts, due to be checked."""
    is_bound = card.stage is not Stage.UNCLAIMED and card.term is not Term.LASTING
    return card.due_on if is_bound else None


def too_late(card: Card, due_on: date | None, above: Measure | None = None) -> str:
    """Why no measure of the card, or no step of the measure `above`, may end that day; empty: one may."""
    last = last_day(card)
    if due_on and above and above.due_on and due_on > above.due_on:
        return str(_("步骤的期限不能晚于措施的期限 %(due)s。", due=above.due_on))
    if due_on and last and due_on > last:
        return str(_("不能晚于卡片的完成期限 %(due)s；确实做不完，请先申请延期。", due=last))
    return ""


def wrong_day(card: Card, measure: Measure, due_on: date | None) -> str:
    """Why this measure or step may not be given that day. What it has already it may keep."""
    if due_on is None or due_on == measure.due_on:
        return ""
    later = [step for step in _ending_after(card, due_on) if step.parent_id == measure.id]
    if later:
        return str(_("有步骤的期限更晚，请先改步骤：%(steps)s。", steps=_named(later)))
    above = measure_of(card, measure.parent_id) if measure.parent_id else None
    return too_late(card, due_on, above)


def ending_after(card: Card, due_on: date | None) -> str:
    """The measures, by name, that would end after the card, were this its deadline; empty: none."""
    return _named(_ending_after(card, due_on)) if due_on and card.term is not Term.LASTING else ""


def _ending_after(card: Card, due_on: date) -> list[Measure]:
    return [measure for measure in open_measures(card) if measure.due_on and measure.due_on > due_on]


def _named(measures: list[Measure]) -> str:
    return listed(f"{measure.text}（{measure.due_on}）" for measure in measures)
