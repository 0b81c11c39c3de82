"""`make bench`: medians of pages and moves against the bars of design §8; status 1 when one is missed."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.targets import Target, bare_targets, main_targets, other_targets, searches
from tests.postgres import cluster_url, execute
from tests.server import PASSWORD, Server, intranet, serving, wait_for

ROUNDS = int(os.environ.get("INTRANET_BENCH_ROUNDS", "40"))
SMALL, MIDDLE, LARGE = SIZES = (1_000, 10_000, 100_000)
BARE_PORT = 8123
LIMIT_KB = 150


@contextmanager
def bare(database: str) -> Iterator[str]:
    """The bare program under the same server, on a file or on an address of PostgreSQL."""
    environment = {**os.environ, "INTRANET_BENCH_BARE": database}
    program = str(Path(sys.executable).parent / "waitress-serve")
    command = [program, f"--port={BARE_PORT}", "--threads=4", "--call", "bench.bare:create_app"]
    process = subprocess.Popen(command, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{BARE_PORT}/hello")
        yield f"http://127.0.0.1:{BARE_PORT}"
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
    met = True
    print(f"{engine}: {f'median of {ROUNDS}, ms':<36}{'ours':>8}{'bar':>8}{'of bare':>9}{'size KB':>9}")
    for target in targets:
        beside = medians.get(target.beside, 1)
        good = (not target.bar or target.median <= target.bar * beside) and target.size <= LIMIT_KB * 1024
        met = met and good
        print(_line(target, beside, "" if not target.bar else "ok" if good else "MISSED"))
    growth = medians[f"board, {LARGE:,} cards"] / medians[f"board, {SMALL:,} cards"]
    print(f"board, {LARGE:,} cards against {SMALL:,}: {growth:.2f} (bar 1.25)")
    return met and growth <= 1.25  # noqa: PLR2004 - design §8


def _line(target: Target, beside: float, mark: str) -> str:
    times = f"{target.median / beside:.2f}" if target.beside else ""
    numbers = f"{target.median:>8.2f}{target.bar * beside:>8.2f}{times:>9}{target.size / 1024:>9.1f}"
    return f"{target.name:<48}{numbers}  {mark}"


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


def on_engine(engine: str, folder: Path, databases: dict[int, str], beside: str) -> bool:
    """All sizes in one run beside one bare program: every page at the ends, the main ones between them."""
    wheres = {cards: {"INTRANET_DATABASE_URL": url} if url else {} for cards, url in databases.items()}
    for cards, where in wheres.items():
        make_demo(folder / f"{engine} {cards}", cards, **where)
    with ExitStack() as stack:
        targets, servers = bare_targets(stack.enter_context(bare(beside))), {}
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
        met = on_engine("SQLite", folder, dict.fromkeys(SIZES, ""), str(folder / "bare.sqlite"))
        with postgresql() as databases:
            if databases:
                beside = databases.pop(0)
                met = on_engine("PostgreSQL", folder, databases, beside) and met
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
