"""What administrators fill in. Only the shape is checked here; the rules are the services'."""

from collections.abc import Iterable
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from typing_extensions import override
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from intranet import clock
from intranet.contracts import Role, Text
from intranet.forms import DayField, VersionField, choices_of
from intranet.models import Unit, UnitKind, User
from intranet.units import Days
from intranet.wording import listed
from plugins.people.queries.people import candidates
from plugins.people.wording import GRANTED, KINDS

Form = TypeVar("Form", bound=FlaskForm)
MOST_CANDIDATES = 5
CHOOSE = _l("请选择")
INDENT = "\N{NO-BREAK SPACE}" * 3


def _trimmed(text: str | None) -> str:
    return " ".join((text or "").split())


def name_field(label: Text, longest: int, missing: Text) -> StringField:
    too_long = _l("不超过 %(longest)s 字。", longest=longest)
    return StringField(
        label, [DataRequired(missing), Length(max=longest, message=too_long)], filters=[_trimmed]
    )


class UnitField(SelectField):
    """A unit by its code, indented as the tree is."""

    def offer(self, units: Iterable[Unit], none: Text = CHOOSE) -> None:
        """Sets the choices. `none`: the word for no unit, where that is a choice."""
        self.choices = [SelectChoice("", none)]
        self.choices += [
            SelectChoice(unit.code, f"{INDENT * (len(unit.line) - 1)}{unit.name} {unit.code}")
            for unit in units
        ]


class PersonField(StringField):
    """Typed as number, name or pinyin; must mean one person. `person` is whom it means."""

    person: User | None = None

    @override
    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if validation_stopped or not self.data:
            return
        found = candidates(self.data)
        if len(found) == 1:
            self.person = found[0]
        elif found:
            names = listed(f"{user.name} {user.username}" for user in found[:MOST_CANDIDATES])
            raise ValidationError(_("有几个人都符合，请填工号：%(names)s", names=names))
        else:
            raise ValidationError(_("没有找到此人，请检查工号、姓名或拼音。"))

    def whom(self) -> User:
        """After validation."""
        if self.person is None:
            message = "asked for before validation"
            raise RuntimeError(message)
        return self.person


class DaysForm(FlaskForm):
    """From when to when, both included; an empty one leaves that side open."""

    starts_on = DayField(_l("开始日期"), [Optional()])
    ends_on = DayField(_l("结束日期"), [Optional()])

    def validate_ends_on(self, field: DayField) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_l("结束日期不能早于开始日期。"))

    def days(self) -> Days:
        return self.starts_on.data, self.ends_on.data


def on_page(form: Form, name: str) -> Form:
    """Several forms stand on one page: their fields get ids of their own."""
    for field in form:
        field.id = field.label.field_id = f"{name}-{field.name}"
    return form


# Units -------------------------------------------------------------------------------------------


class UnitForm(FlaskForm):
    """What a unit is called and what it is."""

    name = name_field(_l("单位名称"), 100, _l("请填写单位名称。"))
    kind = SelectField(_l("类型"), choices=choices_of(KINDS))

    def unit_kind(self) -> UnitKind:
        return UnitKind(self.kind.data)


class NewUnitForm(UnitForm):
    """And where it stands, with the code of its address."""

    code = name_field(_l("代码"), 32, _l("请填写单位代码。"))
    parent = UnitField(_l("上级单位"))


class EditUnitForm(UnitForm):
    """And its place among its neighbours."""

    position = IntegerField(
        _l("顺序号"), [InputRequired(_l("请填写数字。")), NumberRange(0, 10**6, _l("请填 0 到 1000000。"))]
    )
    version = VersionField()


class MoveForm(FlaskForm):
    """To which place."""

    parent = UnitField(_l("移到哪个单位之下"))
    version = VersionField()


class CloseForm(FlaskForm):
    """When, and what becomes of those below."""

    day = DayField(_l("关闭日期"), [InputRequired(_l("请填写日期。"))], default=clock.today)
    whole = BooleanField(_l("一并关闭并结束"))
    version = VersionField()


class MergeForm(FlaskForm):
    """Into which unit."""

    into = UnitField(_l("并入哪个单位"), [InputRequired(_l("请选择单位。"))])
    version = VersionField()


# People ------------------------------------------------------------------------------------------


class EditPersonForm(FlaskForm):
    """Name and how it sounds."""

    name = name_field(_l("姓名"), 50, _l("请填写姓名。"))
    pinyin = StringField(
        _l("拼音"), [Length(max=100, message=_l("拼音不超过 100 个字母。"))], filters=[_trimmed]
    )
    version = VersionField()

    def validate_pinyin(self, field: StringField) -> None:
        if field.data and not field.data.replace(" ", "").isascii():
            raise ValidationError(_l("拼音用字母填写，每个字之间空一格，例如 qiu xiao ming。"))


class PersonForm(DaysForm):
    """A new person, with the first place where they work."""

    username = name_field(_l("工号"), 64, _l("请填写工号。"))
    name = name_field(_l("姓名"), 50, _l("请填写姓名。"))
    unit = UnitField(_l("单位"))
    title = StringField(_l("职务"), [Length(max=50, message=_l("不超过 50 字。"))], filters=[_trimmed])

    def validate_username(self, field: StringField) -> None:
        if " " in (field.data or ""):
            raise ValidationError(_l("工号里不能有空格。"))


class MembershipForm(DaysForm):
    """One more unit this person works in."""

    unit = UnitField(_l("单位"), [InputRequired(_l("请选择单位。"))])
    title = StringField(_l("职务"), [Length(max=50, message=_l("不超过 50 字。"))], filters=[_trimmed])


class ChangeMembershipForm(DaysForm):
    """Another title or other days."""

    title = StringField(_l("职务"), [Length(max=50, message=_l("不超过 50 字。"))], filters=[_trimmed])
    version = VersionField()


# Grants ------------------------------------------------------------------------------------------


def not_over(_form: FlaskForm, field: DayField) -> None:
    """What is over before it begins helps nobody."""
    if field.data and field.data < clock.today():
        raise ValidationError(_l("结束日期不能早于今天。"))


def person_field(label: Text) -> PersonField:
    missing = _l("请填写工号、姓名或拼音。")
    return PersonField(label, [DataRequired(missing), Length(max=64)], filters=[_trimmed])


class GrantForm(DaysForm):
    """Who gets which role where."""

    person = person_field(_l("给谁"))
    role = SelectField(_l("角色"), choices=choices_of(GRANTED))
    unit = UnitField(_l("范围：此单位及其下级"), [InputRequired(_l("请选择单位。"))])
    ends_on = DayField(_l("结束日期"), [Optional(), not_over])

    def chosen(self) -> Role:
        return Role(self.role.data)


class DelegateForm(DaysForm):
    """Who stands in, from when to when."""

    person = person_field(_l("由谁代理"))
    starts_on = DayField(_l("开始日期"), [InputRequired(_l("请填写日期。"))], default=clock.today)
    ends_on = DayField(_l("结束日期"), [InputRequired(_l("请填写日期。")), not_over])


# Import ------------------------------------------------------------------------------------------


class UploadForm(FlaskForm):
    """The hospital's list."""

    file = FileField(_l("Excel 文件"), [FileRequired(_l("请选择文件。"))], render_kw={"accept": ".xlsx"})
