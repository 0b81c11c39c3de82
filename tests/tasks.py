"""A plugin for the tests of what serves all plugins: dated tasks of units, kept in the app alone."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask

from intranet.contracts import Charge, Deadline, Duty, Panel, Role
from intranet.hookspecs import hookimpl
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.permissions import roles
from intranet.plugins import Plugin
from tests.fixtures import person, unit

NAME = "tasks"
RUN_IT = {Role.HEAD, Role.RECORDER}
DEEDS = {"open": "登记任务", "move": "移动任务"}
STAGES = {"unclaimed": "待认领", "closed": "已关闭"}
DETAILS = {"start": ("原环节", STAGES), "end": ("改为", STAGES)}


@dataclass
class Task:
    """Heads and recorders of its unit see it on their home page until it is done; `asked`: its leaders do."""

    number: int
    title: str
    due_on: date
    unit_id: int
    owner_id: int | None = None
    leader_id: int | None = None
    done: bool = False
    asked: bool = False

    def deadline(self, unit: Unit) -> Deadline:
        url, done = f"/{unit.code}/{NAME}/{self.number}", self.done or self.asked
        return Deadline(self.due_on, self.title, url, unit.id, self.owner_id, self.leader_id, done)

    def waits_for(self, user: User, unit: Unit) -> bool:
        if self.asked:
            return Role.LEADER in roles(user, unit)
        return not self.done and (user.id == self.owner_id or bool(roles(user, unit) & RUN_IT))


class Tasks:
    """All of them, and what they tell the core."""

    def __init__(self) -> None:
        self.rows: list[Task] = []

    def add(
        self, title: str, due_on: date, code: str = "nk1", owner: str = "", leader: str = "", **more: bool
    ) -> Task:
        """Inside an app context."""
        people = {f"{name}_id": person(who).id for name, who in (("owner", owner), ("leader", leader)) if who}
        self.rows.append(Task(len(self.rows) + 1, title, due_on, unit(code).id, **people, **more))
        return self.rows[-1]

    @hookimpl
    def intranet_deadlines(
        self, units: list[Unit], start: date, end: date, charge: Charge | None, most: int | None
    ) -> list[Deadline]:
        here = {unit.id: unit for unit in units}
        found = [task.deadline(here[task.unit_id]) for task in self.rows if task.unit_id in here]
        found = [each for each in found if start <= each.day < end and (not charge or charge.covers(each))]
        return sorted(found, key=lambda each: each.day)[:most]

    @hookimpl
    def intranet_dashboard(self, user: User, units: list[Unit]) -> list[Panel]:
        here = {below.id: below for unit in units for below in organisation().under(unit.path)}
        tasks = [(task, here[task.unit_id]) for task in self.rows if task.unit_id in here]
        return [Panel("任务", "/", tuple(_duty(*each) for each in tasks if each[0].waits_for(user, each[1])))]


def _duty(task: Task, unit: Unit) -> Duty:
    title = f"请定：{task.title}" if task.asked else task.title
    return Duty(title, task.deadline(unit).url, "任务", task.due_on, unit=unit.code)


@pytest.fixture
def tasks(app: Flask) -> Tasks:
    """The app has one plugin more, on everywhere: `tasks.add("标题", date(2026, 11, 26), owner="head")`."""
    state, made, header = app.extensions["intranet.plugins"], Tasks(), ModuleType(NAME)
    vars(header).update(DEEDS=DEEDS, DETAILS=DETAILS, OBJECTS={"tasks_task": "任务"})
    state.manager.register(made, name=NAME)
    hooks = ("intranet_dashboard", "intranet_deadlines")
    state.working[NAME] = Plugin(NAME, header, "任务", "", Path(__file__).parent, hooks=hooks)
    app.config["PLUGINS_ON"] = (*app.config["PLUGINS_ON"], NAME)
    return made
