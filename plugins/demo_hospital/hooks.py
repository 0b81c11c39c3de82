"""What the demo hospital tells the core: its command."""

from flask import Blueprint

from intranet.hookspecs import hookimpl
from plugins.demo_hospital.views import bp


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp]
