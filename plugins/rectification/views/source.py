"""Where a card comes from is a link for those who may go there; for others it is only words."""

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from intranet.gate import enabled_plugins
from intranet.organisation import organisation
from intranet.permissions import allowed, declared, may_enter, me, policy_of
from plugins.rectification.models import Card


def leads_to_source(card: Card) -> bool:
    """Whether the gate lets this person through there: their unit, the plugin on, the page's own mark."""
    endpoint, code = _page(card.source_url or "")
    unit = organisation().by_code.get(code)
    if unit is None or card.source not in enabled_plugins(unit):
        return False
    mark = policy_of(current_app.view_functions[endpoint]) or ""
    return may_enter(me(), unit) and (mark not in declared() or allowed(me(), mark, unit))


def _page(url: str) -> tuple[str, str]:
    """The endpoint and the code of the unit an address of ours names; empty when it names neither."""
    path = url.partition("#")[0].partition("?")[0].removeprefix(request.script_root)
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, values = adapter.match(path, method="GET") if adapter and path else ("", {})
    except HTTPException:
        return "", ""
    return endpoint, values.get("unit", "")
