"""The sites the sweeps walk over: each made and looked at once for all tests of a file."""

import pytest
from flask import Flask

from intranet.db import transaction
from intranet.notices import tell
from intranet.plugins import loaded
from tests.fixtures import person, unit
from tests.sweeps.cast import ENTERS
from tests.sweeps.routes import Site


@pytest.fixture(scope="module")
def site(shared_demo: Flask) -> Site:
    """The whole demonstration, and everybody has been told something by every plugin."""
    with shared_demo.app_context(), transaction():
        people = [person(name).id for name in ENTERS if name]
        for plugin in loaded().for_units:
            for code in ("nk1", "wk1"):
                tell(people, f"{plugin}:due", f"/{code}/{plugin}/", unit(code), once=1, title=code)
    return Site(shared_demo)
