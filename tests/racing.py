"""Two people at once, as often as asked: what each of them came to."""

from collections.abc import Callable
from threading import Barrier, Thread

from flask import Flask

from intranet.db import transaction
from intranet.errors import DomainError

WON, LOST = "won", "lost"
EXACTLY_ONE = [LOST, WON]
Act = Callable[[int], object]


def race(app: Flask, rounds: int, act: Act, rival: Act | None = None) -> list[list[str]]:
    """Of each round, sorted, what the two came to. A refusal in words is a loss, anything else is a fault."""
    results: list[list[str]] = [[] for _round in range(rounds)]
    start, faults = Barrier(2, timeout=60), list[Exception]()

    def run(deed: Act) -> None:
        try:
            for number, result in enumerate(results):
                start.wait()
                result.append(_try(app, deed, number))
        except Exception as fault:  # noqa: BLE001 - raised again by _finish
            faults.append(fault)
            start.abort()

    _finish([Thread(target=run, args=[deed]) for deed in (act, rival or act)], faults)
    return [sorted(pair) for pair in results]


def _finish(threads: list[Thread], faults: list[Exception]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def _try(app: Flask, deed: Act, number: int) -> str:
    with app.app_context():
        try:
            with transaction():
                deed(number)
        except DomainError:
            return LOST
        return WON
