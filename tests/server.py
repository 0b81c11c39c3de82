"""A real server with the demo hospital, for journeys, screenshots and the bench."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from intranet import create_app
from intranet.extensions import db

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Server:
    """Where it answers, where its data is, and its process."""

    url: str
    instance: Path
    pid: int


def intranet(instance: Path, *arguments: str, **environ: str) -> str:
    """Runs one command of the console script on this instance; raises when it fails."""
    command = [str(Path(sys.executable).parent / "intranet"), *arguments]
    environment = {**os.environ, "INTRANET_INSTANCE": str(instance), **environ}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(instance: Path, *options: str, before: str = "", **environ: str) -> Iterator[Server]:
    """`intranet serve` on a free port until the block ends; without jobs unless `--jobs` is given.

    `before`: code that its process runs first, say to make its patience short.
    """
    port = free_port()
    program = [str(Path(sys.executable).parent / "intranet")]
    if before:
        program = [sys.executable, "-c", f"{before}\nfrom intranet.cli import main\nmain()"]
    command = [*program, "serve", "--port", str(port), "--no-jobs", *options]
    environment = {**os.environ, "INTRANET_INSTANCE": str(instance), **environ}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/healthz")
        yield Server(url, instance, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


@contextmanager
def inside(server: Server, **settings: object) -> Iterator[Flask]:
    """The same site in this process: for what no page does, such as letting time pass."""
    app = create_app(server.instance, **settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def wait_for(url: str, seconds: float = 180) -> None:
    """Until the address answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise TimeoutError(url)
