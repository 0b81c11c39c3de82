"""What the audit pages tell the core."""

from datetime import timedelta

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import Job, NavItem, Role
from intranet.hookspecs import hookimpl
from intranet.models import User
from intranet.permissions import has_role
from plugins.audit_trail.models import FILE
from plugins.audit_trail.services.closing import close_old_months
from plugins.audit_trail.services.comparing import compare, note, note_and_compare
from plugins.audit_trail.views import bp


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp]


@hookimpl
def intranet_site_navigation(user: User) -> list[NavItem]:
    if not has_role(user, Role.AUDIT):
        return []
    return [
        NavItem(_l("审计记录"), "audit_trail.entries", 40),
        NavItem(_l("记录链"), "audit_trail.chains", 41),
    ]


@hookimpl
def intranet_jobs() -> list[Job]:
    quarter, day = timedelta(minutes=15), timedelta(days=1)
    heads = _l("库外留存链尾 %(heads)s 行")
    compared = _l("与库外留存对照 %(chains)s 条链，不符 %(broken)s 处")
    closed = _l("封存 %(segments)s 段，清除到期记录 %(entries)s 条，因不完整而保留的记录链 %(kept)s 条")
    return [
        Job("heads", _l("库外留存审计链尾"), quarter, note, heads),
        Job("compare", _l("与库外留存的审计链尾对照"), day, note_and_compare, compared),
        Job("close", _l("封存到期的审计记录"), day, close_old_months, closed),
    ]


@hookimpl
def intranet_checks() -> list[str]:
    """The chains against the heads outside; the core has read the chains themselves."""
    return [_fault(each.chain, each.broken_at) for each in compare() if each.broken_at]


def _fault(chain: int, number: int) -> str:
    if chain == FILE:
        return str(_("库外留存的审计链尾第 %(line)s 行缺失或被改动。", line=number))
    words = {"chain": chain, "number": number}
    return str(_("审计记录链 %(chain)s 第 %(number)s 条与库外留存的不符。", **words))
