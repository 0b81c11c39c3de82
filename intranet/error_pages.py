"""The only place that turns refusals and failures into status codes and pages."""

import logging
import secrets
import sqlite3
import traceback
from http import HTTPStatus

from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from intranet.contracts import Text
from intranet.errors import Busy, DomainError
from intranet.extensions import db, login_manager
from intranet.htmx import wants_fragment
from intranet.plugins import blame
from intranet.web import parts_of, path_for_logs, safe_next

SHORT = 10
"""Plain letters up to which a field is no prose; nor is one without a space: a date, a choice, a code."""

# Deadlock, lock timeout, serialization failure, statement timeout; a SQLite file somebody else holds.
WAITED_TOO_LONG = frozenset({"40P01", "55P03", "40001", "57014", sqlite3.SQLITE_BUSY})
TOO_LARGE = "22003"
BINDING = frozenset({"do_execute", "do_executemany", "_execute_context", "_sent"})
"""Where values are handed to the database; only SQLite's driver refuses a number in its own words."""

logger = logging.getLogger("intranet")

SENTENCES: dict[int, tuple[Text, Text]] = {
    400: (_l("请求无法识别"), _l("请返回上一页，刷新后再试一次。")),
    401: (_l("请先登录"), _l("登录后会回到您要去的页面。")),
    403: (_l("没有权限"), _l("您没有这项权限。如果这是您的工作，请联系安全管理员授权。")),
    404: (_l("没有找到"), _l("没有这个页面，或者它不对您开放。请从左侧菜单重新进入。")),
    405: (_l("不能这样打开"), _l("请从页面上的按钮操作。")),
    409: (_l("情况已经变了"), _l("请查看最新内容后再决定。")),
    413: (_l("文件太大"), _l("请压缩或拆分后再上传。")),
    422: (_l("没有保存"), _l("请按提示改正后再提交。")),
    429: (_l("操作太频繁"), _l("请稍等一会儿再试。")),
    503: (_l("系统正忙"), _l("请稍等几秒再试一次。")),
}


def init_app(app: Flask) -> None:
    """Registers the handlers. `_failure` logs, with a number and without a secret in the address."""
    app.log_exception = lambda _info: None  # type: ignore[assignment]
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OverflowError, _too_large_a_number)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(PoolTimeout, lambda _error: _domain_error(Busy()))
    app.register_error_handler(Exception, _failure)


def _domain_error(error: DomainError) -> Response:
    return _answer(error.status, SENTENCES[error.status][0], error.message)


def _form_expired(_error: CSRFError) -> Response:
    return _answer(400, _l("页面已过期"), _l("请刷新页面后重新提交；您填写的内容保留在下面。"))


def _too_large(_error: RequestEntityTooLarge) -> Response:
    """The whole request is over its limit, or only the text in its fields, which has one of its own."""
    limit = request.max_content_length or 0
    if (request.content_length or limit + 1) <= limit:
        return _answer(413, _l("内容太多"), _l("填写的文字太多，没有保存。请缩短或分几次填写。"))
    sentence = _(
        "文件超过 %(limit)s MB，没有上传，也没有改动任何内容。请压缩图片或拆成几个文件后再上传。",
        limit=limit // 1024 // 1024,
    )
    return _answer(413, _l("文件太大"), sentence)


def _too_large_a_number(error: Exception) -> Response:
    """No id or version of ours is beyond what the database can hold; elsewhere it is our fault."""
    frames = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, OverflowError) and frames[-1] not in BINDING:
        return _failure(error)
    return _answer(400, *SENTENCES[400])


def _http_error(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError) and error.original_exception:
        original = error.original_exception  # it happened after the view: the commit failed
        return _database_error(original) if isinstance(original, DBAPIError) else _failure(original)
    status = error.code or 500
    if error.response is not None or status < 400:  # noqa: PLR2004 - a redirect, not an error
        return make_response(error.get_response())
    return _answer(status, *SENTENCES.get(status, (_l("出错了"), _l("请返回上一页再试一次。"))))


def _database_error(error: DBAPIError) -> Response:
    code = _code(error.orig)
    if code in WAITED_TOO_LONG:
        return _domain_error(Busy())
    return _too_large_a_number(error) if code == TOO_LARGE else _failure(error)


def _code(cause: BaseException | None) -> str | int | None:
    """PostgreSQL's SQLSTATE, or SQLite's primary result code: its message may be in any words."""
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return getattr(cause, "sqlstate", None)


def _failure(error: BaseException) -> Response:
    """Nobody expected this. The person gets a number that finds the log entry."""
    number = secrets.token_hex(4)
    logger.error("failure %s at %s %s", number, request.method, path_for_logs(), exc_info=error)
    blame(error, request.blueprints)
    sentence = _l(
        "程序出了错，您的操作没有保存。请稍后再试；若仍不行，请把编号 %(number)s 告诉信息科。",
        number=number,
    )
    return _answer(500, _l("程序出错"), sentence)


def _answer(status: int, title: Text, sentence: Text) -> Response:
    """A page, or for a fragment a sentence that goes to the notice line and nowhere else."""
    _take_back(status)
    try:
        response = _draw(status, title, sentence)
    except SQLAlchemyError:  # the database is gone: the same page without a menu
        db.session.rollback()
        g._login_user = login_manager.anonymous_user()  # noqa: SLF001 - where Flask-Login keeps it
        response = _draw(status, title, sentence)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response


def _take_back(status: int) -> None:
    """Ends the request's transaction before the page is made: it may be broken, or never have begun."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or not g.get("keep_on_refusal"):
        db.session.rollback()
        g.writing = False


def _draw(status: int, title: Text, sentence: Text) -> Response:
    if wants_fragment():
        response = make_response(render_template("errors/notice.html", sentence=sentence), status)
        response.headers["HX-Retarget"] = "#notice"
        response.headers["HX-Reswap"] = "innerHTML"
        response.headers["HX-Trigger"] = '{"intranet:refused": {}}'
    else:
        words = {"title": title, "sentence": sentence, "typed": _typed()}
        page = render_template("errors/error.html", **words, back=_came_from(), above=_above(status))
        response = make_response(page, status)
    return response


def _came_from() -> str | None:
    """The page of this site the person was on, unless it is the one that just failed."""
    referrer = parts_of(request.referrer or "")
    page = safe_next(referrer._replace(scheme="", netloc="", fragment="").geturl())
    failed = request.method == "GET" and page == request.full_path.rstrip("?")
    home = url_for("home.index")
    return None if referrer.netloc != request.host or failed or page == home else page


def _above(status: int) -> str | None:
    """The nearest page above this address, of a unit the person may enter; if not allowed, the unit's own."""
    if "unit" not in g:
        return None
    unit = url_for("unit.home", unit=g.unit_code)
    adapter = current_app.create_url_adapter(request)
    if adapter is None or status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
        return unit
    parts = request.path.rstrip("/").split("/")
    deepest = len(parts) - (request.method == "GET")
    above = ("/".join(parts[:depth]) for depth in range(deepest, 2, -1))
    return next((path for path in above if adapter.test(path, "GET")), unit)


def _typed() -> list[str]:
    """What the person had written, so that a refusal loses nothing. Short and secret fields stay out."""
    try:
        fields = request.form.items(multi=True)
    except HTTPException:
        return []
    return [
        text
        for name, text in fields
        if name != "csrf_token" and "password" not in name and _is_written(text.strip())
    ]


def _is_written(text: str) -> bool:
    return not text.isascii() or (len(text) > SHORT and " " in text)
