"""Which measures are promised in public."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from intranet.forms import trimmed


class CommitForm(FlaskForm):
    """Boxes; `seen` names the preview this person has looked at."""

    measures = SelectMultipleField(
        _l("公开承诺的措施"),
        [InputRequired(_l("请至少选一条措施。"))],
        coerce=int,
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    seen = HiddenField()


class TakeBackForm(FlaskForm):
    """Why a promise is taken back."""

    reason = StringField(
        _l("撤回原因"),
        [DataRequired(_l("请写明为什么撤回。")), Length(max=200, message=_l("原因不超过 200 字。"))],
        filters=[trimmed],
    )
