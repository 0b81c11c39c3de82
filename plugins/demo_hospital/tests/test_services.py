"""The demonstration is made at any size."""

import pytest

from intranet.db import transaction
from plugins.demo_hospital.services import Size, make
from tests.fixtures import login


@pytest.mark.one_engine
@pytest.mark.parametrize("size", [Size(cards=1, people=1, units=1), Size(cards=6, people=12)])
def test_a_small_demonstration_is_one_too(make_app, size):
    app = make_app("empty")
    with app.app_context(), transaction():
        make(size)
    assert login(app, "head").get("/nk1/").status_code == 200
