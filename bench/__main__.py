"""`make bench`: medians of pages and moves against the bars of design §8; status 1 when one is missed."""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import quote

from bench.browser import Answer, Visitor
from tests.postgres import cluster_url, execute
from tests.server import PASSWORD, Server, intranet, serving, wait_for

ROUNDS = int(os.environ.get("INTRANET_BENCH_ROUNDS", "40"))
SIZES = (1_000, 100_000)
BARE_PORT = 8123
LIMIT_KB = 150
HTMX = {"HX-Request": "true"}


@dataclass(slots=True)
class Target:
    """One thing measured: `bar` times the median of `beside` is allowed; beside nothing, milliseconds."""

    name: str
    ask: Callable[[], Answer]
    beside: str = ""
    bar: float = 0
    times: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.times)


@contextmanager
def bare(folder: Path) -> Iterator[str]:
    """The bare program under the same server."""
    environment = {**os.environ, "INTRANET_BENCH_BARE": str(folder / "bare.sqlite")}
    program = str(Path(sys.executable).parent / "waitress-serve")
    command = [program, f"--port={BARE_PORT}", "--threads=4", "--call", "bench.bare:create_app"]
    process = subprocess.Popen(command, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{BARE_PORT}/hello")
        yield f"http://127.0.0.1:{BARE_PORT}"
    finally:
        process.terminate()
        process.wait(timeout=20)


# What is measured ----------------------------------------------------------------------------------


def bare_targets(url: str) -> list[Target]:
    """The yardsticks."""
    visitor = Visitor(url)
    return [
        Target("bare: page of 100 cards", lambda: visitor.get("/")),
        Target("bare: POST with one UPDATE", lambda: visitor.post("/move/1", {})),
    ]


def our_targets(server: Server, cards: int) -> list[Target]:
    """The main pages as the office sees them, and a card moved to and fro."""
    office = person(server, "office")
    label = f"{cards:,} cards"
    board, study = "/hospital/rectification/", "/hospital/study_logs/"
    first = re.search(rb"/hospital/rectification/cards/(\d+)", office.get(board).body)
    card = f"/hospital/rectification/cards/{first[1].decode()}" if first else board
    page = "bare: page of 100 cards"
    return [
        Target(f"board, {label}", lambda: office.get(board), page, 1.5),
        Target(f"move a card, {label}", mover(server), "bare: POST with one UPDATE", 5),
        Target(f"card page, {label}", lambda: office.get(card), page, 2),
        Target(f"list of cards, {label}", lambda: office.get("/hospital/rectification/cards"), page, 2),
        Target(f"overview, {label}", lambda: office.get("/hospital/rectification/overview"), page, 2),
        Target(f"plan, {label}", lambda: office.get("/hospital/campaign/"), page, 2),
        Target(f"study ledger, {label}", lambda: office.get(study), page, 2),
        Target(f"study session, {label}", lambda: office.get(f"{study}sessions/1"), page, 2),
        Target(f"study roster, {label}", lambda: office.get(f"{study}sessions/2/roster"), page, 2),
        Target(f"study progress, {label}", lambda: office.get(f"{study}progress/"), page, 2),
        Target(f"list of tests, {label}", lambda: office.get("/hospital/knowledge_tests/"), page, 2),
        Target(f"own talks, {label}", lambda: office.get("/hospital/talk_records/"), page, 2),
        Target(f"matrix of talks, {label}", lambda: office.get("/hospital/talk_records/matrix"), page, 2),
        Target(f"home, {label}", lambda: office.get("/"), page, 2),
    ]


WORDS = {
    "one character": "一",
    "two characters": "患者",
    "a word in every record": "满意",
    "a rare word": "讲解视频",
    "two words": "患者 登记",
    "a rare phrase": "门诊一楼无障碍通道被占用",
    "nothing": "飞行检查组",
}


def searches(server: Server, engine: str) -> list[Target]:
    """As who works in one department, who heads it and who sees all: the whole page in fifty milliseconds."""
    people = [(who, person(server, who)) for who in ("member", "head", "supervisor")]
    return [
        Target(f"{engine}: {who} searches {name}", partial(visitor.get, f"/search?q={quote(asked)}"), "", 50)
        for who, visitor in people
        for name, asked in WORDS.items()
    ]


def person(server: Server, username: str) -> Visitor:
    visitor = Visitor(server.url)
    visitor.log_in(username, PASSWORD)
    return visitor


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


# How -----------------------------------------------------------------------------------------------


def measure(targets: list[Target]) -> None:
    """Interleaved, one request at a time; the first rounds warm up and do not count."""
    for turn in range(ROUNDS + 5):
        for target in targets:
            answer = target.ask()
            target.size = len(answer.body)
            if turn >= 5:  # noqa: PLR2004 - the warm-up
                target.times.append(answer.milliseconds)


def report(targets: list[Target]) -> bool:
    """Prints the table; whether every bar was met."""
    medians = {target.name: target.median for target in targets}
    met = True
    print(f"median of {ROUNDS}, ms{'':36}ours     bar   size KB")
    for target in targets:
        bar = target.bar * medians.get(target.beside, 1)
        good = (not bar or target.median <= bar) and target.size <= LIMIT_KB * 1024
        met = met and good
        mark = "" if not bar else "ok" if good else "MISSED"
        print(f"{target.name:<48}{target.median:>8.2f}{bar:>8.2f}{target.size / 1024:>8.1f}  {mark}")
    small, large = (medians[f"board, {cards:,} cards"] for cards in SIZES)
    growth = large / small
    print(f"board, {SIZES[1]:,} cards against {SIZES[0]:,}: {growth:.2f} (bar 1.25)")
    return met and growth <= 1.25  # noqa: PLR2004 - design §8


def memory(server: Server) -> float:
    """Resident megabytes of the largest process of this server."""
    listing = subprocess.run(["ps", "-eo", "pid,ppid,rss"], capture_output=True, text=True, check=True)
    rows = [tuple(map(int, line.split())) for line in listing.stdout.splitlines()[1:]]
    return max(rss for pid, parent, rss in rows if server.pid in {pid, parent}) / 1024


def make_demo(instance: Path, cards: int, **environ: str) -> None:
    """Before anything is served: an idle connection would be closed meanwhile."""
    print(f"making {instance.name}, a demo of {cards:,} cards …", end=" ", flush=True)
    start = time.monotonic()
    intranet(instance, "demo", "--cards", str(cards), **environ)
    print(f"{time.monotonic() - start:.0f} s")


@contextmanager
def on_postgresql(folder: Path) -> Iterator[Server | None]:
    """A server with the larger number of cards; none where PostgreSQL is not installed."""
    maintenance = cluster_url()
    if maintenance is None:
        print("no PostgreSQL server: only SQLite is measured")
        yield None
        return
    name = f"intranet_bench_{os.getpid()}"
    execute(maintenance, f"CREATE DATABASE {name}")
    where = {"INTRANET_DATABASE_URL": maintenance.rpartition("/")[0] + f"/{name}"}
    try:
        make_demo(folder / "postgresql", SIZES[1], **where)
        with serving(folder / "postgresql", **where) as server:
            yield server
    finally:
        execute(maintenance, f"DROP DATABASE {name} WITH (FORCE)")


def main() -> None:
    os.environ["INTRANET_DEMO_PASSWORD"] = PASSWORD
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        for cards in SIZES:
            make_demo(folder / str(cards), cards)
        other = stack.enter_context(on_postgresql(folder))
        servers = [stack.enter_context(serving(folder / str(cards))) for cards in SIZES]
        targets = bare_targets(stack.enter_context(bare(folder)))
        for server, cards in zip(servers, SIZES, strict=True):
            targets += our_targets(server, cards)
        targets += searches(servers[1], "SQLite")
        targets += searches(other, "PostgreSQL") if other else []
        measure(targets)
        met = report(targets)
        print(f"memory of the worker with {SIZES[0]:,} cards: {memory(servers[0]):.0f} MB (bar 150)")
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
