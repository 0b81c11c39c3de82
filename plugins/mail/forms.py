"""What is typed about e-mail."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length

from intranet.forms import VersionForm
from plugins.mail.addresses import LONGEST
from plugins.mail.models import Mode
from plugins.mail.wording import MODES

HOURS = range(6, 22)
EMAIL = {"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "maxlength": LONGEST}


class AddressForm(VersionForm):
    """Where the letters go."""

    address = StringField(
        _l("邮箱"), [InputRequired(_l("请填写邮箱。")), Length(max=LONGEST)], render_kw=EMAIL
    )


class CodeForm(FlaskForm):
    """What came with the letter."""

    code = StringField(
        _l("确认码"),
        [InputRequired(_l("请填写确认码。")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"},
    )


class ModeForm(VersionForm):
    """When to be written to."""

    mode = RadioField(_l("什么时候寄"), choices=[SelectChoice(mode.value, MODES[mode]) for mode in Mode])
    hour = SelectField(
        _l("每日汇总的时间"), coerce=int, choices=[SelectChoice(hour, f"{hour:02}:00") for hour in HOURS]
    )

    def chosen(self) -> Mode:
        return Mode(self.mode.data)


class TrialForm(FlaskForm):
    """Where a test letter goes."""

    address = StringField(
        _l("寄到哪个邮箱"), [InputRequired(_l("请填写邮箱。")), Length(max=LONGEST)], render_kw=EMAIL
    )
