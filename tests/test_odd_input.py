"""Parameters given twice, and values no field holds, are refused or passed over: never a failure."""

from itertools import cycle

import pytest

from intranet.permissions import for_strangers
from tests.fixtures import HTMX, login

FIELDS = {
    "GET": ("before", "next", "page"),
    "POST": ("allowed", "state", "locked", "language", "next", "username", "password", "text", "version"),
}
ODD = {
    "twice": ["1", "2"],
    "beyond an integer": [str(2**31)],
    "beyond a bigint": [str(2**63)],
    "beyond Python's own limit": ["9" * 5000],
    "negative": ["-1"],
    "empty": [""],
    "no number": ["１", "1e9", "None"],
    "long": ["长" * 5000],
    "markup": ["<b>'\"{{ 7*7 }}%s"],
    "half a pair": ["\ud800".encode("utf-8", "surrogatepass")],
}
PARTS = {
    "<unit:unit>": "nk1",
    "/permissions/<name>": "/permissions/hello:post",
    "<int:notice_id>": "1",
    "<name>": "hello",
    "<role>": "member",
}


def addresses(app, method):
    """Addresses of the core and of the example plugin, every variable part filled in."""
    for rule in app.url_map.iter_rules():
        if method in rule.methods and "<path" not in rule.rule:
            assert "<" not in filled_in(rule.rule), rule
            yield filled_in(rule.rule)


def filled_in(path):
    for part, value in PARTS.items():
        path = path.replace(part, value)
    return path


@pytest.mark.parametrize("username", [None, "head", "system", "security", "audit"])
def test_no_odd_parameter_is_a_failure(hello_app, username):
    """Now as a page, now as a fragment: what is odd is found before that is looked at."""
    for (kind, value), headers in zip(ODD.items(), cycle([{}, HTMX])):
        client = login(hello_app, username)
        for method, fields in FIELDS.items():
            given = dict.fromkeys(fields, value)
            body = {"data": given} if method == "POST" else {}
            for path in sorted(addresses(hello_app, method), key="/logout".__eq__):
                response = client.open(path, method=method, headers=headers, query_string=given, **body)

                assert response.status_code < 500, (kind, method, path)


def test_a_failure_would_be_seen(hello_app):
    hello_app.add_url_rule("/planted", "planted", for_strangers(lambda: str(1 // 0)))

    assert "/planted" in set(addresses(hello_app, "GET"))
    assert hello_app.test_client().get("/planted").status_code == 500
