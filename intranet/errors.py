"""Refusals: what a service raises when a person asked for something that cannot be done."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text


class DomainError(Exception):
    """Something the person can act on. The message is a whole sentence that says what to do next."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message


class Invalid(DomainError):
    """What was typed cannot be accepted."""


class Conflict(DomainError):
    """Somebody else was quicker, or the matter has moved on."""

    status = HTTPStatus.CONFLICT


class Forbidden(DomainError):
    """The person may not do this here."""

    status = HTTPStatus.FORBIDDEN


class NotFound(DomainError):
    """There is no such thing, or not for this person: the answer is the same."""

    status = HTTPStatus.NOT_FOUND


class TooMany(DomainError):
    """Too many tries: wait."""

    status = HTTPStatus.TOO_MANY_REQUESTS


class Busy(DomainError):
    """Others are writing and this write waited too long. Nothing was saved."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(_l("系统正忙，您的操作没有保存，请稍等几秒再试一次。"))
