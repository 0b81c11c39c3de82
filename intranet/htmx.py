"""Pages and fragments: every URL answers a browser without JavaScript; htmx gets a smaller answer."""

import json
from collections.abc import Mapping

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from jinja2_fragments.flask import render_block

from intranet.contracts import Text

VARY = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request", "Cookie")


def wants_fragment() -> bool:
    """A partial swap, not a boosted page and not a history restore."""
    asked = request.htmx  # type: ignore[attr-defined]  # htmx-flask's own request class
    return bool(asked) and not asked.boosted and not asked.history_restore_request


def render(template: str, block: str, status: int = 200, **context: object) -> Response:
    """The whole page, or only `block` of it when htmx asks."""
    if wants_fragment():
        html = render_block(template, block, **context)
    else:
        html = render_template(template, **context)
    response = make_response(html, status)
    response.vary.update(VARY)
    return response


def done(
    notice: Text, endpoint: str, *, event: Mapping[str, object] | None = None, **values: object
) -> ResponseReturnValue:
    """After a change: a redirect, for htmx one that the script follows. `notice` is shown once."""
    flash(str(notice))
    url = url_for(endpoint, **values)  # type: ignore[arg-type]
    if not wants_fragment():
        return redirect(url, code=303)
    response = make_response("", 200)
    response.headers["HX-Redirect"] = url
    return with_event(response, event) if event else response


def with_event(response: Response, event: Mapping[str, object]) -> Response:
    """Tells listeners on the page. JSON, so that Chinese stays out of the header's raw bytes."""
    response.headers["HX-Trigger"] = json.dumps(event)
    return response
