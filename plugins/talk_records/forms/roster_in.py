"""Forms of a leading group that comes in as a list: where it is, and its rows as they were understood."""

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from intranet import clock
from intranet.forms import DayField, choices_of, trimmed
from plugins.talk_records.annexes import LONGEST_DUTY, MOST, Row, units_in
from plugins.talk_records.forms import PLEASE, id_or_none
from plugins.talk_records.services.roster import Post

LONGEST_LIST, LONGEST_WORK = 20_000, 1_000


class ListForm(FlaskForm):
    """A list that was pasted, or one in Excel."""

    text = TextAreaField(
        _l("把名单粘贴在这里，一人一行，或“组长：…”“成员：…”"),
        validators=[Length(max=LONGEST_LIST, message=_l("请不要超过 %(max)d 个字。"))],
    )
    file = FileField(_l("或者选一个 Excel 文件"), render_kw={"accept": ".xlsx"})


class RowForm(Form):
    """Somebody of the list. What is not taken need not be right."""

    take = BooleanField(_l("带入"))
    name = HiddenField(validators=[Length(max=10)])
    work = HiddenField(validators=[Length(max=LONGEST_WORK)])
    person = SelectField(_l("账号"), coerce=id_or_none, validators=[Optional()])
    duty = StringField(
        _l("职务"), validators=[Length(max=LONGEST_DUTY, message=_l("请不要超过 %(max)d 个字。"))]
    )
    is_chief = BooleanField(_l("主要负责人"))
    charges = SelectMultipleField(_l("分管单位"), coerce=int)


class RowsForm(FlaskForm):
    """The whole list, to be taken as it stands or not at all."""

    starts_on = DayField(_l("从哪一天起任职（分工）"), validators=[InputRequired(_l("请填起始日期。"))])
    rows = FieldList(FormField(RowForm), max_entries=MOST)

    def offer(self, people: Mapping[int, str], units: Mapping[int, str]) -> None:
        for row in self.rows:
            row.form.person.choices = choices_of(people, empty=PLEASE)
            row.form.charges.choices = choices_of(units)

    def show(
        self, rows: list[Row], people: Mapping[int, str], units: dict[int, str], there: Collection[int]
    ) -> None:
        """As the list has them: whose account it is follows from the name where only one has it."""
        self.starts_on.data = clock.today()
        for row in rows:
            same = namesakes(row.name, people)
            person = same[0] if len(same) == 1 else None
            words: dict[str, object] = {"name": row.name, "work": row.work[:LONGEST_WORK], "duty": row.duty}
            words |= {"person": person, "is_chief": row.is_chief, "charges": units_in(row.work, units)}
            self.rows.append_entry(words | {"take": person is not None and person not in there})

    def check(self, there: Mapping[int, str]) -> bool:
        """Every row that is taken has a person of its own and a duty; the fault stands at the field."""
        seen: set[int] = set()
        taken = [row for row in self.rows if row.take.data]
        for row in taken:
            person = row.person.data
            if not person:
                row.person.errors = [_("请选是哪一位，或者不勾“带入”。")]
            elif person in seen:
                row.person.errors = [_("这个账号已经选给另一行。")]
            elif not trimmed(row.duty.data) and person not in there:
                row.duty.errors = [_("请填职务。")]
            seen.add(person or 0)
        return not any(row.person.errors or row.duty.errors for row in taken)

    def posts(self) -> dict[int, Post]:
        """By person, those that are taken."""
        first = self.starts_on.data or clock.today()
        taken = [row for row in self.rows if row.take.data]
        return {
            row.person.data: Post(
                trimmed(row.duty.data), row.is_chief.data, first, None, tuple(row.charges.data or ())
            )
            for row in taken
        }


def namesakes(name: str, people: Mapping[int, str]) -> list[int]:
    """Whose name it is: where two share one, their staff numbers stand behind it."""
    return [key for key, label in people.items() if label.partition("（")[0] == name]
