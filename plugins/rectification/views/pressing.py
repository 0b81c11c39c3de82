"""Forms that make something carry a key of their own: pressed twice, they make it once.

Who comes second sees the page the first was led to. A form that was refused was not taken, so the same key
serves once more; other words under the same key, after a step back in the browser, are another form.
"""

import hashlib
import secrets
from functools import partial
from http import HTTPStatus

from flask import Response, flash, g, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.htmx import wants_fragment
from intranet.permissions import me
from plugins.rectification.services.pressing import press
from plugins.rectification.views.blueprint import bp

KEY = "pressed"


@bp.context_processor
def _key() -> dict[str, object]:
    """For `_once.html`: new with every form."""
    return {"new_key": partial(secrets.token_urlsafe, 16)}


@bp.before_request
def _take() -> ResponseReturnValue | None:
    if KEY not in request.form or not g.writing:
        return None
    made, is_first = press(_digest())
    if is_first:
        g.pressed = made
        return None
    return _again(made.url)


def _digest() -> str:
    """Of this person's words on this page."""
    sent = repr((me().id, request.path, sorted(request.form.lists())))
    return hashlib.sha256(sent.encode()).hexdigest()


def _again(url: str) -> ResponseReturnValue:
    """A fragment that was changed has been drawn already."""
    if not url:
        return "", HTTPStatus.NO_CONTENT
    flash(_("已保存。"))
    if not wants_fragment():
        return redirect(url, HTTPStatus.SEE_OTHER)
    response = make_response("")
    response.headers["HX-Redirect"] = url
    return response


@bp.after_request
def _remember(response: Response) -> Response:
    """Where it led; refused, nothing of it is kept."""
    if "pressed" in g:
        g.pressed.url = response.headers.get("HX-Redirect") or response.location or ""
    return response
