"""A clock that stands still, and people with a second factor."""

from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask

from intranet.db import transaction
from plugins.two_factor import codes, services
from tests.fixtures import PASSWORD, person

NOON = 1_700_000_010
"""The middle of a half minute."""


@pytest.fixture(autouse=True)
def stopped() -> Iterator[Any]:
    """The clock; `stopped.shift(30)` moves it."""
    with time_machine.travel(NOON, tick=False) as now:
        yield now


@pytest.fixture
def equip(app: Flask) -> Callable[..., tuple[str, list[str]]]:
    """`equip("head")`: the secret and the recovery codes of somebody who set it up a minute ago."""

    def make(username: str = "head") -> tuple[str, list[str]]:
        secret = codes.new_secret()
        with time_machine.travel(NOON - 60, tick=False), app.app_context(), transaction():
            return secret, services.set_up(person(username), secret, pyotp.TOTP(secret).at(NOON - 60))

    return make


@pytest.fixture
def code_at() -> Callable[..., str]:
    """`code_at(secret, 30)`: the code half a minute after noon."""
    return lambda secret, seconds=0: pyotp.TOTP(secret).at(NOON + seconds)


@pytest.fixture
def half(app: Flask) -> Callable[..., Any]:
    """`half("head")`: a browser in which the password was right, and no more."""

    def start(username: str = "head", address: str = "10.0.0.1") -> Any:
        client = app.test_client()
        data = {"username": username, "password": PASSWORD}
        answer = client.post("/login", data=data, environ_base={"REMOTE_ADDR": address})
        assert answer.headers["Location"].startswith("/account/two_factor/")
        return client

    return start
