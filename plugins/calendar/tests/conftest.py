"""A Wednesday that stands still, and tasks as people have them."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.tasks import Task, Tasks

MORNING = "2026-11-25T02:00:00Z"


@pytest.fixture
def stopped() -> Iterator[Any]:
    """Ten o'clock in Shanghai on the 25th; `stopped.shift(600)` moves it."""
    with time_machine.travel(MORNING, tick=False) as now:
        yield now


@pytest.fixture
def put(app: Flask, tasks: Tasks, stopped: Any) -> Callable[..., Task]:
    """`put("标题", 26, code="nk1", owner="head")`: due on that day of November."""

    def make(title: str, day: int, **more: Any) -> Task:
        with app.app_context():
            return tasks.add(title, date(2026, 11, day), **more)

    return make
