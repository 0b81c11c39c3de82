"""The demonstration is made at any size."""

import pytest

from intranet import demo
from intranet.db import transaction


@pytest.mark.one_engine
@pytest.mark.parametrize("size", [demo.Size(cards=1, people=1, units=1), demo.Size(cards=6, people=12)])
def test_a_small_demonstration_is_one_too(make_app, size):
    with make_app("empty").app_context(), transaction():
        assert demo.make(size)
