"""The shape of the tree: who knows whom, how large a thing may be, what a template may not do."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.orm import configure_mappers

from intranet.extensions import Base
from intranet.loading import find_plugins, plugin_folder

pytestmark = pytest.mark.one_engine

ROOT = Path(__file__).parents[1]
PLUGINS = {name: plugin_folder(module) for name, module in find_plugins().items()}
EVERYTHING = {**PLUGINS, "hello": ROOT / "tests" / "plugins" / "hello"}
LONGEST_FILE, LONGEST_FUNCTION, LARGEST_CORE = 300, 30, 5000
FROZEN = ("migrations", "__pycache__", "node_modules", "vendor")
INLINE = re.compile(
    r"""\s(style|on[a-z]+)\s*=\s*["']|<style|hx-on|javascript:|<script(?![^>]*(nonce|src))""", re.IGNORECASE
)


def python_files(*folders):
    files = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return [path for path in files if not set(path.relative_to(ROOT).parts) & set(FROZEN)]


def templates():
    folders = [ROOT / "templates", *(folder / "templates" for folder in EVERYTHING.values())]
    return [path for folder in folders for path in sorted(folder.rglob("*.html"))]


def product():
    files = python_files(ROOT / "intranet", *EVERYTHING.values())
    return [path for path in files if path.parent.name != "tests"]


def name(path):
    return str(path.relative_to(ROOT))


def complaints(text, path):
    """What a template may not contain, as `fault at file`."""
    found = []
    if re.search(r"\|\s*safe\b", text) or "autoescape" in text:
        found.append("unescaped text")
    if INLINE.search(text):
        found.append("inline style or handler")
    if re.search(r"""=\{\{""", text):
        found.append("unquoted attribute")
    return [f"{fault} at {path}" for fault in found]


def functions(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


# Who knows whom ------------------------------------------------------------------------------------


@pytest.mark.parametrize("plugin", sorted(PLUGINS))
def test_the_core_and_the_shell_name_no_plugin(plugin):
    word = re.compile(rf"""(\bplugins\.|['"/]){plugin}\b(?!-)""")  # a plain word may also be a variable
    layer = ROOT / "templates" / plugin
    shell = [path for path in (ROOT / "templates").rglob("*.html") if not path.is_relative_to(layer)]
    core = python_files(ROOT / "intranet")
    scripts = [*(ROOT / "intranet" / "static").glob("*.js"), *(ROOT / "intranet" / "static").glob("*.css")]

    guilty = [name(path) for path in [*core, *shell, *scripts] if word.search(without_prose(path))]

    assert guilty == []


@pytest.mark.parametrize("plugin", sorted(PLUGINS))
def test_the_tests_of_a_plugin_know_no_other(plugin):
    """So that deleting any folder leaves the tests of the others green."""
    foreign = re.compile(rf"\bplugins\.({'|'.join(set(PLUGINS) - {plugin})})\b")
    tests = python_files(PLUGINS[plugin] / "tests")

    found = [f"{name(path)}: {hit[0]}" for path in tests for hit in foreign.finditer(path.read_text("utf-8"))]

    assert found == []


def without_prose(path):
    """Comments and docstrings may give an example; code may not."""
    if path.suffix != ".py":
        return path.read_text("utf-8")
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [each for each in body if not is_prose(each)] or [ast.Pass()]
    return ast.unparse(tree)


def is_prose(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


@pytest.mark.parametrize("plugin", sorted(PLUGINS))
def test_a_plugin_addresses_no_other_plugins_pages(plugin):
    others = "|".join(sorted(set(PLUGINS) - {plugin})) or "nothing"
    address = re.compile(rf"""url_for\(\s*["']({others})\.""")
    files = [*python_files(PLUGINS[plugin]), *PLUGINS[plugin].rglob("*.html")]

    guilty = [name(path) for path in files if address.search(path.read_text("utf-8"))]

    assert guilty == []


@pytest.mark.parametrize("plugin", sorted(EVERYTHING))
def test_a_plugins_templates_lie_under_its_own_name(plugin):
    folder = EVERYTHING[plugin] / "templates"

    for path in folder.rglob("*.*"):
        assert path.relative_to(folder).parts[0] == plugin, name(path)


@pytest.mark.parametrize("plugin", sorted(PLUGINS))
def test_what_the_hospital_overrides_still_exists(plugin):
    layer = ROOT / "templates" / plugin

    for path in layer.rglob("*.html"):
        assert (PLUGINS[plugin] / "templates" / path.relative_to(ROOT / "templates")).exists(), name(path)


@pytest.mark.parametrize("plugin", sorted(EVERYTHING))
def test_a_plugin_has_a_readme_that_opens_with_its_title(plugin):
    assert (EVERYTHING[plugin] / "README.md").read_text("utf-8").startswith("# ")


def test_no_module_is_called_utils_or_the_like():
    banned = {"utils.py", "helpers.py", "common.py", "misc.py"}

    assert [name(path) for path in product() if path.name in banned] == []


# How large -----------------------------------------------------------------------------------------


def test_no_file_is_longer_than_a_person_reads():
    files = python_files(ROOT / "intranet", ROOT / "plugins", ROOT / "tests")
    long = {name(path): len(path.read_text("utf-8").splitlines()) for path in files}

    assert {path: lines for path, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{name(path)}:{node.name} {node.end_lineno - node.lineno + 1}"
        for path in product()
        for node in functions(path)
        if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert long == []


def code_lines(path):
    """As the usual counters count: neither blank lines nor comments nor docstrings."""
    prose = {
        number
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if is_prose(node)
        for number in range(node.lineno, node.end_lineno + 1)
    }
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    return sum(bool(line.strip()) and not line.strip().startswith("#") for n, line in lines if n not in prose)


def test_prose_is_no_code(tmp_path):
    path = tmp_path / "x.py"
    prose = ['"""Why.', "", 'More."""', "", "# note"]
    path.write_text("\n".join([*prose, "x = [", "    1,  # here", "]", "", '"""What."""']), "utf-8")

    assert code_lines(path) == 3


def test_the_core_stays_small():
    assert sum(map(code_lines, python_files(ROOT / "intranet"))) < LARGEST_CORE


# Data ----------------------------------------------------------------------------------------------


def test_only_one_place_compares_versions():
    """`db.change` does: an UPDATE of one's own forgets the refusal, or what the person reads in it."""
    condition = re.compile(r"\b([A-Z]\w+|c)\.version ==")

    assert {name(path) for path in product() if condition.search(path.read_text("utf-8"))} == {
        "intranet/db.py"
    }


def test_every_relationship_says_how_it_is_loaded():
    configure_mappers()

    for mapper in Base.registry.mappers:
        for relation in mapper.relationships:
            assert relation.lazy in {"raise", "raise_on_sql", "noload", "write_only"}, relation


def test_every_foreign_key_says_what_a_deletion_does():
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            assert key.ondelete, f"{key.parent} → {key.target_fullname}"


# Templates and unsafe ways -------------------------------------------------------------------------


@pytest.mark.parametrize("path", templates(), ids=name)
def test_a_template_parses_and_does_nothing_forbidden(app, path):
    text = path.read_text("utf-8")

    app.jinja_env.parse(text, name(path))

    assert complaints(text, name(path)) == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ note|safe }}",
        "{% autoescape false %}{% endautoescape %}",
        '<p style="color: red">',
        "<a onclick='x()'>",
        '<div hx-on:click="x()">',
        "<script>alert(1)</script>",
        '<a href="javascript:x">',
        "<a href={{ url }}>",
    ],
)
def test_each_forbidden_thing_would_be_seen(text):
    assert complaints(text, "x")


def test_markup_is_made_of_our_own_words_only_and_templates_come_from_files():
    for path in product():
        text = path.read_text("utf-8")
        assert "render_template_string" not in text, name(path)
        assert "shell=True" not in text, name(path)
        marked = [line for line in text.splitlines() if re.search(r"\bMarkup\([^)]", line)]
        if path.is_relative_to(ROOT / "intranet"):
            assert marked == [] or path.name in {"readme.py", "web.py"}, name(path)
        for line in marked:
            assert "# noqa: S704 - " in line, f"{name(path)} gives no reason: {line.strip()}"


def test_the_vendored_files_are_the_recorded_ones():
    program = ROOT / "intranet" / "static" / "vendor" / "update.py"

    done = subprocess.run([sys.executable, program, "--check"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
