"""The page of the backups, and the commands of an operator."""

from flask import Blueprint

bp = Blueprint("backups", __name__, template_folder="../templates", url_prefix="/admin", cli_group=None)

from plugins.backups.views import commands, pages  # noqa: E402, F401 - they hang their routes on bp
