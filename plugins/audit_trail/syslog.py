"""The ends of the audit chains as a log server hears them. One that is down stops nothing here."""

import logging
from collections.abc import Iterable
from logging.handlers import SysLogHandler

from flask import current_app
from typing_extensions import override


class _Teller(SysLogHandler):
    @override
    def handleError(self, record: logging.LogRecord) -> None:
        current_app.logger.warning("syslog at %s does not answer", self.address)


def tell(lines: Iterable[str]) -> None:
    """Sends each line to the server of AUDIT_SYSLOG, if one is named."""
    where = current_app.config["AUDIT_SYSLOG"]
    if not where:
        return
    host, _colon, port = where.rpartition(":")
    try:
        teller = _Teller((host, int(port)) if host else where, SysLogHandler.LOG_AUTHPRIV)
    except (OSError, ValueError) as error:
        current_app.logger.warning("syslog at %s does not answer: %s", where, error)
        return
    for line in lines:
        teller.emit(logging.LogRecord("intranet", logging.INFO, "", 0, f"audit-head {line}", None, None))
    teller.close()
