"""What the bar is made of: a page of 100 cards, a POST with one UPDATE, a hello; Flask and nothing else.

On SQLite a connection a request, as Flask's manual shows it. On PostgreSQL one a thread, which is kept: to
open one takes longer than all the rest, so no program does that for each request.
"""

import os
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

import psycopg
from flask import Flask, g, redirect, render_template_string
from psycopg.rows import dict_row

CARDS = 100
PAGE = """<!doctype html><html lang="zh"><title>看板</title><h1>看板</h1>
{% for stage in stages %}<section><h2>{{ stage }}</h2>
{% for card in cards if card.stage == stage %}<article>
<h3><a href="/card/{{ card.id }}">{{ card.title }}</a></h3>
<p>{{ card.number }} · {{ card.due_on }} · {{ card.unit }} · {{ card.person }}</p>
<span>{{ card.category }}</span><span>{{ card.source }}</span></article>
{% endfor %}</section>{% endfor %}</html>"""
STAGES = ("待认领", "方案待批", "整改中", "申请销号", "已验收", "已销号")


MOVE = "UPDATE card SET moves = moves + 1 WHERE id = ?"
INSERT = """INSERT INTO card (id, number, title, stage, due_on, unit, person, category, source)
VALUES (?, ?, ?, ?, ?, '门诊部', '陈知远', '形式主义', '群众提')"""
KEPT = threading.local()


def create_app() -> Flask:
    """INTRANET_BENCH_BARE is a file, or an address of PostgreSQL; the table is made anew."""
    app = Flask(__name__)
    where = os.environ["INTRANET_BENCH_BARE"].replace("postgresql+psycopg://", "postgresql://")
    connection = _postgresql(where) if "://" in where else _sqlite(app, where)
    mark = "%s" if "://" in where else "?"
    with app.app_context():
        _fill(connection(), mark)

    @app.get("/")
    def page() -> str:
        cards = connection().execute("SELECT * FROM card ORDER BY due_on LIMIT 100").fetchall()
        return render_template_string(PAGE, cards=cards, stages=STAGES)

    @app.post("/move/<int:number>")
    def move(number: int) -> object:
        database = connection()
        database.execute(MOVE.replace("?", mark), (number,))
        database.commit()
        return redirect("/", 303)

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    return app


def _sqlite(app: Flask, path: str) -> Callable[[], Any]:
    def connection() -> sqlite3.Connection:
        if "connection" not in g:
            g.connection = sqlite3.connect(path)
            g.connection.row_factory = sqlite3.Row
        return g.connection  # type: ignore[no-any-return]

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        if "connection" in g:
            g.connection.close()

    with sqlite3.connect(path) as first:
        first.execute("PRAGMA journal_mode=WAL")
    return connection


def _postgresql(url: str) -> Callable[[], Any]:
    def connection() -> Any:  # noqa: ANN401 - of either driver
        if not hasattr(KEPT, "connection"):
            KEPT.connection = psycopg.connect(url, autocommit=True, row_factory=dict_row)
        return KEPT.connection

    return connection


def _fill(database: Any, mark: str) -> None:  # noqa: ANN401 - of either driver
    database.execute("DROP TABLE IF EXISTS card")
    database.execute(
        "CREATE TABLE card (id INTEGER PRIMARY KEY, number TEXT, title TEXT, stage TEXT, due_on TEXT,"
        " unit TEXT, person TEXT, category TEXT, source TEXT, moves INTEGER DEFAULT 0)"
    )
    rows = [
        (
            n + 1,
            f"{n:03}",
            f"第 {n} 个问题：窗口排队时间过长，患者多次往返",
            STAGES[n % 6],
            f"2026-12-{n % 28 + 1:02}",
        )
        for n in range(CARDS)
    ]
    database.cursor().executemany(INSERT.replace("?", mark), rows)
    database.commit()
