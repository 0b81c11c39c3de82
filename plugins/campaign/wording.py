"""The reader's words in the language of whoever looks."""

from flask_babel import gettext

from plugins.campaign.reader import Remark


def say(remark: Remark) -> str:
    """The remark translated, and the remarks inside it too."""
    values = [say(value) if isinstance(value, Remark) else value for value in remark.values]
    return str(gettext(remark.words)).format(*values)
