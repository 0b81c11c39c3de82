"""What pytest loads first: the fixtures every test of the core and of a plugin may use."""

import pytest

from intranet.loading import find_plugins

pytest_plugins = ["tests.fixtures", "tests.tasks"]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """`@pytest.mark.beside("calendar")`: what two rooms do together, which one of them cannot do alone."""
    wanted = {name for mark in item.iter_markers("beside") for name in mark.args}
    if gone := wanted - set(find_plugins()):
        pytest.skip(f"without the folder of {', '.join(sorted(gone))}")
