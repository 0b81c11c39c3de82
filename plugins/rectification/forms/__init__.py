"""What people fill in. Only the shape is checked here; the rules are the services'."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from intranet import clock
from intranet.contracts import Text
from intranet.forms import DayField, VersionField, choices_of, trimmed
from intranet.models import Unit
from plugins.rectification.ledger_in import BULLET
from plugins.rectification.services.cards import Facts
from plugins.rectification.services.measures import Wording
from plugins.rectification.wording import SOURCE_TITLES, TERM_TITLES, SourceKind, Term

LONGEST_NOTE = 4000
LONGEST_YEARS = 20
LONGEST_MEASURE, MOST_MEASURES = 500, 50
FIRST_PERIOD, LONGEST_PERIOD = 3, 24
MOST_HELPERS = 20


def lines_of(text: str | None) -> tuple[str, ...]:
    """One measure a line; numbers and bullets in front are dropped."""
    lines = (BULLET.sub("", line).strip() for line in (text or "").splitlines())
    return tuple(line for line in lines if line)


def measures_fit(_form: FlaskForm, field: TextAreaField) -> None:
    """As many and as long as a card may have them."""
    lines = lines_of(field.data)
    if len(lines) > MOST_MEASURES:
        raise ValidationError(_l("一张卡片最多 50 条措施，请合并或拆成几张卡片。"))
    if any(len(line) > LONGEST_MEASURE for line in lines):
        raise ValidationError(_l("每条措施不超过 500 字，请分成几条写。"))


def not_past(_form: FlaskForm, field: DayField) -> None:
    """A deadline that is over before it begins helps nobody."""
    if field.data and field.data < clock.today():
        raise ValidationError(_l("期限不能早于今天。"))


def not_too_far(_form: FlaskForm, field: DayField) -> None:
    """A year with a figure too many is soon typed."""
    last = clock.today().year + LONGEST_YEARS
    if field.data and field.data.year > last:
        raise ValidationError(_l("期限太远，请检查年份，最远到 %(year)s 年。", year=last))


class PersonField(SelectField):
    """A person by id, or nobody."""

    def __init__(self, label: Text, **options: Any) -> None:  # noqa: ANN401 - the field's own
        super().__init__(label, coerce=_person_id, choices=[], **options)

    def offer(self, people: Mapping[int, str], chosen: int | None = None, name: str | None = None) -> None:
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
        filters=[trimmed],
    )
    unit = SelectField(_l("责任部门"), [InputRequired(_l("请选责任部门。"))])
    category = SelectField(_l("类别"))
    source_kind = SelectField(_l("来源"), choices=choices_of(SOURCE_TITLES))
    term = SelectField(_l("时限类型"), choices=choices_of(TERM_TITLES), default=Term.NEAR.value)
    due_on = DayField(_l("要求完成期限"), [Optional(), not_too_far])
    leader = PersonField(_l("责任领导"))
    goal = TextAreaField(_l("整改目标"), [Length(max=LONGEST_NOTE)], filters=[trimmed], render_kw={"rows": 2})
    standard = TextAreaField(
        _l("完成标准"), [Length(max=LONGEST_NOTE)], filters=[trimmed], render_kw={"rows": 2}
    )
    source_note = StringField(
        _l("来源说明"),
        [Length(max=200, message=_l("来源说明不超过 200 字。"))],
        filters=[trimmed],
    )
    helpers = SelectMultipleField(
        _l("配合部门"),
        [Length(max=MOST_HELPERS, message=_l("配合部门最多选 20 个。"))],
        coerce=int,
    )
    check_months = IntegerField(
        _l("检查周期（月）"),
        [Optional(), NumberRange(1, LONGEST_PERIOD, _l("检查周期填 1 到 24 个月。"))],
        render_kw={"inputmode": "numeric", "min": 1, "max": LONGEST_PERIOD},
    )

    def offer_words(self, categories: Mapping[str, Text], units: Iterable[Unit]) -> None:
        """Sets the choices that are the site's own."""
        self.category.choices = choices_of(categories)
        self.helpers.choices = [SelectChoice(unit.id, unit.name) for unit in units]

    @property
    def months(self) -> int | None:
        """Of a lasting card; others have no period, whatever stands in the field."""
        return (self.check_months.data or FIRST_PERIOD) if self.term.data == Term.LASTING else None

    def facts(self) -> Facts:
        return Facts(
            title=self.title.data or "",
            category=self.category.data,
            source_kind=SourceKind(self.source_kind.data),
            term=Term(self.term.data),
            check_months=self.months,
            goal=self.goal.data or "",
            standard=self.standard.data or "",
            source_note=self.source_note.data or "",
            due_on=self.due_on.data,
            leader_id=self.leader.person_id,
            helpers=tuple(self.helpers.data or ()),
        )


class NewCardForm(CardForm):
    """The same with a first deadline, which must lie ahead."""

    due_on = DayField(_l("要求完成期限"), [Optional(), not_past, not_too_far])
    measures = TextAreaField(_l("建议措施"), [measures_fit], filters=[trimmed], render_kw={"rows": 3})


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
            "category": self.category.data,
            "source_kind": SourceKind(self.source_kind.data),
            "source_note": self.source_note.data,
            "term": Term(self.term.data),
            "check_months": self.months,
            "goal": self.goal.data,
            "standard": self.standard.data,
            "leader_id": self.leader.person_id,
        }
        if "due_on" in self:
            found["due_on"] = self.due_on.data
        if "person" in self:
            found["user_id"] = self.person.person_id
        return found


class MeasureForm(FlaskForm):
    """One measure."""

    text = StringField(
        _l("措施"),
        [
            DataRequired(_l("请写明措施。")),
            Length(max=LONGEST_MEASURE, message=_l("每条措施不超过 500 字。")),
        ],
        filters=[trimmed],
    )
    person = PersonField(_l("责任人"))
    due_on = DayField(_l("完成期限"), [Optional(), not_past, not_too_far])

    def wording(self) -> Wording:
        return Wording(self.text.data or "", self.due_on.data, self.person.person_id)


def note_field(label: Text, missing: Text) -> TextAreaField:
    """A few lines that must be written; `missing` says so when they are not."""
    too_long = Length(max=LONGEST_NOTE, message=_l("请精简到 4000 字以内。"))
    return TextAreaField(label, [DataRequired(missing), too_long], render_kw={"rows": 2}, filters=[trimmed])


class EditMeasureForm(MeasureForm):
    """Rewording a measure nobody has approved yet; one that is late may keep its date."""

    version = VersionField()
    due_on = DayField(_l("完成期限"), [Optional(), not_too_far])


class AdjustForm(EditMeasureForm):
    """Rewording a measure of an approved plan."""

    reason = note_field(_l("调整原因"), _l("方案已批准，请写明为什么调整。"))

    def wording(self) -> Wording:
        return replace(super().wording(), reason=self.reason.data or "")


class ProgressForm(FlaskForm):
    """A line about how the work goes."""

    note = note_field(_l("进展"), _l("请写明进展。"))


class CategoryForm(FlaskForm):
    """One more kind of problems."""

    name = StringField(
        _l("类别名称"),
        [DataRequired(_l("请写名称。")), Length(max=20, message=_l("名称不超过 20 字。"))],
        filters=[trimmed],
    )


class EditCategoryForm(CategoryForm):
    """Its name and place, and whether new cards may have it."""

    version = VersionField()
    position = IntegerField(
        _l("排第几"),
        [InputRequired(_l("请填排第几。")), NumberRange(1, 999, _l("请填 1 到 999。"))],
        render_kw={"inputmode": "numeric", "min": 1, "max": 999},
    )
    retired = BooleanField(_l("不再用于新登记的问题"))

    def values(self) -> dict[str, object]:
        return {"name": self.name.data, "position": self.position.data, "retired": self.retired.data}
