"""The field every form of a change carries: which version the person saw."""

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from typing_extensions import override
from wtforms import IntegerField
from wtforms.form import BaseForm
from wtforms.widgets import HiddenInput

from intranet.errors import Invalid

LARGEST = 2**31 - 1
"""What an integer column holds."""


class VersionField(IntegerField):
    """Hidden, so a wrong one is no fault the person could mend in the form: the whole page is refused."""

    widget = HiddenInput()

    @override
    def pre_validate(self, form: BaseForm) -> None:
        if not self.raw_data or self.data is None or not 0 <= self.data <= LARGEST:
            raise Invalid(_("页面已过期，请刷新后再操作。"))


class VersionForm(FlaskForm):
    """What every change carries, and of a bare button the whole form."""

    version = VersionField()

    @property
    def seen(self) -> int:
        """The version; asked for after validation."""
        return self.version.data or 0


def version_seen() -> int:
    """The version a bare button sends. Raises Invalid when there is none."""
    form = VersionForm()
    form.validate()
    return form.seen
