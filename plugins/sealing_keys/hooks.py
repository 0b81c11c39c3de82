"""What the changing of keys tells the core."""

from datetime import timedelta

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from intranet.contracts import Job
from intranet.hookspecs import hookimpl
from plugins.sealing_keys import queries
from plugins.sealing_keys.services import reseal
from plugins.sealing_keys.views import bp


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp]


@hookimpl
def intranet_jobs() -> list[Job]:
    """Catches what a process still sealed with the key before."""
    title, outcome = _l("旧密钥密封的内容改用新密钥"), _l("重新密封 %(done)s 份，打不开 %(lost)s 份")
    return [Job("reseal", title, timedelta(hours=1), reseal, outcome)]


@hookimpl
def intranet_checks() -> list[str]:
    return queries.faults()
