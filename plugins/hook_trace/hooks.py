"""What the plugin tells the core: nothing. It only looks on."""

from flask import Flask

from intranet.hookspecs import hookimpl
from plugins.hook_trace import tracing


@hookimpl
def intranet_start(app: Flask) -> None:
    tracing.begin(app)
