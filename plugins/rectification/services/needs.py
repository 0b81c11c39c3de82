"""What a step asks for, and the sentence for what is lacking."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet import clock
from intranet.contracts import Text
from intranet.wording import listed
from plugins.rectification.models import Card, Measure
from plugins.rectification.queries.details import has_evidence, last_check, open_measures, work_of
from plugins.rectification.queries.publications import current
from plugins.rectification.services.dates import ending_after
from plugins.rectification.stages import Need, Step
from plugins.rectification.wording import CheckResult, Term, told_of_check

LEAST_SATISFIED = 60
"""Of a hundred: below it the work is done again. Fairly satisfied counts as satisfied."""

MISSING: Mapping[Need, Text] = {
    Need.NOTE: _l("请写明“%(note)s”。"),
    Need.MEASURES: _l("请至少写一条整改措施。"),
    Need.PERSON: _l("请选责任人。"),
    Need.DUE_ON: _l("请填%(date)s。"),
    Need.LATER: _l("请填延期到哪一天，要晚于现在的期限 %(due)s。"),
    Need.SOME_DONE: _l("还没有完成任何措施，请先在卡片上勾选完成。"),
    Need.ALL_DONE: _l("本轮还没有措施，请先在卡片上写明措施，再逐条完成。"),
    Need.CHECKED: _l("长期坚持的卡片至少检查过一次、最近一次检查没有“未到位”，才能申请销号。"),
    Need.EVIDENCE: _l("本轮还没有佐证材料，请先在卡片上传，或写明为什么没有。"),
    Need.RESULT: _l("请选检查结果。"),
    Need.ARTICLE: _l("请填公示到哪一天、公示的问题和整改成效。"),
    Need.VERDICT: _l("请填评价出处和三种票数，合计至少一票。"),
    Need.PUBLIC_LONG_ENOUGH: _l("公示到 %(ends)s 才期满，期满以后再销号。"),
    Need.SATISFIED: _l("还没有记群众评价，或满意和基本满意合计不到六成；不到六成的请返工。"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be published. `seen`: which preview the person has looked at."""

    audience_id: int
    until: date
    title: str
    told: str
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many were satisfied, as counted where `source` says."""

    source: str
    satisfied: int
    fair: int
    unsatisfied: int


@dataclass(frozen=True, slots=True)
class Words:
    """What a person sends along with a step."""

    note: str = ""
    measures: tuple[str, ...] = ()
    person_id: int | None = None
    due_on: date | None = None
    result: CheckResult | None = None
    no_files: str = ""
    draft: Draft | None = None
    verdict: Verdict | None = None


MET: Mapping[Need, Callable[[Card, Words], bool]] = {
    Need.NOTE: lambda _card, words: bool(words.note.strip()),
    Need.MEASURES: lambda card, words: bool(words.measures) or work_of(card).measures > 0,
    Need.PERSON: lambda _card, words: words.person_id is not None,
    Need.DUE_ON: lambda _card, words: words.due_on is not None,
    Need.LATER: lambda card, words: words.due_on is not None and words.due_on > (card.due_on or date.min),
    Need.SOME_DONE: lambda card, _words: work_of(card).done > 0,
    Need.ALL_DONE: lambda card, _words: _is_all_done(card),
    Need.CHECKED: lambda card, _words: card.term is not Term.LASTING or _is_held(card),
    Need.EVIDENCE: lambda card, words: bool(words.no_files.strip()) or has_evidence(card),
    Need.RESULT: lambda _card, words: words.result is not None,
    Need.ARTICLE: lambda _card, words: words.draft is not None,
    Need.VERDICT: lambda _card, words: words.verdict is not None,
    Need.PUBLIC_LONG_ENOUGH: lambda card, _words: _is_over(card),
    Need.SATISFIED: lambda card, _words: _is_satisfied(card),
}


def missing(card: Card, step: Step, words: Words) -> dict[Need, str]:
    """What the step still needs, with a sentence each."""
    lacking = [need for need in step.needs if not MET[need](card, words)]
    if not lacking:
        return _too_early(card, step, words)
    date_of = date_title(step, card)
    shown = {"note": step.note, "date": date_of, "due": card.due_on, "ends": _ends(card, step)}
    found = {need: str(MISSING[need]) % shown for need in lacking}
    if Need.ALL_DONE in found and (left := open_measures(card)):
        found[Need.ALL_DONE] = _still_open(left)
    return found


def date_title(step: Step, card: Card) -> Text:
    """What the day this step asks for is called: of what lasts, claimed, that of its first check."""
    is_first_check = step.name == "claim" and card.term is Term.LASTING
    return _l("首次检查日期") if is_first_check else step.date


def _too_early(card: Card, step: Step, words: Words) -> dict[Need, str]:
    """A deadline before the days its measures have already."""
    later = ending_after(card, words.due_on) if Need.DUE_ON in step.needs else ""
    sentence = _("有措施的期限更晚：%(measures)s。请改晚期限，或先改措施。", measures=later)
    return {Need.DUE_ON: str(sentence)} if later else {}


def _still_open(left: Sequence[Measure]) -> str:
    """Names them, as the form of the step does with links."""
    words = {"n": len(left), "measures": listed(measure.text for measure in left)}
    return str(_("还有 %(n)s 条措施没有完成：%(measures)s。请先在卡片上逐条勾选完成。", **words))


def _ends(card: Card, step: Step) -> date | None:
    found = current(card) if Need.PUBLIC_LONG_ENOUGH in step.needs else None
    return found.ends_on if found else None


def _is_all_done(card: Card) -> bool:
    work = work_of(card)
    return work.measures > 0 and not work.left


def _is_held(card: Card) -> bool:
    """Checked in this round, and the last time it was as it should be."""
    return card.checked_on is not None and last_check(card) != told_of_check(CheckResult.WEAK)


def _is_over(card: Card) -> bool:
    found = current(card)
    return found is not None and found.ends_on < clock.today()


def _is_satisfied(card: Card) -> bool:
    found = current(card)
    return found is not None and found.votes > 0 and found.percent >= LEAST_SATISFIED
