"""Forms: they check the shape of what was typed; the rules are the services'."""

from datetime import datetime
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from typing_extensions import override
from wtforms import (
    DateTimeLocalField,
    Field,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from intranet import clock
from intranet.contracts import Text
from intranet.forms import VersionField, VersionForm, choices_of
from intranet.wording import listed
from plugins.knowledge_tests.models import LETTERS, Counts, Kind, Shows
from plugins.knowledge_tests.questions import LONGEST_OPTION, LONGEST_TEXT, LONGEST_TOPIC, Written, written
from plugins.knowledge_tests.wording import COUNTS, KINDS, SHOWS

FIRST_YEAR, LAST_YEAR = 2000, 2199


def _at_most(number: int) -> Length:
    return Length(max=number, message=_l("请不要超过 %(number)s 个字。", number=number))


def _between(least: int, most: int) -> list[Any]:
    sentence = _l("请填 %(least)s 到 %(most)s 的整数。", least=least, most=most)
    return [InputRequired(sentence), NumberRange(least, most, sentence)]


class NumberField(IntegerField):
    """A whole number, refused in our words."""

    @override
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value for value in valuelist if value.strip()])
        except ValueError as error:
            raise ValueError(_("请填整数。")) from error


class MomentField(DateTimeLocalField):
    """A day and time on the hospital's clock. `moment` is the aware one that is stored."""

    @override
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("时间请写成 2026-03-05T09:00 这样。")) from error

    @property
    def moment(self) -> datetime:
        """Asked for after validation."""
        return (self.data or datetime.min).replace(tzinfo=clock.ZONE)  # noqa: DTZ901 - never shown


def sane(_form: FlaskForm, field: MomentField) -> None:
    """A year with a figure too many is soon typed."""
    if field.data and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_l("请检查年份。"))


def moment_field(label: Text, missing: Text) -> MomentField:
    return MomentField(label, [InputRequired(missing), sane])


class QuestionForm(FlaskForm):
    """One question; letters of the right options in one field, as on paper."""

    version = VersionField(default=0)
    kind = SelectField(_l("题型"), choices=choices_of(KINDS))
    topic = StringField(_l("专题"), [_at_most(LONGEST_TOPIC)])
    text = TextAreaField(_l("题干"), [InputRequired(_l("请填写题干。")), _at_most(LONGEST_TEXT)])
    option_a = StringField(_l("选项 A"), [_at_most(LONGEST_OPTION)])
    option_b = StringField(_l("选项 B"), [_at_most(LONGEST_OPTION)])
    option_c = StringField(_l("选项 C"), [_at_most(LONGEST_OPTION)])
    option_d = StringField(_l("选项 D"), [_at_most(LONGEST_OPTION)])
    option_e = StringField(_l("选项 E"), [_at_most(LONGEST_OPTION)])
    option_f = StringField(_l("选项 F"), [_at_most(LONGEST_OPTION)])
    answer = StringField(_l("答案"), [InputRequired(_l("请填写答案。"))])
    explanation = TextAreaField(_l("解析"), [_at_most(LONGEST_TEXT)])

    @property
    def words(self) -> Written:
        """Asked for after validation."""
        names = (
            "topic",
            "text",
            "answer",
            "explanation",
            *(f"option_{letter.lower()}" for letter in LETTERS),
        )
        return written({name: self[name].data or "" for name in names}, Kind(self.kind.data))


class UploadForm(FlaskForm):
    """A file of questions."""

    file = FileField(_l("Excel 文件"), [FileRequired(_l("请选择文件。"))], render_kw={"accept": ".xlsx"})


class QuizForm(VersionForm):
    """What a quiz is; which questions it draws is said on its own page."""

    version = VersionField(default=0)
    title = StringField(_l("测试名称"), [InputRequired(_l("请填写测试名称。")), _at_most(200)])
    note = TextAreaField(_l("说明"), [_at_most(LONGEST_TEXT)])
    opens_at = moment_field(_l("开考时间"), _l("请填写开考时间。"))
    closes_at = moment_field(_l("截止时间"), _l("请填写截止时间。"))
    minutes = NumberField(_l("答题时间（分钟）"), _between(1, 600), default=30)
    attempts = NumberField(_l("每人可考次数"), _between(1, 20), default=1)
    counts = SelectField(_l("成绩取"), choices=choices_of(COUNTS), default=Counts.BEST.value)
    pass_percent = NumberField(_l("合格线（%）"), _between(0, 100), default=60)
    shows = SelectField(_l("答案和解析"), choices=choices_of(SHOWS), default=Shows.CLOSED.value)
    points_single = NumberField(_l("单选每题分值"), _between(1, 100), default=2)
    points_multiple = NumberField(_l("多选每题分值"), _between(1, 100), default=3)
    points_true_false = NumberField(_l("判断每题分值"), _between(1, 100), default=1)
    units = SelectMultipleField(_l("参加单位"), coerce=int)

    def validate_closes_at(self, field: MomentField) -> None:
        """An end before the beginning is a slip of the pen."""
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("截止时间要晚于开始时间，请检查。"))

    def validate_units(self, field: SelectMultipleField) -> None:
        """Somebody must be invited."""
        if not field.data:
            raise ValidationError(_("请至少选一个参加单位。"))

    @property
    def values(self) -> dict[str, Any]:
        """For the columns of the quiz. Asked for after validation."""
        plain = (
            "minutes",
            "attempts",
            "pass_percent",
            "points_single",
            "points_multiple",
            "points_true_false",
        )
        return {
            **{name: self[name].data for name in plain},
            "title": " ".join((self.title.data or "").split()),
            "note": (self.note.data or "").strip(),
            "opens_at": self.opens_at.moment,
            "closes_at": self.closes_at.moment,
            "counts": Counts(self.counts.data),
            "shows": Shows(self.shows.data),
            "units": self.units.data or [],
        }


class ExtendForm(VersionForm):
    """A later end for a quiz that is on."""

    closes_at = moment_field(_l("新的截止时间"), _l("请填写新的截止时间。"))


def differing(form: FlaskForm, now: FlaskForm) -> list[tuple[str, str]]:
    """Label and text of each field that says something else by `now` than was typed: of a stale form."""
    fields = [(form[name], now[name]) for name in form.data if name not in {"version", "csrf_token"}]
    found = [(str(there.label.text), _said(there)) for typed, there in fields if typed.data != there.data]
    return [(label, text) for label, text in found if text]


def _said(field: Field) -> str:
    """What the field shows."""
    if isinstance(field, SelectField):
        return listed(choice.label for choice in cast("Any", field).iter_choices() if choice.selected)
    return f"{field.data:%Y-%m-%d %H:%M}" if isinstance(field.data, datetime) else str(field.data or "")
