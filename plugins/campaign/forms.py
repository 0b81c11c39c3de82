"""Forms: they check the shape of what was typed; the rules are the services'."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from intranet import forms
from intranet.forms import DayField
from plugins.campaign.proposals import BY_DATES, KIND_WORDS, NO_PHASE, Kind

TITLE = Length(max=500, message=_l("请不要超过 500 个字。"))
TEXT = Length(max=2000, message=_l("请不要超过 2000 个字。"))
YEARS = NumberRange(1949, 2100, _l("请填写四位数的年份，例如 2026。"))


class YearField(IntegerField):
    """A year, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value for value in valuelist if value.strip()])
        except ValueError as error:
            raise ValueError(_("请填写四位数的年份，例如 2026。")) from error


def required(sentence: Any) -> InputRequired:  # noqa: ANN401 - a lazy string
    """A field that must be filled, refused with its own sentence."""
    return InputRequired(sentence)


class VersionForm(forms.VersionForm):
    """The same, on a page that holds several forms."""

    def on_page(self, prefix: str) -> Self:
        """With ids of its own."""
        for field in self:
            field.id = field.label.field_id = f"{prefix}-{field.name}"
        return self


class BriefForm(forms.VersionForm):
    """The text of a weekly brief."""

    text = TextAreaField(
        _l("正文"),
        validators=[
            DataRequired(_l("请写正文。")),
            Length(max=20_000, message=_l("请不要超过 20000 个字。")),
        ],
        filters=[forms.trimmed],
        render_kw={"rows": 18},
    )


class PeriodForm(FlaskForm):
    """Two dates in their order; either may be open."""

    start = DayField(_l("开始"), validators=[Optional()])
    end = DayField(_l("结束"), validators=[Optional()])

    def validate_end(self, field: DayField) -> None:
        """An end before the start is a slip of the pen."""
        start: date | None = self.start.data
        if start and field.data and field.data < start:
            raise ValidationError(_("结束日期不能早于开始日期，请检查。"))


class UploadForm(FlaskForm):
    """The file of a plan."""

    file = FileField(_l("实施方案文件"), validators=[FileRequired(_l("请选择要上传的方案文件。"))])
    year = YearField(_l("年份"), validators=[Optional(), YEARS])


def choices_of(words: Mapping[int, str]) -> list[SelectChoice]:
    """Ids and what people read for them."""
    return [SelectChoice(key, word) for key, word in words.items()]


def written(field: StringField) -> str:
    """What was typed, without the space around it."""
    return (field.data or "").strip()


class YearForm(VersionForm):
    """Reading again with another year."""

    year = YearField(_l("年份"), validators=[required(_l("请填写年份。")), YEARS])


class TitleForm(VersionForm):
    """The plan's title."""

    title = StringField(
        _l("方案名称"),
        validators=[
            required(_l("请填写方案名称。")),
            Length(max=300, message=_l("请不要超过 300 个字。")),
        ],
    )


class ConfirmForm(VersionForm):
    """Writing the plan, over the one that was there when the draft was compared; 0: there was none."""

    plan = IntegerField(widget=HiddenInput(), default=0, validators=[NumberRange(0, forms.LARGEST)])


class EntryForm(PeriodForm):
    """One entry of a draft."""

    version = forms.VersionField()
    kind = SelectField(_l("类别"), choices=[SelectChoice(kind.value, KIND_WORDS[kind]) for kind in Kind])
    title = TextAreaField(_l("内容"), validators=[required(_l("请填写内容。")), TITLE])
    time_text = StringField(_l("原文时间"), validators=[Length(max=200)])
    units = StringField(_l("责任单位（用顿号分开）"), validators=[TITLE])
    phase = SelectField(_l("所属环节"), coerce=int)

    def offer_phases(self, phases: dict[int, str]) -> None:
        """The phases of the draft, to choose from."""
        self.phase.choices = choices_of({BY_DATES: _("按日期归入"), NO_PHASE: _("不属于任何环节"), **phases})


class DatesForm(VersionForm, PeriodForm):
    """Moving the planned dates."""

    reason = TextAreaField(_l("调整原因"), validators=[required(_l("请写明调整的原因。")), TEXT])
    approved_by = StringField(_l("批准人（机构）"), validators=[Length(max=100)])


class ActualForm(VersionForm, PeriodForm):
    """The real dates."""


class ReasonForm(VersionForm):
    """Cancelling an activity, or returning a duty."""

    reason = TextAreaField(_l("原因"), validators=[required(_l("请写明原因。")), TEXT])


class ReportForm(VersionForm):
    """A unit has done its part."""

    done_on = DayField(_l("实际完成日期"), validators=[required(_l("请填写实际完成日期。"))])
    note = TextAreaField(
        _l("完成情况"), validators=[required(_l("请写一句完成情况，活动办据此确认。")), TEXT]
    )


class PlanForm(FlaskForm):
    """A plan started by hand."""

    title = StringField(
        _l("方案名称"),
        validators=[
            required(_l("请填写方案名称。")),
            Length(max=300, message=_l("请不要超过 300 个字。")),
        ],
    )
    year = YearField(_l("年份"), validators=[Optional(), YEARS])


class ActivityForm(PeriodForm):
    """An activity added by hand."""

    title = TextAreaField(_l("活动内容"), validators=[required(_l("请填写活动内容。")), TITLE])
    phase = SelectField(_l("所属环节"), coerce=int)
    units = SelectMultipleField(_l("责任单位"), coerce=int)


class NameForm(FlaskForm):
    """What units a name stands for; none: a group of people."""

    name = HiddenField(validators=[InputRequired()])
    units = SelectMultipleField(_l("对应单位"), coerce=int)
