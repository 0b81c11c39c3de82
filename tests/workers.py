"""Real second processes on the database of a test."""

import json
import os
import subprocess
import sys
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).parents[1]
ROUNDS = int(os.environ.get("INTRANET_TEST_RACES", "25"))
"""How often two race for each deed. With 1,000 the files that race take some minutes."""
FRAME = """
import json, sys
from intranet import create_app, sqlite
given = json.loads(sys.argv[1])
argument = given["argument"]
sqlite.CHECKPOINT_AT = given["checkpoint_at"] or sqlite.CHECKPOINT_AT
app = create_app(given["folder"], **given["settings"])
app.app_context().push()
print("ready", flush=True)
sys.stdin.readline()
"""


def start(app: Flask, code: str, argument: object = None, checkpoint_at: int = 0) -> subprocess.Popen[str]:
    """A process with its own app on this site; `code` runs in an app context when `finish` says go."""
    names = ("DATABASE_URL", "WRITE_WAIT_SECONDS")
    given = {
        "folder": app.instance_path,
        "settings": {name: app.config[name] for name in names} | {"SAFE_MODE": True},
        "argument": argument,
        "checkpoint_at": checkpoint_at,
    }
    command = [sys.executable, "-c", FRAME + code, json.dumps(given)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def go(processes: list[subprocess.Popen[str]]) -> None:
    """Lets them run, all at the same moment."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


def finish(processes: list[subprocess.Popen[str]], seconds: float = 300) -> list[str]:
    """Lets them run and returns what each printed; a process that failed fails the test."""
    go(processes)
    outputs = []
    for process in processes:
        output, complaint = process.communicate(timeout=seconds)
        assert process.returncode == 0, complaint
        outputs.append(output)
    return outputs
