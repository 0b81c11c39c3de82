"""`make bench`: medians of pages and moves against the bars of design §8; status 1 when one is missed."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.targets import Target, bare, bare_targets, main_targets, other_targets, searches
from tests.postgres import cluster_url, execute
from tests.server import PASSWORD, Server, intranet, serving, wait_for

ROUNDS = int(os.environ.get("INTRANET_BENCH_ROUNDS", "40"))
SMALL, MIDDLE, LARGE = SIZES = (1_000, 10_000, 100_000)
BARE_PORTS = {"SQLite": 8123, "PostgreSQL": 8124}
LIMIT_KB = 150


@contextmanager
def bare_program(engine: str, database: str) -> Iterator[str]:
    """The bare program under the same server, on a file or on an address of PostgreSQL."""
    environment, port = {**os.environ, "INTRANET_BENCH_BARE": database}, BARE_PORTS[engine]
    program = str(Path(sys.executable).parent / "waitress-serve")
    command = [program, f"--port={port}", "--threads=4", "--call", "bench.bare:create_app"]
    process = subprocess.Popen(command, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/hello")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


# How -----------------------------------------------------------------------------------------------


def measure(targets: list[Target]) -> None:
    """Interleaved, one request at a time; the first rounds warm up and do not count."""
    for turn in range(ROUNDS + 5):
        for target in targets:
            answer = target.ask()
            target.size = len(answer.body)
            if turn >= 5:  # noqa: PLR2004 - the warm-up
                target.times.append(answer.milliseconds)


def report(engine: str, targets: list[Target]) -> bool:
    """Prints the table; whether every bar was met."""
    medians = {target.name: target.median for target in targets}
    met, own = True, "" if engine == "SQLite" else f"of its own ({engine})"
    title = f"{engine}: median of {ROUNDS}, ms"
    print(f"{title:<48}{'ours':>8}{'bar':>8}{'of bare':>9}{'size KB':>9}  {own}")
    for target in targets:
        beside = medians.get(bare(target.beside), 1)
        good = (not target.bar or target.median <= target.bar * beside) and target.size <= LIMIT_KB * 1024
        met = met and good
        same = medians.get(bare(target.beside, engine)) if own else None
        print(_line(target, beside, same), "" if not target.bar else "ok" if good else "MISSED")
    growth = medians[f"board, {LARGE:,} cards"] / medians[f"board, {SMALL:,} cards"]
    print(f"board, {LARGE:,} cards against {SMALL:,}: {growth:.2f} (bar 1.25)")
    return met and growth <= 1.25  # noqa: PLR2004 - design §8


def _line(target: Target, beside: float, same: float | None) -> str:
    """`same`: what the bare program on the same engine took; the bars do not ask for it."""
    times = f"{target.median / beside:.2f}" if target.beside else ""
    own = f"{target.median / same:>8.2f}" if same else ""
    numbers = f"{target.median:>8.2f}{target.bar * beside:>8.2f}{times:>9}{target.size / 1024:>9.1f}"
    return f"{target.name:<48}{numbers}{own}"


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
    if url := environ.get("INTRANET_DATABASE_URL"):
        execute(url, "VACUUM ANALYZE")  # as the server itself does in its first idle minutes
    print(f"{time.monotonic() - start:.0f} s")


# On what -------------------------------------------------------------------------------------------


def on_engine(engine: str, folder: Path, databases: dict[int, str], beside: dict[str, str]) -> bool:
    """All sizes in one run beside bare programs: every page at the ends, the main ones between them."""
    wheres = {cards: {"INTRANET_DATABASE_URL": url} if url else {} for cards, url in databases.items()}
    for cards, where in wheres.items():
        make_demo(folder / f"{engine} {cards}", cards, **where)
    with ExitStack() as stack:
        targets, servers = [], {}
        for which, database in beside.items():
            targets += bare_targets(stack.enter_context(bare_program(which, database)), which)
        for cards, where in wheres.items():
            servers[cards] = stack.enter_context(serving(folder / f"{engine} {cards}", **where))
            targets += main_targets(servers[cards], cards)
            targets += other_targets(servers[cards], cards) if cards != MIDDLE else []
        targets += searches(servers[LARGE])
        measure(targets)
        met = report(engine, targets)
        print(f"memory of the worker with {SMALL:,} cards: {memory(servers[SMALL]):.0f} MB (bar 150)")
    return met


@contextmanager
def postgresql() -> Iterator[dict[int, str]]:
    """A database a size, and one of the bare program under 0; none where PostgreSQL is not installed."""
    maintenance = cluster_url(careless=False)
    if maintenance is None:
        print("no PostgreSQL server: only SQLite is measured")
        yield {}
        return
    names = {cards: f"intranet_bench_{os.getpid()}_{cards}" for cards in (0, *SIZES)}
    for name in names.values():
        execute(maintenance, f"CREATE DATABASE {name}")
    try:
        yield {cards: f"{maintenance.rpartition('/')[0]}/{name}" for cards, name in names.items()}
    finally:
        for name in names.values():
            execute(maintenance, f"DROP DATABASE {name} WITH (FORCE)")


def main() -> None:
    os.environ["INTRANET_DEMO_PASSWORD"] = PASSWORD
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        beside = {"SQLite": str(folder / "bare.sqlite")}
        met = on_engine("SQLite", folder, dict.fromkeys(SIZES, ""), beside)
        with postgresql() as databases:
            if databases:
                beside["PostgreSQL"] = databases.pop(0)
                met = on_engine("PostgreSQL", folder, databases, beside) and met
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
