"""What backups tell the core."""

from pathlib import Path

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

from intranet.contracts import Job, NavItem, Panel, Role
from intranet.hookspecs import hookimpl
from intranet.models import User
from intranet.permissions import has_role
from plugins.backups import panels, schedule
from plugins.backups.services.working import clear_remains
from plugins.backups.views import bp


@hookimpl
def intranet_start(app: Flask) -> None:
    clear_remains(Path(app.instance_path))


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp]


@hookimpl
def intranet_site_navigation(user: User) -> list[NavItem]:
    return [NavItem(_l("备份"), "backups.index", 10)] if has_role(user, Role.SYSTEM) else []


@hookimpl
def intranet_dashboard(user: User) -> list[Panel]:
    return panels.panels(user)


@hookimpl
def intranet_jobs() -> list[Job]:
    return schedule.jobs()
