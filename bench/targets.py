"""What is measured: the main pages, a move, an idle look, searches; and the bare programs beside them."""

import re
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

from bench.browser import Answer, Visitor
from tests.server import PASSWORD, Server

HTMX = {"HX-Request": "true"}
BOARD = "/hospital/rectification/"


@dataclass(slots=True)
class Target:
    """One thing measured: `bar` times the median of `beside` is allowed; beside nothing, milliseconds.

    Design §8 measures beside Flask and sqlite3, whatever database we are on.
    """

    name: str
    ask: Callable[[], Answer]
    beside: str = ""
    bar: float = 0
    times: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.times)


PAGE, POST, HELLO = "page of 100 cards", "POST with one UPDATE", "hello"


def bare(what: str, engine: str = "SQLite") -> str:
    """The name of a yardstick."""
    return f"bare on {engine}: {what}"


def bare_targets(url: str, engine: str) -> list[Target]:
    """The yardsticks."""
    visitor = Visitor(url)
    return [
        Target(bare(PAGE, engine), lambda: visitor.get("/")),
        Target(bare(POST, engine), lambda: visitor.post("/move/1", {})),
        Target(bare(HELLO, engine), lambda: visitor.get("/hello")),
    ]


def main_targets(server: Server, cards: int) -> list[Target]:
    """What people do all day, as the office sees it, and a card moved to and fro."""
    office, label = person(server, "office"), f"{cards:,} cards"
    first = re.search(rb"/hospital/rectification/cards/(\d+)", office.get(BOARD).body)
    card = f"{BOARD}cards/{first[1].decode()}" if first else BOARD
    return [
        Target(f"board, {label}", lambda: office.get(BOARD), PAGE, 1.5),
        Target(f"move a card, {label}", mover(server), POST, 5),
        Target(f"poll, nothing new, {label}", idle_look(office), HELLO, 2),
        page(office, "card page", label, card),
        page(office, "list of cards", label, f"{BOARD}cards"),
        page(office, "overview", label, f"{BOARD}overview/"),
        page(office, "home", label, "/"),
    ]


def other_targets(server: Server, cards: int) -> list[Target]:
    """The first pages of the other rooms."""
    office, label, study = person(server, "office"), f"{cards:,} cards", "/hospital/study_logs/"
    return [
        page(office, "plan", label, "/hospital/campaign/"),
        page(office, "study ledger", label, study),
        page(office, "study session", label, f"{study}sessions/1"),
        page(office, "study roster", label, f"{study}sessions/2/roster"),
        page(office, "study progress", label, f"{study}progress/"),
        page(office, "list of tests", label, "/hospital/knowledge_tests/"),
        page(office, "own talks", label, "/hospital/talk_records/"),
        page(office, "matrix of talks", label, "/hospital/talk_records/matrix"),
    ]


def page(visitor: Visitor, name: str, label: str, path: str) -> Target:
    return Target(f"{name}, {label}", partial(visitor.get, path), PAGE, 2)


WORDS = {
    "one character": "一",
    "two characters": "患者",
    "a word in every record": "满意",
    "a rare word": "讲解视频",
    "two words": "患者 登记",
    "a rare phrase": "门诊一楼无障碍通道被占用",
    "nothing": "飞行检查组",
}


def searches(server: Server) -> list[Target]:
    """As who works in one department, who heads it and who sees all: the whole page in fifty milliseconds."""
    people = [(who, person(server, who)) for who in ("member", "head", "supervisor")]
    return [
        Target(f"{who} searches {name}", partial(visitor.get, f"/search?q={quote(asked)}"), "", 50)
        for who, visitor in people
        for name, asked in WORDS.items()
    ]


def person(server: Server, username: str) -> Visitor:
    visitor = Visitor(server.url)
    visitor.log_in(username, PASSWORD)
    return visitor


def idle_look(visitor: Visitor) -> Callable[[], Answer]:
    """As an open board: it has just heard what is new and asks again. Only the last of its looks counts."""
    heard = {"stamp": b""}

    def look() -> Answer:
        for _again in range(3):
            answer = visitor.get(f"{BOARD}changes?stamp={heard['stamp'].decode()}", **HTMX)
            heard["stamp"] = answer.body or heard["stamp"]
        if answer.status != 204:  # noqa: PLR2004 - nothing new
            message = f"an idle look: {answer.status}"
            raise RuntimeError(message)
        return answer

    return look


def mover(server: Server) -> Callable[[], Answer]:
    """The leader returns a card whose closing was asked; the head asks again: every call is one move.

    From the board, as a browser does: the answer is the changed columns.
    """
    leader, head = person(server, "leader"), person(server, "head")
    listing = leader.get("/nk1/rectification/cards?stage=closing_asked").body
    found = re.search(rb"/nk1/rectification/cards/(\d+)", listing)
    if found is None:
        message = "the demo has no card of nk1 whose closing was asked"
        raise RuntimeError(message)
    path = f"/nk1/rectification/cards/{found[1].decode()}"
    version = int(re.findall(rb'name="version" value="(\d+)"', leader.get(path).body)[0])
    state = {"asked": True, "version": version}
    board = {**HTMX, "HX-Current-URL": f"{server.url}/nk1/rectification/"}

    def move() -> Answer:
        who, stage = (leader, "in_progress") if state["asked"] else (head, "closing_asked")
        data = {"stage": stage, "version": state["version"], "note": "佐证材料见附件", "no_files": "见台账"}
        answer = who.post(f"{path}/move", data, **board)
        if answer.status >= 400:  # noqa: PLR2004 - HTTP's own border
            message = f"move to {stage}: {answer.status} {answer.body.decode()[:300]}"
            raise RuntimeError(message)
        state.update(asked=not state["asked"], version=int(state["version"]) + 1)
        return answer

    return move
