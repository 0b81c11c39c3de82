"""What people fill in. Only the shape is checked here; the rules are the services'."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DecimalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from intranet.contracts import Text
from intranet.forms import DayField, VersionField, choices_of, trimmed
from intranet.models import Unit
from plugins.study_logs.models import TENTHS, Session
from plugins.study_logs.services.sessions import Facts, When
from plugins.study_logs.wording import (
    FORM_TITLES,
    MEASURE_TITLES,
    NOTE_TITLES,
    PEOPLE_TITLES,
    SHARING_TITLES,
    Form,
    Measure,
    NoteKind,
    People,
    Sharing,
)

LONGEST = 20_000
MOST_HOURS = 100


def line(label: Text, most: int, missing: Text | None = None) -> StringField:
    """One line; with a sentence for what is missing it must be written."""
    checks: list[object] = [DataRequired(missing)] if missing else []
    too_long = Length(max=most, message=_l("请不要超过 %(most)s 个字。", most=most))
    return StringField(label, [*checks, too_long], filters=[trimmed])


def lines(label: Text, rows: int, most: int = LONGEST) -> TextAreaField:
    too_long = Length(max=most, message=_l("请不要超过 %(most)s 个字。", most=most))
    return TextAreaField(label, [too_long], filters=[trimmed], render_kw={"rows": rows})


def day_field(label: Text) -> DayField:
    return DayField(label, [InputRequired(_l("请填日期。"))])


class WhenForm(FlaskForm):
    """Where and when."""

    day = day_field(_l("日期"))
    starts = TimeField(_l("开始"), [InputRequired(_l("请填几点开始。"))])
    ends = TimeField(_l("结束"), [InputRequired(_l("请填几点结束。"))])
    place = line(_l("地点"), 100)

    def validate_ends(self, field: TimeField) -> None:
        """A meeting after midnight is none of this hospital's."""
        if field.data and self.starts.data and field.data <= self.starts.data:
            raise ValidationError(_("结束要晚于开始。"))

    def when(self) -> When:
        return When(*(self[name].data for name in ("day", "starts", "ends", "place")))


class FactsForm(FlaskForm):
    """What is written about a session."""

    title = line(_l("主题"), 200, _l("请写主题。"))
    form = SelectField(_l("形式"), choices=choices_of(FORM_TITLES))
    hours = DecimalField(
        _l("学时"),
        [Optional(), NumberRange(0, MOST_HOURS, _l("学时填 0 到 100，可以有一位小数。"))],
        places=None,
        render_kw={"inputmode": "decimal", "size": 5},
    )
    units = SelectMultipleField(_l("受邀单位"), coerce=int)
    with_leaders = BooleanField(_l("院领导一并参加"))
    host = line(_l("主持人"), 50)
    clerk = line(_l("记录人"), 50)
    speaker = line(_l("主讲人"), 50)
    content = lines(_l("学习内容（篇目）"), 3)
    speeches = lines(_l("发言摘要（一行一人：姓名：要点）"), 4)

    def offer(self, units: Iterable[Unit]) -> None:
        self.units.choices = [SelectChoice(unit.id, unit.name) for unit in units]

    def invited(self, units: Iterable[Unit]) -> list[Unit]:
        return [unit for unit in units if unit.id in (self.units.data or ())]

    def facts(self) -> Facts:
        texts = ("title", "content", "host", "clerk", "speaker", "speeches")
        return Facts(
            form=Form(self.form.data),
            tenths=round((self.hours.data or 0) * TENTHS),
            with_leaders=self.with_leaders.data,
            **{name: self[name].data or "" for name in texts},
        )


class NewSessionForm(WhenForm, FactsForm):
    """Facts and first sitting."""


class EditSessionForm(FactsForm):
    """The facts of a session that is there."""

    version = VersionField()

    def show(self, session: Session, invited: Iterable[Unit]) -> None:
        """What is not simply a column."""
        if not self.is_submitted():
            self.hours.data = Decimal(session.tenths) / TENTHS
            self.units.data = [unit.id for unit in invited]


class StepForm(FlaskForm):
    """A step, with its note where it needs one."""

    version = VersionField()
    note = lines(_l("说明"), 2, 500)


class MakeupForm(FlaskForm):
    """补课 as its owner writes it."""

    version = VersionField()
    note = lines(_l("补课笔记"), 10)


class DecideForm(FlaskForm):
    """What a recorder says to it."""

    version = VersionField()
    reason = line(_l("原因（退回、免除时写）"), 200)


class NewNoteForm(FlaskForm):
    """What it is to be."""

    kind = SelectField(_l("类型"), choices=choices_of(NOTE_TITLES))
    title = line(_l("题目"), 200, _l("请写题目。"))

    @property
    def note_kind(self) -> NoteKind:
        return NoteKind(self.kind.data)


class NoteForm(FlaskForm):
    """A note while it is written."""

    version = VersionField()
    title = line(_l("题目"), 200)
    text = lines(_l("正文"), 16)
    shared = BooleanField(_l("完稿后本单位的人可看"))


class TargetForm(FlaskForm):
    """How much, of what, for whom, from when to when."""

    title = line(_l("名称"), 100, _l("请写名称。"))
    measure = SelectField(_l("计什么"), choices=choices_of(MEASURE_TITLES))
    form = SelectField(_l("只计某种形式"), choices=choices_of(FORM_TITLES, empty=_l("不限")))
    people = SelectField(_l("适用人员"), choices=choices_of(PEOPLE_TITLES))
    amount = DecimalField(
        _l("数量（留空：只计数，不作硬性规定）"),
        [Optional(), NumberRange(0.1, 1000, _l("数量填 0.1 到 1000，或者留空。"))],
        places=None,
        render_kw={"inputmode": "decimal"},
    )
    starts_on = day_field(_l("开始"))
    ends_on = day_field(_l("截止"))

    def validate_ends_on(self, field: DayField) -> None:
        start: date | None = self.starts_on.data
        if start and field.data and field.data < start:
            raise ValidationError(_("截止不能早于开始。"))

    def values(self) -> dict[str, object]:
        amount = round(self.amount.data * TENTHS) if self.amount.data else None
        return {
            "title": self.title.data,
            "measure": Measure(self.measure.data),
            "form": Form(self.form.data) if self.form.data else None,
            "people": People(self.people.data),
            "amount": amount,
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
        }


class EditTargetForm(TargetForm):
    """The same of one that is there."""

    version = VersionField()


class RulesForm(FlaskForm):
    """What a unit settles for itself and those under it."""

    version = VersionField()
    sharing = SelectField(_l("心得体会"), choices=choices_of(SHARING_TITLES))
    makeup_days = IntegerField(
        _l("补课期限（天）"), [InputRequired(_l("请填天数。")), NumberRange(1, 90, _l("请填 1 到 90。"))]
    )
    makeup_signs = IntegerField(
        _l("补课笔记至少（字）"),
        [InputRequired(_l("请填字数。")), NumberRange(0, 5000, _l("请填 0 到 5000。"))],
    )
    late_minutes = IntegerField(
        _l("开始后几分钟算迟到"),
        [InputRequired(_l("请填分钟数。")), NumberRange(0, 120, _l("请填 0 到 120。"))],
    )
    code_seconds = IntegerField(
        _l("签到码几秒换一次"),
        [InputRequired(_l("请填秒数。")), NumberRange(15, 3600, _l("请填 15 到 3600。"))],
    )

    def values(self) -> dict[str, object]:
        names = ("makeup_days", "makeup_signs", "late_minutes", "code_seconds")
        return {"sharing": Sharing(self.sharing.data), **{name: self[name].data for name in names}}


class SignInForm(FlaskForm):
    """The code on the wall."""

    code = line(_l("签到码"), 20, _l("请输入现场屏幕上的签到码。"))
