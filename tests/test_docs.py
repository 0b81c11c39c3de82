"""What an operator or a plugin's author can use is written down, with its exact name."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from intranet import config, hookspecs
from intranet.cli import group
from intranet.loading import find_plugins, plugin_folder

pytestmark = pytest.mark.one_engine

ROOT = Path(__file__).parents[1]


def read(*names):
    return "\n".join((ROOT / name).read_text("utf-8") for name in names if (ROOT / name).exists())


def signatures():
    """`name(argument, …)` of the core's hooks and of those the plugins offer."""
    for name, function in vars(hookspecs).items():
        if name.startswith("intranet_") and callable(function):
            yield f"{name}({', '.join(inspect.signature(function).parameters)})"
    for module in find_plugins().values():
        path = plugin_folder(module) / "hookspecs.py"
        if path.exists():
            yield from signatures_in(path.read_text("utf-8"))


def signatures_in(source):
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            yield f"{node.name}({', '.join(argument.arg for argument in node.args.args)})"


def test_the_glossary_says_every_word_once():
    rows = re.findall(r"^\| ([^|]+?) \| ", read("docs/glossary.md"), re.MULTILINE)[1:]
    words = [word for row in rows for word in re.split("[、·]", row.replace(" ", ""))]

    assert sorted(word for word in set(words) if words.count(word) > 1) == []


def all_tests():
    folders = [ROOT / "tests", *(plugin_folder(module) for module in find_plugins().values())]
    return "\n".join(path.read_text("utf-8") for folder in folders for path in folder.rglob("test_*.py"))


def test_a_signature_is_read_from_the_source_of_a_plugin_too():
    source = '@hookspec\ndef board_problems(unit: Unit, since: date) -> list[Problem]:\n    """x"""\n'

    assert list(signatures_in(source)) == ["board_problems(unit, since)"]


@pytest.mark.parametrize("signature", sorted(signatures()))
def test_every_hook_has_its_section_with_its_exact_signature(signature):
    assert f"### {signature}\n" in read("docs/hooks.md")


def offered_hooks():
    """Name → docstring of every hook a plugin offers to others."""
    for module in find_plugins().values():
        path = plugin_folder(module) / "hookspecs.py"
        tree = ast.parse(path.read_text("utf-8")) if path.exists() else ast.Module([])
        functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
        yield from ((node.name, ast.get_docstring(node)) for node in functions)


@pytest.mark.parametrize(("name", "words"), list(offered_hooks()))
def test_a_plugins_hook_is_described_in_the_same_words_where_it_is_and_in_the_handbook(name, words):
    section = re.search(
        rf"^### {name}\(.*?\)\n(.*?)(?=^#|\Z)", read("docs/hooks.md"), re.MULTILINE | re.DOTALL
    )

    assert section[1].split() == words.split()


def test_no_section_describes_a_hook_that_is_not_there():
    sections = re.findall(r"^### (\w+\(.*\))$", read("docs/hooks.md"), re.MULTILINE)

    assert set(sections) <= set(signatures())


@pytest.mark.parametrize("signature", sorted(signatures()))
def test_every_hook_has_a_test(signature):
    hook = signature.partition("(")[0]

    assert hook in all_tests(), f"no test mentions {hook}"


@pytest.mark.parametrize("setting", config.DEFAULTS)
def test_every_setting_is_in_the_operations_handbook(setting):
    assert re.search(rf"\b{setting}\b", read("docs/operations.md"))


def commands(node=group, before=""):
    for name, command in node.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


@pytest.mark.parametrize("module", find_plugins().values())
def test_the_english_help_page_keeps_step(module):
    """The same lines in the same order: headings, points and rows, and the same names in code."""
    chinese, english = (read_help(module, name) for name in ("README.md", "README.en.md"))

    assert [kind(line) for line in english] == [kind(line) for line in chinese]


def read_help(module, name):
    return (plugin_folder(module) / name).read_text("utf-8").splitlines()


def kind(line):
    mark = re.match(r"#+ |- |\||$", line)
    return mark[0] if mark else "text", re.findall(r"`[^`]+`", line)


def written():
    """What an operator or an author reads, with the plugins' help. The decisions speak of the past too."""
    folders = [plugin_folder(module) for module in find_plugins().values()]
    names = ["README.md", "docs/operations.md", "docs/glossary.md", "docs/hooks.md", "docs/plugins.md"]
    return "\n".join([read(*names), *((folder / "README.md").read_text("utf-8") for folder in folders)])


def test_every_command_is_in_the_handbook_and_every_command_there_exists(app):
    offered = {*commands(), *commands(app.cli)}
    text = written()
    missing = [name for name in offered if not re.search(rf"\bintranet {name}(?![\w-])", text)]
    assert missing == []

    first = {name.split()[0] for name in offered}
    named = set(re.findall(r"(?:^|`|bin/|&& |=\S+ )intranet ([a-z][a-z-]+)", text, re.MULTILINE))
    assert named - first == set()


def test_every_permission_is_described_and_every_permission_named_exists(app):
    text, declared = written(), app.extensions["intranet.permissions"]
    missing = [name for name in declared if not re.search(rf"\b{name}(?![\w:])", text)]
    assert missing == []

    plugins = "|".join(["core", *find_plugins()])
    named = set(re.findall(rf"`((?:{plugins}):[a-z_-]+)`", text))
    assert named - set(declared) == set()


def test_every_mark_of_a_route_and_every_macro_is_in_the_handbook():
    source, macros = read("intranet/permissions.py"), read("templates/_macros/ui.html")
    marks = re.findall(r"^def (requires\w*|for_\w+)\(", source, re.MULTILINE)
    drawn = [f"ui.{name}" for name in re.findall(r"{% macro (\w+)\(", macros)]
    handbook = read("docs/plugins.md")

    missing = [name for name in [*marks, *drawn] if not re.search(rf"`@?{name}[`(]", handbook)]
    assert len(marks) > 5 < len(drawn)
    assert missing == []


def test_the_example_in_the_handbook_is_the_plugin_that_is_tested():
    handbook = read("docs/plugins.md")
    files = [path for path in (ROOT / "tests/plugins/hello").rglob("*.*") if path.suffix in {".py", ".html"}]
    example = "\n".join(path.read_text("utf-8") for path in files)

    for language, code in re.findall(r"```(python|jinja|html)\n(.*?)```", handbook, re.DOTALL):
        for line in code.splitlines():
            assert line.strip() in example, f"{language}: {line}"
