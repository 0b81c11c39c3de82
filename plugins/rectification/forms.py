"""What people fill in. Only the shape is checked here; the rules are the services'."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from intranet import clock
from intranet.contracts import Text
from intranet.forms import VersionField
from plugins.rectification.models import CATEGORY_TITLES, SOURCE_TITLES, Card, Category, SourceKind
from plugins.rectification.services.cards import Facts
from plugins.rectification.services.measures import Wording
from plugins.rectification.services.moving import Words
from plugins.rectification.stages import Need, Step

Kind = TypeVar("Kind", bound=StrEnum)
LONGEST_NOTE = 4000
LONGEST_YEARS = 20
LONGEST_MEASURE = 500
BULLET = re.compile(r"^\s*(?:[-*·•]|[（(]?\d{1,2}[）)、.．])\s*")


def _choices(titles: Mapping[Kind, Text]) -> list[SelectChoice]:
    return [SelectChoice(kind.value, title) for kind, title in titles.items()]


def _trimmed(text: str | None) -> str:
    return (text or "").strip()


def lines_of(text: str | None) -> tuple[str, ...]:
    """One measure a line; numbers and bullets in front are dropped."""
    lines = (BULLET.sub("", line).strip() for line in (text or "").splitlines())
    return tuple(line for line in lines if line)


def not_past(_form: FlaskForm, field: DateField) -> None:
    """A deadline that is over before it begins helps nobody."""
    if field.data and field.data < clock.today():
        raise ValidationError(_l("期限不能早于今天。"))


def not_too_far(_form: FlaskForm, field: DateField) -> None:
    """A year with a figure too many is soon typed."""
    last = clock.today().year + LONGEST_YEARS
    if field.data and field.data.year > last:
        raise ValidationError(_l("期限太远，请检查年份，最远到 %(year)s 年。", year=last))


class PersonField(SelectField):
    """A person by id, or nobody."""

    def __init__(self, label: Text, **options: Any) -> None:  # noqa: ANN401 - the field's own
        super().__init__(label, coerce=_person_id, choices=[], **options)

    def offer(
        self, people: Iterable[tuple[int, str]], chosen: int | None = None, name: str | None = None
    ) -> None:
        """Sets the choices. Who is `chosen` already stays one, even after leaving the unit."""
        names = dict(people)
        if chosen and name:
            names.setdefault(chosen, name)
        self.choices = [SelectChoice("", _l("请选择"))]
        self.choices += [SelectChoice(key, word) for key, word in names.items()]
        if not self.raw_data:
            self.data = chosen or ""

    @property
    def person_id(self) -> int | None:
        return self.data or None


def _person_id(value: object) -> int | str:
    text = str(value or "")
    return int(text) if text.isdecimal() else ""


class CardForm(FlaskForm):
    """A problem to be put right."""

    title = StringField(
        _l("问题"),
        [DataRequired(_l("请写明问题。")), Length(max=200, message=_l("问题不超过 200 字。"))],
        filters=[_trimmed],
    )
    unit = SelectField(_l("责任部门"), [InputRequired(_l("请选责任部门。"))])
    category = SelectField(_l("类别"), choices=_choices(CATEGORY_TITLES))
    source_kind = SelectField(_l("来源"), choices=_choices(SOURCE_TITLES))
    goal = TextAreaField(
        _l("整改目标"), [Length(max=LONGEST_NOTE)], filters=[_trimmed], render_kw={"rows": 2}
    )
    due_on = DateField(_l("要求完成期限"), [Optional(), not_too_far])
    leader = PersonField(_l("责任领导"))

    def facts(self) -> Facts:
        return Facts(
            title=self.title.data or "",
            category=Category(self.category.data),
            source_kind=SourceKind(self.source_kind.data),
            goal=self.goal.data or "",
            due_on=self.due_on.data,
            leader_id=self.leader.person_id,
        )


class NewCardForm(CardForm):
    """The same with a first deadline, which must lie ahead."""

    due_on = DateField(_l("要求完成期限"), [Optional(), not_past, not_too_far])
    measures = TextAreaField(
        _l("建议措施"), [Length(max=LONGEST_NOTE)], filters=[_trimmed], render_kw={"rows": 3}
    )


class ProblemForm(NewCardForm):
    """A problem another plugin found. Its name comes along hidden."""

    source = HiddenField(validators=[InputRequired()])
    key = HiddenField(validators=[InputRequired()])


class EditForm(CardForm):
    """The fields of a card; those this person may not change are taken out before it is shown."""

    version = VersionField()
    person = PersonField(_l("责任人"))

    def changes(self) -> dict[str, object]:
        """Column → value, for the fields that are there."""
        found: dict[str, object] = {
            "title": self.title.data,
            "category": Category(self.category.data),
            "source_kind": SourceKind(self.source_kind.data),
            "goal": self.goal.data,
            "leader_id": self.leader.person_id,
        }
        if "due_on" in self:
            found["due_on"] = self.due_on.data
        if "person" in self:
            found["user_id"] = self.person.person_id
        return found


MOST_MEASURES = 50


class StepForm(FlaskForm):
    """What a step asks for: the fields it does not need are taken out."""

    stage = HiddenField()
    version = VersionField()
    measures = TextAreaField(_l("整改措施"), render_kw={"rows": 4}, filters=[_trimmed])
    person = PersonField(_l("责任人"))
    due_on = DateField(_l("完成期限"), [Optional(), not_past, not_too_far])
    note = TextAreaField(
        _l("意见"),
        [Length(max=LONGEST_NOTE, message=_l("请精简到 4000 字以内。"))],
        render_kw={"rows": 3},
        filters=[_trimmed],
    )

    @classmethod
    def for_step(cls, step: Step, card: Card, people: Iterable[tuple[int, str]]) -> "StepForm":
        """As this person sees it first: what the card already says is filled in."""
        ahead = card.due_on if card.due_on and card.due_on >= clock.today() else None
        sent = request.form if request.form.get("stage") == step.end.value else None
        form = cls(sent, data={"stage": step.end.value, "version": card.version, "due_on": ahead})
        form.note.label.text = step.note
        for name in (Need.MEASURES, Need.PERSON, Need.DUE_ON):
            if name not in step.needs:
                delattr(form, name.value)
        if Need.PERSON in step.needs:
            form.person.offer(people, card.user_id)
        for field in form:  # several of these forms stand on one page
            field.id = field.label.field_id = f"{step.end.value}-{field.name}"
        return form

    def validate_measures(self, field: TextAreaField) -> None:
        lines = lines_of(field.data)
        if len(lines) > MOST_MEASURES:
            raise ValidationError(_l("一张卡片最多 50 条措施，请合并或拆成几张卡片。"))
        if any(len(line) > LONGEST_MEASURE for line in lines):
            raise ValidationError(_l("每条措施不超过 500 字，请分成几条写。"))

    def words(self) -> Words:
        return Words(
            note=self.note.data or "",
            measures=lines_of(self.measures.data) if "measures" in self else (),
            person_id=self.person.person_id if "person" in self else None,
            due_on=self.due_on.data if "due_on" in self else None,
        )


class MeasureForm(FlaskForm):
    """One measure."""

    text = StringField(
        _l("措施"),
        [
            DataRequired(_l("请写明措施。")),
            Length(max=LONGEST_MEASURE, message=_l("每条措施不超过 500 字。")),
        ],
        filters=[_trimmed],
    )
    due_on = DateField(_l("完成日期"), [Optional(), not_past, not_too_far])

    def wording(self) -> Wording:
        return Wording(self.text.data or "", self.due_on.data)


class EditMeasureForm(MeasureForm):
    """Rewording a measure nobody has approved yet; one that is late may keep its date."""

    version = VersionField()
    due_on = DateField(_l("完成日期"), [Optional(), not_too_far])


class AdjustForm(EditMeasureForm):
    """Rewording a measure of an approved plan."""

    reason = TextAreaField(
        _l("调整原因"),
        [
            DataRequired(_l("方案已批准，请写明为什么调整。")),
            Length(max=LONGEST_NOTE, message=_l("请精简到 4000 字以内。")),
        ],
        render_kw={"rows": 2},
        filters=[_trimmed],
    )

    def wording(self) -> Wording:
        return replace(super().wording(), reason=self.reason.data or "")


class ProgressForm(FlaskForm):
    """A line about how the work goes."""

    note = TextAreaField(
        _l("进展"),
        [
            DataRequired(_l("请写明进展。")),
            Length(max=LONGEST_NOTE, message=_l("请精简到 4000 字以内。")),
        ],
        render_kw={"rows": 2},
        filters=[_trimmed],
    )
