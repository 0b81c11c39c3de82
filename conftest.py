"""What pytest loads first: the fixtures every test of the core and of a plugin may use."""

import os

import pytest

from intranet.loading import find_plugins
from tests.memory import place
from tests.postgres import cluster_url
from tests.together import Together

pytest_plugins = ["tests.fixtures", "tests.tasks"]


def pytest_configure() -> None:
    """What all processes of a run use: the place of its files, and the one server of databases."""
    if folder := place():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))
    if os.environ.get("INTRANET_TEST_DATABASE") == "postgres" and (server := cluster_url()):
        os.environ["INTRANET_TEST_POSTGRES"] = server


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What walks through the whole demonstration takes longest: it begins, and small tests fill the end."""
    items.sort(key=lambda item: "demo_app" not in getattr(item, "fixturenames", ()))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """`@pytest.mark.beside("calendar")`: what two rooms do together, which one of them cannot do alone."""
    wanted = {name for mark in item.iter_markers("beside") for name in mark.args}
    if gone := wanted - set(find_plugins()):
        pytest.skip(f"without the folder of {', '.join(sorted(gone))}")
