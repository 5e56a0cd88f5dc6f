"""Clients that cost little: closed loops of threads that speak HTTP by themselves."""

from __future__ import annotations

import json
import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from _web import HOST

__all__ = ["Answer", "Load", "Request", "drive", "played", "send"]

_PATIENCE = 120
_BLOCK = 1 << 16


@dataclass(frozen=True)
class Request:
    """A request, as bytes; HTTP/1.0, so that the answer ends with the connection."""

    raw: bytes
    name: str = ""

    @classmethod
    def of(
        cls,
        path: str,
        *,
        token: str = "",
        body: bytes = b"",
        kind: str = "application/json",
        etag: str = "",
        name: str = "",
    ) -> Request:
        """Make a GET, or a POST where there is a body."""
        lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.0", f"Host: {HOST}"]
        if token:
            lines.append(f"Authorization: {token}")
        if etag:
            lines.append(f"If-None-Match: {etag}")
        if body:
            lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        head = "\r\n".join(lines) + "\r\n\r\n"
        return cls(head.encode() + body, name or path)

    @classmethod
    def action(cls, action: str, *, token: str = "", **data: Any) -> Request:
        """Call an action by the API."""
        path = f"/api/3/action/{action}"
        return cls.of(path, token=token, body=json.dumps(data).encode(), name=action)


@dataclass(frozen=True)
class Answer:
    """What came back; status 0: the connection failed."""

    request: Request
    began: float
    ended: float
    status: int
    head: str = ""
    body: bytes = b""

    @property
    def result(self) -> Any:
        """What an action answered."""
        return json.loads(self.body)["result"]

    def header(self, name: str) -> str:
        """A header's value; empty where there is none."""
        for line in self.head.splitlines():
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return ""


@dataclass
class Load:
    """What a number of requests came to."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def add(self, answer: Answer) -> None:
        """Count an answer."""
        self.times.append(answer.ended - answer.began)
        self.statuses[answer.status] += 1

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float:
        """The time within which that share of the answers came, in milliseconds."""
        ordered = sorted(self.times)
        place = min(len(ordered) - 1, int(share * len(ordered)))
        return ordered[place] * 1000 if ordered else float("nan")

    @property
    def median(self) -> float:
        """The median time to the answer, in milliseconds."""
        return statistics.median(self.times) * 1000 if self.times else float("nan")

    def said(self) -> str:
        """The statuses in words: ``200: 17, 503: 2``."""
        return ", ".join(f"{code}: {n}" for code, n in sorted(self.statuses.items()))


def send(port: int, request: Request) -> Answer:
    """Send a request and read the answer to its end."""
    began = time.time()
    found = b""
    try:
        with socket.create_connection((HOST, port), timeout=_PATIENCE) as line:
            line.sendall(request.raw)
            pieces: list[bytes] = []
            while piece := line.recv(_BLOCK):
                pieces.append(piece)
            found = b"".join(pieces)
    except OSError:
        return Answer(request, began, time.time(), 0)
    head, _, body = found.partition(b"\r\n\r\n")
    status = int(head.split(None, 2)[1]) if head.startswith(b"HTTP/") else 0
    text = head.decode("latin-1")
    return Answer(request, began, time.time(), status, text, body)


def drive(
    port: int,
    requests: Callable[[int, Answer | None], Request],
    *,
    clients: int,
    seconds: float,
) -> Load:
    """Let clients ask without pause, each as soon as it has its answer.

    Args:
        port: Of the portal.
        requests: Gives a client, by its number and last answer, what to ask next.
        clients: How many ask at once.
        seconds: After which no new request begins.
    """
    load, guard = Load(), threading.Lock()
    began = time.time()

    def client(number: int) -> None:
        answer: Answer | None = None
        while time.time() - began < seconds:
            answer = send(port, requests(number, answer))
            with guard:
                load.add(answer)

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, range(clients)))
    load.seconds = time.time() - began
    return load


def played(
    port: int, plan: Iterable[tuple[float, Request]], *, clients: int
) -> list[Answer]:
    """Send each request at its second, or as soon after as a client is free."""
    began = time.time()

    def one(planned: tuple[float, Request]) -> Answer:
        due, request = planned
        time.sleep(max(0.0, began + due - time.time()))
        return send(port, request)

    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(one, sorted(plan, key=lambda planned: planned[0])))
