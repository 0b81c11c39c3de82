"""Forms of a meeting: its plan, its gates, what is said, its papers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from intranet import clock
from intranet.contracts import Text
from intranet.forms import FIRST_YEAR, LAST_YEAR, DayField, VersionForm, choices_of, trimmed
from plugins.democratic_life.services.steps import Word
from plugins.democratic_life.wording import (
    CIRCLE_TITLES,
    KIND_TITLES,
    PART_TITLES,
    SAID_TITLES,
    Kind,
    SaidKind,
)

LONGEST_TEXT, MOST_ITEMS, LONGEST_ITEM = 20_000, 40, 200
QUORUMS = {67: _l("三分之二"), 75: _l("四分之三"), 80: _l("五分之四"), 90: _l("十分之九"), 100: _l("全部")}
PLEASE = _l("请选择")
TOO_LONG = _l("请不要超过 %(max)d 个字。")


class MomentField(DateTimeLocalField):
    """A day and an hour on the hospital's clock; what cannot be one is refused in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value for value in valuelist if value.strip()])
        except ValueError as error:
            raise ValueError(_("时间请写成 2026-03-05T14:30 这样。")) from error
        if self.data and not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            raise ValueError(_("请检查年份。"))


def _id(value: object) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004


def _people(label: Text) -> SelectField:
    return SelectField(label, coerce=_id, validators=[Optional()])


def _line(label: Text, most: int, *needed: object) -> StringField:
    return StringField(label, validators=[*needed, Length(max=most, message=TOO_LONG)])


def _days(label: Text) -> IntegerField:
    known = [InputRequired(_l("请填天数。")), NumberRange(0, 90, _l("请填 0 到 90 之间的天数。"))]
    return IntegerField(label, validators=known)


class MeetingForm(VersionForm):
    """The plan of a meeting, and the rules it is held by."""

    kind = SelectField(_l("类型"), choices=choices_of(KIND_TITLES))
    name = _line(_l("名称"), 100, InputRequired(_l("请填名称，例如“2026 年度民主生活会”。")))
    theme = _line(_l("主题"), 300)
    meets_at = MomentField(_l("时间"), format=["%Y-%m-%dT%H:%M"], validators=[Optional()])
    place = _line(_l("地点"), 100)
    chair = _people(_l("主持人"))
    recorder = _people(_l("记录人"))
    observers = _line(_l("列席人员"), 300)
    quorum = SelectField(_l("到会比例"), coerce=int, choices=choices_of(QUORUMS))
    plan_days = _days(_l("会前几天报方案"))
    notice_days = _days(_l("会前几天发通知"))
    review_days = _days(_l("会前几天审定对照检查材料"))
    report_days = _days(_l("会后几天内上报"))
    announce_days = _days(_l("会后几天内通报"))

    def offer(self, people: Mapping[int, str]) -> None:
        self.chair.choices = choices_of(people, empty=PLEASE)
        self.recorder.choices = choices_of(people, empty=PLEASE)

    def values(self) -> dict[str, Any]:
        """By the columns of the table."""
        plain = ("name", "theme", "place", "observers")
        numbers = ("quorum", "plan_days", "notice_days", "review_days", "report_days", "announce_days")
        found: dict[str, Any] = {name: trimmed(self[name].data) for name in plain}
        found |= {name: self[name].data for name in numbers}
        found |= {"kind": Kind(self.kind.data), "meets_at": _stored(self.meets_at.data)}
        return found | {"chair_id": self.chair.data or None, "recorder_id": self.recorder.data or None}


def _stored(typed: datetime | None) -> datetime | None:
    return typed.replace(tzinfo=clock.ZONE) if typed else None


class SeatForm(VersionForm):
    """Somebody more at the table."""

    person = _people(_l("增加一位"))
    duty = _line(_l("职务"), 50)

    def offer(self, people: Mapping[int, str]) -> None:
        self.person.choices = choices_of(people, empty=PLEASE)


class StepForm(VersionForm):
    """A step, with the reason some of them ask for, or the day and number of a paper."""

    reason = _line(_l("理由"), 300)
    day = DayField(_l("批复的日期"), validators=[Optional()])

    @property
    def word(self) -> Word:
        return Word(trimmed(self.reason.data), self.day.data)

    @property
    def fault(self) -> str:
        """Of what could not be read."""
        return str(next(iter([*self.reason.errors, *self.day.errors]), ""))


class MarkForm(FlaskForm):
    """A gate that people answer for: when it was done and what shows it; or why it is waived."""

    day = DayField(_l("哪一天办的"), validators=[Optional()])
    note = _line(_l("说明"), 200, InputRequired(_l("请写几句，以后看得懂。")))

    @property
    def on(self) -> date:
        return self.day.data or clock.today()

    @property
    def words(self) -> str:
        return trimmed(self.note.data)


class AgendaForm(VersionForm):
    """One item a line."""

    items = TextAreaField(_l("议程，一行一项"), validators=[InputRequired(_l("请至少写一项。"))])

    def validate_items(self, _field: TextAreaField) -> None:
        if not 0 < len(self.lines) <= MOST_ITEMS:
            raise ValidationError(_("请写 1 到 %(n)s 项。", n=MOST_ITEMS))
        if any(len(line) > LONGEST_ITEM for line in self.lines):
            raise ValidationError(_("每项请不要超过 %(n)s 个字。", n=LONGEST_ITEM))

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in (self.items.data or "").splitlines() if line.strip()]


class SaidForm(VersionForm):
    """What somebody says."""

    kind = SelectField(_l("类型"), choices=choices_of(SAID_TITLES))
    speaker = _people(_l("谁说的"))
    about = _people(_l("对谁说的"))
    who = _line(_l("点评的领导或督导组成员"), 50)
    text = TextAreaField(
        _l("内容"),
        validators=[InputRequired(_l("请写内容。")), Length(max=LONGEST_TEXT, message=TOO_LONG)],
    )

    def offer(self, speakers: Mapping[int, str], about: Mapping[int, str]) -> None:
        self.speaker.choices = choices_of(speakers, empty=PLEASE)
        self.about.choices = choices_of(about, empty=PLEASE)

    def leave_out_remarks(self) -> None:
        """Only whoever keeps the record writes down what those from above say."""
        kinds = {kind: title for kind, title in SAID_TITLES.items() if kind is not SaidKind.REMARK}
        self.kind.choices = choices_of(kinds)


class TextForm(VersionForm):
    """Minutes, as one text."""

    text = TextAreaField(
        _l("会议记录"),
        validators=[InputRequired(_l("请写内容。")), Length(max=10 * LONGEST_TEXT, message=TOO_LONG)],
    )


class PaperForm(VersionForm):
    """情况报告 or 通报: which facts go in, the words, and who may read them."""

    parts = SelectMultipleField(
        _l("写进哪些内容"),
        choices=choices_of(PART_TITLES),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    circle = SelectField(
        _l("通报范围"),
        choices=choices_of(CIRCLE_TITLES),
        validators=[Optional()],
    )
    body = TextAreaField(_l("正文"), validators=[Length(max=LONGEST_TEXT, message=TOO_LONG)])
