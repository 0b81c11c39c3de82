"""The form of a step: the fields it needs, whatever it is."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache, partial
from types import new_class
from typing import cast

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import Length, NumberRange, Optional

from intranet import clock
from intranet.contracts import Text
from intranet.forms import DayField, VersionField, trimmed
from intranet.models import Unit
from plugins.rectification.forms import (
    LONGEST_NOTE,
    PersonField,
    lines_of,
    measures_fit,
    not_past,
    not_too_far,
)
from plugins.rectification.models import Card, Measure
from plugins.rectification.queries.details import work_of
from plugins.rectification.services.needs import Draft, Verdict, Words, date_title
from plugins.rectification.stages import Need, Step
from plugins.rectification.wording import RESULT_TITLES, CheckResult

MOST_VOTES = 100_000
PUBLIC_DAYS = 7
FIELDS = {
    Need.MEASURES: ("measures",),
    Need.PERSON: ("person",),
    Need.DUE_ON: ("due_on",),
    Need.LATER: ("due_on",),
    Need.RESULT: ("result",),
    Need.EVIDENCE: ("no_files",),
    Need.ARTICLE: ("audience", "until", "title", "told", "seen"),
    Need.VERDICT: ("source", "satisfied", "fair", "unsatisfied"),
}
"""What a need asks for, beside the note."""
ASKED = frozenset({Need.NOTE, Need.PERSON, Need.DUE_ON, Need.LATER, Need.RESULT, Need.ARTICLE, Need.VERDICT})
"""What nothing but its fields can meet."""
FACTS = frozenset({Need.SOME_DONE, Need.ALL_DONE, Need.CHECKED, Need.PUBLIC_LONG_ENOUGH, Need.SATISFIED})
"""What no field can mend: it is done on the card, or waited for."""


def votes(label: Text) -> IntegerField:
    rules = [Optional(), NumberRange(0, MOST_VOTES, _l("票数填 0 到 100000。"))]
    return IntegerField(label, rules, render_kw={"inputmode": "numeric", "min": 0})


class StepForm(FlaskForm):
    """What a step asks for: of the fields each step has only those it needs."""

    stage = HiddenField()
    deed = HiddenField()
    version = VersionField()
    measures = TextAreaField(_l("整改措施"), [measures_fit], render_kw={"rows": 4}, filters=[trimmed])
    person = PersonField(_l("责任人"))
    due_on = DayField(_l("完成期限"), [Optional(), not_past, not_too_far])
    result = SelectField(
        _l("检查结果"), choices=[SelectChoice(kind.value, word) for kind, word in RESULT_TITLES.items()]
    )
    no_files = StringField(
        _l("没有佐证材料的理由"), [Length(max=200, message=_l("理由不超过 200 字。"))], filters=[trimmed]
    )
    audience = SelectField(_l("公示范围"), coerce=int, choices=[])
    until = DayField(_l("公示到"), [Optional(), not_past, not_too_far])
    title = StringField(
        _l("公示的问题"), [Length(max=200, message=_l("问题不超过 200 字。"))], filters=[trimmed]
    )
    told = TextAreaField(
        _l("公示的整改成效"),
        [Length(max=LONGEST_NOTE, message=_l("请精简到 4000 字以内。"))],
        render_kw={"rows": 3},
        filters=[trimmed],
    )
    seen = HiddenField()
    source = StringField(
        _l("评价出处"), [Length(max=200, message=_l("出处不超过 200 字。"))], filters=[trimmed]
    )
    satisfied = votes(_l("满意（票）"))
    fair = votes(_l("基本满意（票）"))
    unsatisfied = votes(_l("不满意（票）"))
    note = TextAreaField(
        _l("意见"),
        [Length(max=LONGEST_NOTE, message=_l("请精简到 4000 字以内。"))],
        render_kw={"rows": 3},
        filters=[trimmed],
    )

    lacking: list[str]
    """What the card itself lacks for the step, a sentence each."""
    still_open: list[Measure]

    @staticmethod
    def for_step(step: Step, card: Card, offers: "Offers") -> "StepForm":
        """As this person sees it first: what the card already says is filled in."""
        form = _class_for(frozenset(step.needs))(_sent(step), data=_first(step, card, offers))
        form.lacking, form.still_open = [], []
        form.note.label.text = step.note
        if "due_on" in form:
            form.due_on.label.text = date_title(step, card)
        form.offer(offers, card)
        form.mark(step, card)
        for field in form:  # several of these forms stand on one page
            field.id = field.label.field_id = f"{step.key}-{field.name}"
        return form

    def mark(self, step: Step, card: Card) -> None:
        """What must be filled in says so; whether it was, and why it must be, is the server's to say."""
        needs = ASKED & set(step.needs)
        if Need.MEASURES in step.needs and not work_of(card).measures:
            needs |= {Need.MEASURES}
        for name in (name for need in needs for name in FIELDS.get(need, ("note",)) if name != "seen"):
            field = self[name]
            field.flags.must, field.render_kw = True, {**(field.render_kw or {}), "aria-required": "true"}

    def offer(self, offers: "Offers", card: Card) -> None:
        if "person" in self:
            self.person.offer(offers.people, card.user_id)
        if "audience" in self:
            self.audience.choices = [SelectChoice(unit.id, unit.name) for unit in offers.audiences]

    def words(self) -> Words:
        return Words(
            note=self.note.data or "",
            measures=lines_of(self.measures.data) if "measures" in self else (),
            person_id=self.person.person_id if "person" in self else None,
            due_on=self.due_on.data if "due_on" in self else None,
            no_files=(self.no_files.data or "") if "no_files" in self else "",
            result=self._result() if "result" in self else None,
            draft=self._draft() if "audience" in self else None,
            verdict=self._verdict() if "source" in self else None,
        )

    def _result(self) -> CheckResult | None:
        """None for a word nobody offered: the form says so at its field."""
        return CheckResult(self.result.data) if self.result.data in set(CheckResult) else None

    def _draft(self) -> Draft | None:
        until, title, told = self.until.data, self.title.data, self.told.data
        if not (until and title and told):
            return None
        return Draft(self.audience.data, until, title, told, self.seen.data or "")

    def _verdict(self) -> Verdict | None:
        satisfied, fair, unsatisfied = self.satisfied.data, self.fair.data, self.unsatisfied.data
        if satisfied is None or fair is None or unsatisfied is None:
            return None
        is_counted = self.source.data and satisfied + fair + unsatisfied
        return Verdict(self.source.data or "", satisfied, fair, unsatisfied) if is_counted else None


@cache
def _class_for(needs: frozenset[Need]) -> type[StepForm]:
    """With only the fields of these needs: making all and taking most away again takes too long."""
    wanted = {name for need in needs for name in FIELDS.get(need, ())}
    unwanted = {name for names in FIELDS.values() for name in names} - wanted
    return cast("type[StepForm]", new_class("StepForm", (StepForm,), {}, partial(_without, unwanted)))


def _without(names: set[str], body: dict[str, object]) -> None:
    """A field that is None is none of the form's."""
    body |= dict.fromkeys(names)


class Offers:
    """What the forms of one card offer to choose from."""

    def __init__(self, people: Mapping[int, str], audiences: Iterable[Unit] = (), told: str = "") -> None:
        self.people, self.audiences, self.told = people, list(audiences), told


def _sent(step: Step) -> object:
    """What came with this request, if it was meant for this step."""
    meant = request.form.get("stage") == step.end.value and request.form.get("deed", "") == step.deed
    return request.form if meant else None


def _first(step: Step, card: Card, offers: Offers) -> dict[str, object]:
    """The claim begins with the date the office asked for; a delay or a new round has a date of its own."""
    data: dict[str, object] = {"stage": step.end.value, "deed": step.deed, "version": card.version}
    if step.name == "claim" and card.due_on and card.due_on >= clock.today():
        data["due_on"] = card.due_on
    if Need.ARTICLE in step.needs:
        data |= {
            "title": card.title,
            "told": offers.told,
            "until": clock.today() + timedelta(days=PUBLIC_DAYS),
            "audience": offers.audiences[0].id if offers.audiences else None,
        }
    return data
