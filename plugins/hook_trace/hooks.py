"""What the plugin tells the core: nothing. It only looks on."""

from flask import Blueprint, Flask

from intranet.hookspecs import hookimpl
from plugins.hook_trace import tracing


@hookimpl
def intranet_blueprints(app: Flask) -> list[Blueprint]:
    """No pages: this is the one moment at which the app can be had."""
    tracing.begin(app)
    return []
