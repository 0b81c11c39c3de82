"""The core's addresses: a change is a decision, because people keep bookmarks."""

import pytest

from intranet.permissions import policy_of

pytestmark = pytest.mark.one_engine

ROUTES = """
GET      /                                   home.index              everyone
GET      /<unit:unit>/                       unit.home               members
GET      /<unit:unit>/badges                 unit.badges             members
GET      /<unit:unit>/plugins                unit.plugins            core:plugins
GET      /admin/jobs                         admin.jobs              role system
GET      /admin/plugins                      admin.plugins           role system
GET      /admin/plugins/<name>               admin.plugin_units      role system
GET      /healthz                            home.healthz            strangers
GET      /help/<name>                        home.help_page          everyone
GET      /notices                            home.notices            everyone
GET      /readyz                             home.readyz             strangers
GET      /search                             home.find               everyone
GET      /static/<path:filename>             static                  strangers
GET      /static/plugins/<name>/<path:path>  plugin_static           strangers
GET/POST /login                              account.login           strangers
POST     /<unit:unit>/plugins/<name>         unit.turn               core:plugins
POST     /admin/jobs/<name>/run              admin.run_job           role system
POST     /language                           home.set_language       strangers
POST     /logout                             account.logout          strangers
POST     /notices/<int:notice_id>            home.read_notice        everyone
POST     /notices/read                       home.read_all_notices   everyone
"""


def routes(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint.rpartition(".")[0] in app.extensions["intranet.owners"]:
            continue
        methods = "/".join(sorted(rule.methods - {"HEAD", "OPTIONS"}))
        yield f"{methods:9}{rule.rule:36}{rule.endpoint:24}{policy_of(app.view_functions[rule.endpoint])}"


def test_the_cores_addresses_are_these(make_app):
    app = make_app("cast", SAFE_MODE=True)

    assert sorted(routes(app)) == sorted(ROUTES.strip().splitlines())


def test_a_plugins_addresses_all_lie_under_its_name(app):
    for rule in app.url_map.iter_rules():
        owner = app.extensions["intranet.owners"].get(rule.endpoint.rpartition(".")[0])
        if owner:
            places = (f"/<unit:unit>/{owner}/", f"/admin/{owner}/", f"/account/{owner}/")
            assert rule.rule.startswith(places), rule
