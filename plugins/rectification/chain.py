"""What the board counts on the way of a campaign, and tells of a week."""

from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet import clock
from intranet.contracts import Figure, Text
from intranet.models import Unit, User
from plugins.rectification.filters import Filters, Mark
from plugins.rectification.lights import Light
from plugins.rectification.queries.counting import counts
from plugins.rectification.queries.flow import happened, open_and_late
from plugins.rectification.queries.looking_back import looked_back
from plugins.rectification.queries.scope import scope_of
from plugins.rectification.stages import Stage
from plugins.rectification.wording import Term

SHOWN: dict[Stage, tuple[str, Text]] = {
    Stage.UNCLAIMED: ("correction", _l("个待认领")),
    Stage.IN_PROGRESS: ("correction", _l("个整改中")),
    Stage.CLOSING_ASKED: ("correction", _l("个申请销号")),
    Stage.PUBLISHED: ("publication", _l("个公示中")),
    Stage.CLOSED: ("publication", _l("个已销号")),
}


def figures(user: User, unit: Unit) -> list[Figure]:
    """Cards in all, those being worked on, late, published, closed and looked back on."""
    found = counts(scope_of(unit, user), Filters(), user)
    url = url_for("rectification.cards", unit=unit.code)
    stages = [
        Figure(place, label, found.stages[stage], f"{url}?stage={stage.value}")
        for stage, (place, label) in SHOWN.items()
    ]
    late = Figure("correction", _l("个逾期"), found.lights[Light.RED], f"{url}?light={Light.RED.value}")
    return [Figure("problems", _l("个问题"), found.total, url), late, *stages, *_looked_back(unit, user, url)]


def _looked_back(unit: Unit, user: User, url: str) -> list[Figure]:
    """What is checked again and again, what was, and what came back after it was closed."""
    lasting, checked, relapsed = looked_back(scope_of(unit, user))
    shown = [
        Figure("look_back", _l("个长期坚持"), lasting, f"{url}?term={Term.LASTING.value}"),
        Figure("look_back", _l("个定期检查过"), checked, f"{url}?mark={Mark.CHECKED.value}"),
        Figure("look_back", _l("个销号后反弹"), relapsed, f"{url}?mark={Mark.RELAPSED.value}"),
    ]
    return shown if any(figure.count for figure in shown) else []


def week(user: User, unit: Unit, start: date, end: date) -> list[str]:
    """New, moved and closed cards of these days; of the days that go on, how many are open and late now."""
    scope = scope_of(unit, user)
    sums = happened(scope, start, end)
    told = [_("整改：新登记问题 %(opened)s 件，办理 %(moved)s 件，销号 %(closed)s 件。", **sums._asdict())]
    if clock.today() < end:
        open_, late = open_and_late(scope)
        told.append(_("现有未销号问题 %(n)s 件，其中逾期 %(late)s 件。", n=open_, late=late))
    return told
