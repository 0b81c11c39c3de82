"""What the bar is made of: a page of 100 cards, a POST with one UPDATE, a hello; Flask and nothing else."""

import os
import sqlite3
from pathlib import Path

from flask import Flask, g, redirect, render_template_string

CARDS = 100
PAGE = """<!doctype html><html lang="zh"><title>看板</title><h1>看板</h1>
{% for stage in stages %}<section><h2>{{ stage }}</h2>
{% for card in cards if card.stage == stage %}<article>
<h3><a href="/card/{{ card.id }}">{{ card.title }}</a></h3>
<p>{{ card.number }} · {{ card.due_on }} · {{ card.unit }} · {{ card.person }}</p>
<span>{{ card.category }}</span><span>{{ card.source }}</span></article>
{% endfor %}</section>{% endfor %}</html>"""
STAGES = ("待认领", "方案待批", "整改中", "申请销号", "已验收", "已销号")


def create_app() -> Flask:
    """Reads its database from INTRANET_BENCH_BARE; makes it when it is not there."""
    app = Flask(__name__)
    path = Path(os.environ["INTRANET_BENCH_BARE"])
    if not path.exists():
        _fill(path)

    def connection() -> sqlite3.Connection:
        if "connection" not in g:
            g.connection = sqlite3.connect(path)
            g.connection.row_factory = sqlite3.Row
        return g.connection

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        if "connection" in g:
            g.connection.close()

    @app.get("/")
    def page() -> str:
        cards = connection().execute("SELECT * FROM card ORDER BY due_on LIMIT 100").fetchall()
        return render_template_string(PAGE, cards=cards, stages=STAGES)

    @app.post("/move/<int:number>")
    def move(number: int) -> object:
        with connection() as open_connection:
            open_connection.execute("UPDATE card SET moves = moves + 1 WHERE id = ?", (number,))
        return redirect("/", 303)

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    return app


def _fill(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(
            "CREATE TABLE card (id INTEGER PRIMARY KEY, number TEXT, title TEXT, stage TEXT, due_on TEXT,"
            " unit TEXT, person TEXT, category TEXT, source TEXT, moves INTEGER DEFAULT 0)"
        )
        rows = [
            (
                f"{n:03}",
                f"第 {n} 个问题：窗口排队时间过长，患者多次往返",
                STAGES[n % 6],
                f"2026-12-{n % 28 + 1:02}",
            )
            for n in range(CARDS)
        ]
        connection.executemany(
            "INSERT INTO card (number, title, stage, due_on, unit, person, category, source)"
            " VALUES (?, ?, ?, ?, '门诊部', '陈知远', '形式主义', '群众提')",
            rows,
        )
