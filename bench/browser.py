"""A visitor that keeps one connection open, as a browser does, and times each answer."""

import http.client
import re
import time
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

IDLE = 5
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body, and how long it took, in milliseconds."""

    status: int
    body: bytes
    milliseconds: float


class Visitor:
    """One person with cookies and a CSRF token."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        self._cookies: dict[str, str] = {}
        self._token = ""
        self._last = 0.0

    def get(self, path: str, **headers: str) -> Answer:
        """A page."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, data: dict[str, object], **headers: str) -> Answer:
        """A form, with the token of this session."""
        body = urlencode({"csrf_token": self._token, **data}, doseq=True).encode()
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._ask("POST", path, body, form)

    def log_in(self, username: str, password: str) -> None:
        """Through the real login page; afterwards the token is that of the new session."""
        self._take_token(self.get("/login").body)
        answer = self.post("/login", {"username": username, "password": password})
        if answer.status != 303:  # noqa: PLR2004 - the redirect after a login
            message = f"login of {username}: {answer.status}"
            raise RuntimeError(message)
        self._take_token(self.get("/").body)

    def _take_token(self, page: bytes) -> None:
        found = TOKEN.search(page)
        self._token = found[1].decode() if found else ""

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if time.perf_counter() - self._last > IDLE:
            self._connection.close()  # the server ends it soon: a new one is opened by itself
        start = self._last = time.perf_counter()
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._connection.request(method, path, body, {"Cookie": cookies, **headers})
        response = self._connection.getresponse()
        content = response.read()
        took = (time.perf_counter() - start) * 1000
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _sign, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return Answer(response.status, content, took)
