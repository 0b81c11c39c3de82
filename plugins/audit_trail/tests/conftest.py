"""A chain of twelve entries that nothing guards, as somebody with the database in hand finds it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.tampering import only_chain


@pytest.fixture
def chain(app: Flask) -> Iterator[int]:
    """Its number, inside an app context."""
    with app.app_context():
        yield only_chain()
