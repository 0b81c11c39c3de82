"""A category, an own field or a special campaign is saved, or said where it can be mended why not."""

from collections.abc import Callable

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from intranet.db import Versioned
from intranet.errors import Conflict, Invalid

Page = Callable[..., ResponseReturnValue]
"""The form again: status, and what stands above it."""
Home = Callable[[str], ResponseReturnValue]
"""Where one goes afterwards, with a notice."""


def saved(
    form: FlaskForm, row: Versioned, deed: Callable[[], None], page: Page, home: Home
) -> ResponseReturnValue:
    """Refused at the name, or above the form for whoever was second, who then saves over it knowingly."""
    try:
        deed()
    except Conflict as refusal:
        form["version"].data = row.version
        return page(409, refusal.message)
    except Invalid as refusal:
        form["name"].errors = [refusal.message]
        return page(422)
    return home(_("已保存。"))
