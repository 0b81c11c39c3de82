"""The tests of an example plugin run here as they would if its folder lay in plugins/."""

import pytest


@pytest.fixture
def app(hello_app):
    """The usual app, with the example plugin in it."""
    return hello_app
