"""The web server: waitress. It takes in a request whole before a thread sees it; what is too slow is ended.

So a slow connection costs no thread, with or without a reverse proxy in front.
"""

import ctypes
import gc
import signal
import sys
import time

from flask import Flask, current_app
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.utilities import RequestEntityTooLarge

PATIENCE = 20
PACE = 10_000
"""A request may take so many seconds to come in, and then one more for each so many bytes."""
CONNECTIONS, HEADER = 500, 16 * 1024
"""Open at the same time: well below the usual 1,024 files of a process, with room for large bodies.

An address and what stands above a body, in bytes: libraries keep the last hundred addresses they took apart.
"""
IDLE, SHARE = 10, 200
"""One that says nothing is ended after so many seconds; one address holds so many, unless it is a proxy's."""

MMAP_THRESHOLD, ARENA_MAX = -3, -8
"""Of malloc.h: from what size a piece is not kept once it is free; how many heaps the threads share."""


class Request(HTTPRequestParser):
    """One that is coming in."""

    def __init__(self, settings: object) -> None:
        super().__init__(settings)
        self.error: object = None
        self.begun = time.monotonic()

    def received(self, data: bytes) -> int:
        taken: int = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            self.error, self.expect_continue = None, False
            self.headers["CONNECTION"] = "close"  # the site says so in its own words, from the length alone
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            self.headers["CONNECTION"] = "close"  # RFC 9112, 6.1: two lengths, and who knows what follows

    @property
    def late(self) -> bool:
        bytes_received: int = self.header_bytes_received + self.body_bytes_received
        return time.monotonic() - self.begun > PATIENCE + bytes_received / PACE


class Channel(HTTPChannel):
    """One connection. Beyond its share of the places an address gets none."""

    parser_class = Request

    def __init__(self, server: "Server", *more: object, **named: object) -> None:
        super().__init__(server, *more, **named)
        self.will_close = server.is_crowded_by(self.addr[0])


class Server(TcpWSGIServer):
    """Listens, and ends connections whose request does not come in."""

    channel_class = Channel
    share = 0
    """How many connections one address may hold. 0: any number, for it is a proxy's."""

    def is_crowded_by(self, address: str) -> bool:
        held: int = sum(channel.addr[0] == address for channel in list(self.active_channels.values()))
        return 0 < self.share < held

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.request and channel.request.late:
                channel.will_close = True


def give_memory_back() -> None:
    """The 20 MB a password's hash works in return to the system: glibc would keep them for each thread.

    One heap is enough, as the threads take turns: one for each holds fifteen megabytes of nothing.
    """
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(MMAP_THRESHOLD, 2**20)
        libc.mallopt(ARENA_MAX, 1)


def serve(host: str, port: int, threads: int) -> None:
    """The current app answers until Ctrl+C or SIGTERM; what is being answered then has five seconds."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit())
    give_memory_back()
    gc.freeze()  # what is there now stays: the search for garbage need not look at it
    gc.set_threshold(50_000)
    server = Server(
        app,
        host=host,
        port=port,
        threads=threads,
        ident=None,
        asyncore_use_poll=True,
        connection_limit=CONNECTIONS,
        channel_timeout=IDLE,
        cleanup_interval=3,
        max_request_header_size=HEADER,
        # twice what the site takes, so that it can tell whoever sends a little too much
        max_request_body_size=2 * app.config["MAX_CONTENT_LENGTH"],
        clear_untrusted_proxy_headers=False,  # PROXIES says which of them hold
    )
    server.share = 0 if app.config["PROXIES"] else SHARE
    server.run()
