"""What the forms of all plugins are made of: the version a person saw, days, choices, words without edges."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from typing_extensions import override
from wtforms import DateField, IntegerField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.form import BaseForm
from wtforms.widgets import HiddenInput

from intranet.contracts import Text
from intranet.errors import Invalid

LARGEST = 2**31 - 1
"""What an integer column holds."""
FIRST_YEAR, LAST_YEAR = 1949, 2100
"""Of the days people mean: a year with a figure too many is soon typed."""


class VersionField(IntegerField):
    """Hidden, so a wrong one is no fault the person could mend in the form: the whole page is refused."""

    widget = HiddenInput()

    @override
    def pre_validate(self, form: BaseForm) -> None:
        _checked(self.data if self.raw_data else None)

    def _value(self) -> str:
        """After a conflict the page carries the version it shows, not the one that came with the form."""
        return "" if self.data is None else str(self.data)


class VersionForm(FlaskForm):
    """What every change carries, and of a bare button the whole form."""

    version = VersionField()

    @property
    def seen(self) -> int:
        """The version; asked for after validation."""
        return self.version.data or 0


class DayField(DateField):
    """A date or nothing; what cannot be one is refused in our words."""

    @override
    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = None  # emptied: what stood there is no answer
        try:
            super().process_formdata([value for value in valuelist if value.strip()])
        except ValueError as error:
            raise ValueError(_("日期请写成 2026-03-05 这样。")) from error
        if self.data and not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            raise ValueError(_("请检查年份。"))


def choices_of(words: Mapping[Any, Text], *, empty: Text = "") -> list[SelectChoice]:
    """For a select field, by value; `empty` says what it means to choose nothing."""
    first = [SelectChoice("", empty)] if empty else []
    return [*first, *(SelectChoice(key, word) for key, word in words.items())]


def trimmed(text: str | None) -> str:
    """What was typed, without blanks around it."""
    return (text or "").strip()


def version_seen() -> int:
    """The version a bare button sends. Raises Invalid when there is none."""
    return _checked(request.form.get("version", type=int))


def _checked(version: int | None) -> int:
    if version is None or not 0 <= version <= LARGEST:
        raise Invalid(_("页面已过期，请刷新后再操作。"))
    return version
