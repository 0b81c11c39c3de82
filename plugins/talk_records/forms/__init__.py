"""Forms: they check the shape of what was typed; the rules are the services'."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    Form,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from intranet.contracts import Text
from intranet.forms import LARGEST, DayField, VersionForm, choices_of, trimmed
from plugins.talk_records.services.roster import Post
from plugins.talk_records.services.talks import Days, Plan
from plugins.talk_records.wording import KIND_TITLES, SHORT_TEXTS, TEXTS, WAY_TITLES, Kind, Way

LONGEST_TEXT, LONGEST_SHORT, LONGEST_TITLE, LONGEST_MEASURE = 10_000, 100, 200, 500
PLEASE = _l("请选择")


def _day(label: Text, refusal: Text) -> DayField:
    return DayField(label, validators=[InputRequired(refusal)])


def id_or_none(value: object) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004


def _not_before_start(form: Form, field: Field) -> None:
    start = form["starts_on"].data
    if start and field.data and field.data < start:
        raise ValidationError(_("结束日期不能早于开始日期，请检查。"))


class MemberForm(VersionForm):
    """A person in the leading group."""

    person = SelectField(_l("姓名"), coerce=id_or_none, validators=[DataRequired(_l("请选人。"))])
    duty = StringField(
        _l("职务"),
        validators=[InputRequired(_l("请填职务。")), Length(max=50, message=_l("请不要超过 50 个字。"))],
    )
    is_chief = BooleanField(_l("主要负责人"))
    charges = SelectMultipleField(_l("分管单位"), coerce=int)
    starts_on = _day(_l("任职（分工）起始日期"), _l("请填起始日期。"))
    ends_on = DayField(_l("结束日期（离任才填）"), validators=[Optional(), _not_before_start])

    def offer(self, people: Mapping[int, str], units: Mapping[int, str]) -> None:
        self.person.choices = choices_of(people, empty=PLEASE)
        self.charges.choices = choices_of(units)

    def post(self) -> Post:
        duty, first = (self.duty.data or "").strip(), self.starts_on.data or date.min
        charges = tuple(self.charges.data or ())
        return Post(duty, bool(self.is_chief.data), first, self.ends_on.data, charges)


class CycleForm(VersionForm):
    """A round of talks."""

    name = StringField(
        _l("名称"),
        validators=[
            InputRequired(_l("请填名称，例如“2026 年度民主生活会前谈心谈话”。")),
            Length(max=100, message=_l("请不要超过 100 个字。")),
        ],
    )
    starts_on = _day(_l("从哪一天的谈话算起"), _l("请填起始日期。"))
    due_on = DayField(
        _l("哪一天之前谈完（会议前一天）"),
        validators=[InputRequired(_l("请填期限。")), _not_before_start],
    )
    is_closed = BooleanField(_l("本轮结束，不再提醒"))


class TalkForm(FlaskForm):
    """Planning a talk."""

    kind = SelectField(_l("类型"), choices=choices_of(KIND_TITLES))
    way = SelectField(_l("方式"), choices=choices_of(WAY_TITLES))
    host = SelectField(_l("谈话人"), coerce=id_or_none, validators=[DataRequired(_l("请选谈话人。"))])
    subjects = SelectMultipleField(
        _l("谈话对象（可选几位）"), coerce=int, validators=[InputRequired(_l("请选谈话对象。"))]
    )
    recorder = SelectField(_l("记录人（可不设）"), coerce=id_or_none, validators=[Optional()])
    meet_on = DayField(_l("约定日期（没约好可不填）"), validators=[Optional()])

    def offer(self, people: Mapping[int, str]) -> None:
        self.host.choices = choices_of(people, empty=PLEASE)
        self.subjects.choices = choices_of(people)
        self.recorder.choices = choices_of(people, empty=_l("不设"))

    def plan(self) -> Plan:
        kind, way = Kind(self.kind.data), Way(self.way.data)
        subjects = tuple(dict.fromkeys(self.subjects.data or ()))
        return Plan(kind, way, self.host.data or 0, subjects, self.recorder.data or None, self.meet_on.data)


class StepForm(VersionForm):
    """The days a step asks for."""

    day = DayField(_l("约定日期"), validators=[Optional()])
    held_on = DayField(_l("谈话日期"), validators=[Optional()])
    follow_up_on = DayField(_l("回访日期（不需回访可不填）"), validators=[Optional()])

    def days(self) -> Days:
        return Days(self.day.data, self.held_on.data, self.follow_up_on.data)


class TextsForm(VersionForm):
    """What was said. Its fields are those of `TEXTS`."""

    def texts(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in TEXTS}


for _name, _label in TEXTS.items():
    _most = LONGEST_SHORT if _name in SHORT_TEXTS else LONGEST_TEXT
    _kind = StringField if _name in SHORT_TEXTS else TextAreaField
    _limit = Length(max=_most, message=_l("请不要超过 %(max)d 个字。"))
    setattr(TextsForm, _name, _kind(_label, validators=[_limit]))


class WaiveForm(FlaskForm):
    """Two people who need not talk, and why."""

    first = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])
    second = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])
    reason = StringField(
        _l("免谈的原因"),
        validators=[
            InputRequired(_l("请写明免谈的原因，例如长期外派、住院治疗。")),
            Length(max=200, message=_l("请不要超过 %(max)d 个字。")),
        ],
        filters=[trimmed],
    )

    @property
    def people(self) -> frozenset[int]:
        return frozenset({self.first.data or 0, self.second.data or 0})


class PassForm(FlaskForm):
    """A problem to pass on, in words of its own."""

    target = SelectField(_l("转交给"), coerce=id_or_none, validators=[DataRequired(_l("请选单位。"))])
    title = StringField(
        _l("问题（不写谁说的）"),
        validators=[
            InputRequired(_l("请写明问题。")),
            Length(max=LONGEST_TITLE, message=_l("请不要超过 %(max)d 个字。")),
        ],
    )
    measures = TextAreaField(_l("整改打算（一行一条，可不写）"), validators=[Length(max=LONGEST_TEXT)])

    def offer(self, units: Mapping[int, str]) -> None:
        self.target.choices = choices_of(units, empty=PLEASE)

    def validate_measures(self, _field: TextAreaField) -> None:
        if any(len(line) > LONGEST_MEASURE for line in self.lines):
            raise ValidationError(_("每条请不要超过 %(n)s 个字。", n=LONGEST_MEASURE))

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in (self.measures.data or "").splitlines() if line.strip()]
