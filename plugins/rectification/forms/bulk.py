"""What is to be done with the chosen cards."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, Length

from intranet.forms import trimmed
from plugins.rectification.forms import LONGEST_NOTE


class StepOnForm(FlaskForm):
    """办理下一步: the sentence that stands in each card's history."""

    note = StringField(
        _l("意见（各张相同，可不填）"),
        [Length(max=LONGEST_NOTE, message=_l("请精简到 4000 字以内。"))],
        filters=[trimmed],
    )


class OwnerForm(FlaskForm):
    """指定责任人."""

    person = SelectField(_l("责任人"), [DataRequired(_l("请选责任人。"))])


class SortForm(FlaskForm):
    """改类别."""

    category = SelectField(_l("类别"), [DataRequired(_l("请选类别。"))])


class JoinForm(FlaskForm):
    """归入专项."""

    drive = SelectField(_l("归入的专项"), [DataRequired(_l("请选专项。"))])


class LeaveForm(FlaskForm):
    """移出专项."""

    left = SelectField(_l("移出的专项"), [DataRequired(_l("请选专项。"))])


def choices(pairs: list[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", _l("请选择")), *(SelectChoice(key, label) for key, label in pairs)]
