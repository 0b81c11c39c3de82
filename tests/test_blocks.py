"""Every block a view may render alone has something in it, and needs nothing from outside it."""

import re

import jinja2
import pytest

from intranet.config import ROOT
from intranet.loading import find_plugins, plugin_folder

pytestmark = pytest.mark.one_engine

RENDER = re.compile(r"""\brender\(\s*["']([^"']+)["'],\s*["'](\w+)["']""")
SUPER = re.compile(r"\{\{\s*super\(\)")


def rendered_blocks():
    """(template, block) of every `render(…)` in the product."""
    folders = [ROOT / "intranet" / "views", *(plugin_folder(module) for module in find_plugins().values())]
    sources = [path.read_text("utf-8") for folder in folders for path in folder.rglob("*.py")]
    return sorted({pair for source in sources for pair in RENDER.findall(source)})


@pytest.mark.parametrize(("template", "block"), rendered_blocks())
def test_a_block_rendered_alone_is_in_that_file_and_stands_alone(app, template, block):
    source, path, _fresh = app.jinja_env.loader.get_source(app.jinja_env, template)

    assert block in app.jinja_env.get_template(template).blocks, f"{path} has no block {block}"
    assert not SUPER.search(source)
    assert not imported_at_the_top(app, source), f"{path}: its blocks rendered alone do not see its imports"


def imported_at_the_top(app, source):
    body = app.jinja_env.parse(source).body
    return [node for node in body if isinstance(node, jinja2.nodes.Import | jinja2.nodes.FromImport)]
