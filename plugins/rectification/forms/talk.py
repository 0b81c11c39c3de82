"""What people fill in around a card: comments, links, the units' own fields."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from types import new_class
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from typing_extensions import override
from wtforms import (
    BooleanField,
    Field,
    FloatField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import (
    URL,
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from intranet.forms import DayField, VersionField, trimmed
from plugins.rectification import models
from plugins.rectification.queries.fields import Content
from plugins.rectification.services.fields import Contents
from plugins.rectification.wording import KIND_TITLES, TIE_TITLES, FieldKind, Tie

LONGEST_COMMENT = 2000
MOST_CHOICES, LONGEST_CHOICE = 40, 40
LARGEST = 10**15
BACKWARDS = "-back"


class CommentForm(FlaskForm):
    """A few plain words."""

    words = TextAreaField(
        _l("评论"),
        [
            DataRequired(_l("请写评论。")),
            Length(max=LONGEST_COMMENT, message=_l("评论不超过 2000 字。")),
        ],
        description=_l("写 @姓名 或 @工号 会通知对方（同名的请用工号）；公示时评论不出现。"),
        render_kw={"rows": 3, "data-mentions": ""},
        filters=[trimmed],
    )


class EditCommentForm(CommentForm):
    """The same once more."""

    version = VersionField()


def _ties() -> list[SelectChoice]:
    kinds = (kind for kind in TIE_TITLES if kind[0] is not Tie.OUTSIDE and kind != (Tie.RELATED, False))
    return [
        SelectChoice(tie.value if forward else f"{tie.value}{BACKWARDS}", TIE_TITLES[tie, forward])
        for tie, forward in kinds
    ]


class LinkForm(FlaskForm):
    """Another card, by its number or its words."""

    tie = SelectField(_l("与本卡的关系"), choices=_ties())
    other = StringField(
        _l("卡片编号或问题"),
        [DataRequired(_l("请写卡片编号或问题里的几个字。")), Length(max=200)],
        description=_l("写编号最准，如 012"),
        render_kw={"list": "others", "autocomplete": "off"},
        filters=[trimmed],
    )

    @property
    def meant(self) -> tuple[Tie, bool]:
        """The tie, and whether it is said from the other end."""
        word = cast("str", self.tie.data)
        return Tie(word.removesuffix(BACKWARDS)), word.endswith(BACKWARDS)


class AddressForm(FlaskForm):
    """An address elsewhere, with the words people click."""

    title = StringField(
        _l("网页名称"),
        [DataRequired(_l("请写网页名称。")), Length(max=100, message=_l("名称不超过 100 字。"))],
        filters=[trimmed],
    )
    url = StringField(
        _l("网址"),
        [
            DataRequired(_l("请写网址。")),
            Length(max=500, message=_l("网址不超过 500 字。")),
            URL(require_tld=False, message=_l("网址要以 http:// 或 https:// 开头。")),
        ],
        description=_l("以 http:// 或 https:// 开头"),
        render_kw={"inputmode": "url"},
        filters=[trimmed],
    )

    def validate_url(self, field: StringField) -> None:
        if not (field.data or "").lower().startswith(("http://", "https://")):
            raise ValidationError(_l("网址要以 http:// 或 https:// 开头。"))


class OwnFieldForm(FlaskForm):
    """One more field of the unit."""

    name = StringField(
        _l("栏目名称"),
        [DataRequired(_l("请写名称。")), Length(max=20, message=_l("名称不超过 20 字。"))],
        filters=[trimmed],
    )
    kind = SelectField(
        _l("内容"), choices=[SelectChoice(kind.value, word) for kind, word in KIND_TITLES.items()]
    )
    choices = TextAreaField(_l("可选的内容（只用于“单选”）"), render_kw={"rows": 3}, filters=[trimmed])

    @property
    def lines(self) -> list[str]:
        """One choice a line, each once."""
        lines = (line.strip() for line in (self.choices.data or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def validate_choices(self, _field: TextAreaField) -> None:
        if self.kind.data == FieldKind.CHOICE and not self.lines:
            raise ValidationError(_l("单选栏目请一行写一个可选的内容。"))
        if len(self.lines) > MOST_CHOICES or any(len(line) > LONGEST_CHOICE for line in self.lines):
            raise ValidationError(_l("最多 40 个可选的内容，每个不超过 40 字。"))


class EditOwnFieldForm(OwnFieldForm):
    """Its name, place and choices, and whether cards are still asked for it."""

    version = VersionField()
    position = IntegerField(
        _l("排第几"),
        [InputRequired(_l("请填排第几。")), NumberRange(1, 999, _l("请填 1 到 999。"))],
        render_kw={"inputmode": "numeric", "min": 1, "max": 999},
    )
    retired = BooleanField(_l("停用：卡片上不再填写，已填的内容保留"))

    def values(self) -> dict[str, object]:
        found: dict[str, object] = {"name": self.name.data, "position": self.position.data}
        return found | {"retired": self.retired.data, "choices": self.lines}


# The fields of a unit, as a form -------------------------------------------------------------------


class OwnForm(FlaskForm):
    """The fields the units have added: made for each card, as each unit has its own."""

    @staticmethod
    def of(fields: Iterable[models.Field], contents: Mapping[int, Content]) -> "OwnForm":
        asked = list(fields)
        made = {field.key: _field(field, contents.get(field.id)) for field in asked}
        kind = cast("type[OwnForm]", new_class("OwnForm", (OwnForm,), {}, partial(_with, made)))
        first = {field.key: _typed(contents[field.id]) for field in asked if field.id in contents}
        form = kind(data=first)
        form.asked = asked
        return form

    asked: list[models.Field] = []  # noqa: RUF012 - set on each form

    @property
    def contents(self) -> Contents:
        """What is to stand in each."""
        return {field.id: (field, _content(self[field.key].data)) for field in self.asked}


def _with(fields: Mapping[str, object], body: dict[str, object]) -> None:
    body |= fields


def _typed(content: Content) -> Content | int:
    """500 and not 500.0, as somebody typed it."""
    return int(content) if isinstance(content, float) and content.is_integer() else content


def _content(data: object) -> Content:
    """A box without a tick and an empty text are nothing."""
    if isinstance(data, bool):
        return 1.0 if data else None
    if isinstance(data, int):
        return float(data)
    return cast("Content", data) if data not in {None, ""} else None


def _field(field: models.Field, content: Content) -> Field:
    if field.kind is FieldKind.CHOICE:
        words = dict.fromkeys([*field.choices, *([str(content)] if content else [])])
        return SelectField(
            field.name,
            choices=[SelectChoice("", _l("请选择")), *(SelectChoice(word, word) for word in words)],
            default="",
        )
    made, rules, more = KINDS[field.kind]
    return cast("Field", made(field.name, rules, **more))


class NumberField(FloatField):
    """A number, refused in words a clerk knows."""

    @override
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_l("请填数字，如 12 或 12.5。")) from error


def _not_wild(_form: FlaskForm, field: FloatField) -> None:
    if field.data is not None and not abs(field.data) < LARGEST:  # neither too large nor no number
        raise ValidationError(_l("请填一个不太大的数字。"))


def _sane_day(_form: FlaskForm, field: DayField) -> None:
    if field.data and not date(1900, 1, 1) <= field.data <= date(2199, 12, 31):
        raise ValidationError(_l("请检查日期的年份。"))


KINDS: Mapping[FieldKind, tuple[Any, list[Any], dict[str, Any]]] = {
    FieldKind.TEXT: (
        StringField,
        [Length(max=200, message=_l("不超过 200 字。"))],
        {"filters": [trimmed]},
    ),
    FieldKind.NUMBER: (NumberField, [Optional(), _not_wild], {"render_kw": {"inputmode": "decimal"}}),
    FieldKind.DATE: (DayField, [Optional(), _sane_day], {}),
    FieldKind.CHECK: (BooleanField, [], {}),
}
