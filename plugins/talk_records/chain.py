"""What talks count on the way of a campaign, and tell of a week."""

from datetime import date, datetime, time

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet import clock
from intranet.contracts import Figure
from intranet.models import Unit, User
from intranet.permissions import allowed
from plugins.talk_records.queries.counting import happened, running
from plugins.talk_records.queries.needs import cycles_of, of_cycle
from plugins.talk_records.queries.talks import OVERVIEW
from plugins.talk_records.wording import NeedState


def figures(user: User, unit: Unit) -> list[Figure]:
    """Of the newest round: pairs that must talk, that have, and that have not."""
    cycles = cycles_of([unit]) if allowed(user, OVERVIEW, unit) else []
    if not cycles:
        return []
    needs = of_cycle(cycles[0])
    done = sum(need.state is NeedState.DONE for need in needs)
    still = sum(need.is_open for need in needs)
    url = url_for("talk_records.pairs", unit=unit.code, cycle=cycles[0].id)
    waived = len(needs) - done - still
    return [
        Figure("talks", _l("对应谈（本单位最近一轮）"), len(needs), url),
        Figure("talks", _l("对已谈"), done, f"{url}&state=done"),
        Figure("talks", _l("对未谈"), still, f"{url}&state=open"),
        *([Figure("talks", _l("对免谈"), waived, f"{url}&state=waived")] if waived else []),
    ]


def week(user: User, unit: Unit, start: date, end: date) -> list[str]:
    """Numbers alone; of a week that goes on, how many pairs have still to talk in the rounds that run."""
    first, last = (datetime.combine(day, time(), clock.ZONE) for day in (start, end))
    held, confirmed = happened(user, unit, first, last)
    said = _("谈心谈话：谈话 %(held)s 次，双方确认 %(confirmed)s 次。", held=held, confirmed=confirmed)
    told = [said] if held or confirmed else []
    pairs = running(user, unit) if start <= clock.today() < end else []
    still = sum(need.is_open for need in pairs)
    return told + ([_("应谈未谈 %(n)s 对。", n=still)] if pairs else [])
