"""What is written of a special campaign, and which a card is in."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from intranet.forms import DayField, VersionField, trimmed
from intranet.models import Unit
from plugins.rectification.forms import not_too_far
from plugins.rectification.queries.categories import DriveName


class DriveForm(FlaskForm):
    """One more."""

    name = StringField(
        _l("专项名称"),
        [DataRequired(_l("请写名称。")), Length(max=40, message=_l("名称不超过 40 字。"))],
        filters=[trimmed],
    )
    leading = SelectField(_l("牵头部门"), [InputRequired(_l("请选牵头部门。"))], coerce=int)
    starts_on = DayField(_l("开始日期"), [InputRequired(_l("请填开始日期。")), not_too_far])
    ends_on = DayField(_l("结束日期"), [Optional(), not_too_far])
    basis = TextAreaField(
        _l("依据"),
        [Length(max=500, message=_l("依据不超过 500 字。"))],
        filters=[trimmed],
        render_kw={"rows": 2},
    )

    def offer(self, units: Iterable[Unit]) -> None:
        self.leading.choices = [SelectChoice(unit.id, unit.name) for unit in units]

    def validate_ends_on(self, field: DayField) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_l("结束日期不能早于开始日期。"))

    def values(self) -> dict[str, object]:
        return {
            "name": self.name.data,
            "basis": self.basis.data,
            "leading_id": self.leading.data,
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
        }


class EditDriveForm(DriveForm):
    """The same once more."""

    version = VersionField()


class DrivesForm(FlaskForm):
    """Boxes: the special campaigns a card is in."""

    version = VersionField()
    drives = SelectMultipleField(
        _l("专项整治"),
        coerce=int,
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, drives: Iterable[DriveName]) -> None:
        self.drives.choices = [SelectChoice(drive.id, drive.name) for drive in drives]
