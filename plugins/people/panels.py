"""What waits for the security administrator on the home page."""

from flask import url_for
from flask_babel import gettext as _

from intranet.contracts import Duty, Panel, Role
from intranet.models import User
from intranet.permissions import has_role
from plugins.people import TITLE
from plugins.people.queries.grants import held_after_leaving


def panels(user: User) -> list[Panel]:
    """Grants that outlived a membership: nobody else would notice."""
    count = held_after_leaving() if has_role(user, Role.SECURITY) else 0
    if not count:
        return []
    url = url_for("people.grants", time="left")
    sentence = _("%(count)s 项授权的人已经离开那个单位：请收回，或确认仍然需要", count=count)
    return [Panel(TITLE, url, (Duty(sentence, url, TITLE),))]
