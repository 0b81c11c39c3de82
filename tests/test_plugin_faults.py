"""A plugin that breaks is put aside and named with its reason; the core and the other plugins answer."""

import sys

import pytest
from flask.cli import ScriptInfo

import plugins as package
from intranet import jobs, migrate
from intranet.cli import group
from intranet.db import transaction
from intranet.plugins import collect, loaded, note_failure
from tests.conftest import turn_on
from tests.fixtures import check_html, login, unit

HEADER = 'TITLE = "坏插件"\nPURPOSE = "试验"\nREQUIRES_CORE = "1"\n'
HOOKS = "from intranet.hookspecs import hookimpl\n"
PAGE = """
from flask import Blueprint, render_template
from intranet.permissions import for_members

bp = Blueprint("bad", __name__, template_folder="templates")

@bp.get("/")
@for_members
def page():
    BODY

@hookimpl
def intranet_blueprints():
    return [bp]
"""
FOREIGN_PERMISSION = """
from intranet.contracts import Permission

@hookimpl
def intranet_permissions():
    return [Permission("other:x", "x", frozenset())]
"""
FOREIGN_BLUEPRINT = """
from flask import Blueprint

@hookimpl
def intranet_blueprints():
    return [Blueprint("other", __name__)]
"""
OTHER_PREFIX = """
from flask import Blueprint

@hookimpl
def intranet_blueprints():
    return [Blueprint("bad", __name__, url_prefix="/nk1")]
"""
BAD_QUERY = """
from sqlalchemy import text

@hookimpl
def intranet_navigation():
    db.session.execute(text("SELECT * FROM no_such_table"))
"""
DEAD_LINK = """
from intranet.contracts import NavItem

@hookimpl
def intranet_navigation():
    return [NavItem("x", "bad.nowhere", 1)]
"""
BAD_JOB = """
from datetime import timedelta
from intranet.contracts import Job

@hookimpl
def intranet_jobs():
    return [Job("night", "夜间", timedelta(days=1), lambda: 1 / 0, "")]
"""


def hook(name, arguments=""):
    return f"{HOOKS}\n@hookimpl\ndef {name}({arguments}):\n    raise RuntimeError('kaputt')\n"


def page(body):
    return HOOKS + PAGE.replace("BODY", body)


AT_START = {
    "syntax": (HEADER, "def broken(:\n", "import", "SyntaxError"),
    "missing module": (HEADER, "import no_such_module\n", "import", "ModuleNotFoundError"),
    "raises at import": (HEADER + "1 / 0\n", HOOKS, "import", "ZeroDivisionError"),
    "no title": ('PURPOSE = "x"\nREQUIRES_CORE = "1"\n', HOOKS, "import", "缺少 TITLE"),
    "other contract": (HEADER.replace('"1"', '"2"'), HOOKS, "import", "第 2 版"),
    "misspelt hook": (HEADER, hook("intranet_navigatoin"), "hooks", "没有名为 intranet_navigatoin 的接口"),
    "argument": (HEADER, hook("intranet_navigation", "colour"), "import", "PluginValidationError"),
    "specs": (HEADER, hook("intranet_specs"), "intranet_specs", "RuntimeError: kaputt"),
    "start": (HEADER, hook("intranet_start", "app"), "intranet_start", "RuntimeError: kaputt"),
    "blueprints": (HEADER, hook("intranet_blueprints"), "intranet_blueprints", "RuntimeError: kaputt"),
    "permissions": (HEADER, hook("intranet_permissions"), "intranet_permissions", "RuntimeError: kaputt"),
    "permission": (HEADER, HOOKS + FOREIGN_PERMISSION, "intranet_permissions", "应以 bad: 开头"),
    "prefix": (HEADER, HOOKS + OTHER_PREFIX, "intranet_blueprints", "url_prefix 只能是 /admin、/account"),
    "blueprint": (HEADER, HOOKS + FOREIGN_BLUEPRINT, "intranet_blueprints", "蓝图名应为 bad"),
}
KAPUTT = "RuntimeError (hooks.py:5)"
WHILE_RUNNING = {
    "menu": (hook("intranet_navigation"), "/nk1/", "intranet_navigation", KAPUTT),
    "home": (hook("intranet_dashboard"), "/", "intranet_dashboard", KAPUTT),
    "site menu": (hook("intranet_site_navigation", "user"), "/", "intranet_site_navigation", KAPUTT),
    "unit": (hook("intranet_dashboard", "user, units"), "/nk1/", "intranet_dashboard", KAPUTT),
    "query": (HOOKS + BAD_QUERY, "/nk1/hello/", "intranet_navigation", "Error (hooks.py:"),
    "dead link": (page("return 'x'") + DEAD_LINK, "/nk1/", "page", "BuildError"),
}


@pytest.fixture
def site(make_app, example_plugins, tmp_path, monkeypatch):
    """`site(header, hooks)`: an app with the notice board and the plugin `bad`, both on."""
    folder = tmp_path / "plugins"
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])

    def make(header=HEADER, hooks=HOOKS, template="", names=("hello", "bad")):
        write_plugin(folder / "bad", header, hooks, template)
        app = make_app("cast", PLUGINS=names)
        app.config["RAISE_PLUGIN_ERRORS"] = False
        with app.app_context():
            migrate.upgrade()
            with transaction():
                for name in names:
                    turn_on(name, "hospital")
        return app

    yield make
    forget("plugins.bad")


def write_plugin(folder, header, hooks, template=""):
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(header, "utf-8")
    (folder / "hooks.py").write_text(hooks, "utf-8")
    if template:
        (folder / "templates" / "bad").mkdir(parents=True)
        (folder / "templates" / "bad" / "page.html").write_text(template, "utf-8")


def forget(prefix):
    for name in [name for name in sys.modules if name == prefix or name.startswith(f"{prefix}.")]:
        del sys.modules[name]


def everything_else_answers(app):
    head = login(app, "head")
    for path in ("/", "/nk1/", "/nk1/plugins", "/nk1/hello/", "/zb1/"):
        response = head.get(path)
        assert response.status_code == 200, path
        check_html(response)
    assert "科室公告" in head.get("/nk1/").text


def reported(app, where, message):
    """For the system administrator on a page, for the operator by two commands."""
    page = login(app, "system").get("/admin/plugins")
    assert page.status_code == 200
    for word in ("<b>bad</b>", where, message):
        assert word in page.text, word
    runner = app.test_cli_runner()
    for command in ("check", "plugins"):
        output = runner.invoke(group, [command], obj=script_info(app)).output
        assert "bad" in output
        assert message in output


def script_info(app):
    return ScriptInfo(create_app=lambda: app)


# Faults --------------------------------------------------------------------------------------------


@pytest.mark.one_engine
@pytest.mark.parametrize("fault", AT_START)
def test_a_plugin_broken_from_the_start_is_put_aside_with_its_reason(site, fault):
    header, hooks, where, message = AT_START[fault]
    app = site(header, hooks)

    everything_else_answers(app)
    with app.app_context():
        assert list(loaded().working) == ["hello"]
    reported(app, where, message)
    assert login(app, "head").get("/nk1/bad/").status_code == 404


@pytest.mark.parametrize("fault", WHILE_RUNNING)
def test_a_hook_that_raises_leaves_its_plugin_out_of_that_page(site, fault):
    hooks, path, where, message = WHILE_RUNNING[fault]
    app = site(hooks=hooks)

    response = login(app, "head").get(path)

    assert response.status_code == 200
    check_html(response)
    everything_else_answers(app)
    with app.app_context():
        assert {failure.plugin for failure in loaded().failures} == {"bad"}
    reported(app, where, message)


@pytest.mark.parametrize(
    ("body", "template", "message"),
    [
        ("raise RuntimeError('kaputt')", "", "RuntimeError (hooks.py:"),
        ("return render_template('bad/page.html')", "{{ nothing_of_this_name }}", "UndefinedError"),
        ("return render_template('bad/page.html')", "{% if %}", "TemplateSyntaxError"),
        ("return render_template('bad/missing.html')", "", "TemplateNotFound"),
    ],
    ids=["view", "undefined", "syntax", "missing"],
)
def test_a_page_that_breaks_is_noted_against_its_plugin(site, body, template, message):
    app = site(hooks=page(body), template=template)

    response = login(app, "head").get("/nk1/bad/")

    assert response.status_code == 500
    check_html(response)
    everything_else_answers(app)
    reported(app, "page nk1", message)


def test_a_job_that_raises_is_noted_and_the_others_run(site):
    app = site(hooks=HOOKS + BAD_JOB)

    with app.app_context():
        outcomes = dict(jobs.run_due())

    assert outcomes["bad:night"] == "失败：ZeroDivisionError (hooks.py:8)"
    assert "清理过期登录" in outcomes["core:end-old-sessions"]
    everything_else_answers(app)
    reported(app, "job bad:night", "ZeroDivisionError (hooks.py:8)")


@pytest.mark.one_engine
def test_one_failure_again_and_again_does_not_push_out_the_others(site):
    app = site(hooks=page("raise RuntimeError('kaputt')"))
    with app.app_context():
        note_failure(loaded(), "hello", "early", ValueError("x"))
    head = login(app, "head")

    for _each in range(120):
        head.get("/nk1/bad/")

    with app.app_context():
        found = {(failure.plugin, failure.where): failure.times for failure in loaded().failures}
    assert found == {("hello", "early"): 1, ("bad", "page nk1"): 120}
    assert "共 120 次" in login(app, "system").get("/admin/plugins").text


@pytest.mark.one_engine
def test_different_failures_stay_bounded(site):
    app = site()

    with app.app_context():
        for number in range(130):
            note_failure(loaded(), "bad", f"place {number}", ValueError("x"))

        assert [failure.where for failure in loaded().failures] == [f"place {n}" for n in range(30, 130)]


def test_neither_the_administrator_nor_the_log_has_a_word_of_what_a_person_typed(site, caplog):
    app = site(hooks=page("from flask import request; raise ValueError(request.args['q'])"))

    login(app, "head").get("/nk1/bad/?q=家里的事")

    assert "家里的事" not in login(app, "system").get("/admin/plugins").text
    assert "ValueError (hooks.py:" in caplog.text
    assert "家里的事" not in caplog.text


@pytest.mark.one_engine
def test_jobs_that_cannot_be_listed_do_not_stop_the_others(site):
    app = site(hooks=hook("intranet_jobs"))

    with app.app_context():
        assert {name for name, _outcome in jobs.run_due()} == {f"core:{job.name}" for job in jobs.CORE_JOBS}
    reported(app, "intranet_jobs", KAPUTT)


def test_demo_content_that_cannot_be_made_is_left_out(site):
    app = site(hooks=hook("intranet_demo", "hospital, people, cards"))

    with app.app_context(), transaction():
        assert collect("intranet_demo", hospital=unit("hospital"), people={}, cards=1) == []

    reported(app, "intranet_demo", KAPUTT)
