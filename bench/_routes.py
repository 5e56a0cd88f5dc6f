"""Routes against CKAN's dataset page: throughput as seen from outside."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable
from dataclasses import dataclass

from _award import CRITERION, Award
from _clients import Answer, Load, Request, drive

__all__ = ["DATASET", "ROUNDS", "Route", "compare", "fixed", "upload"]

DATASET = "/dataset/bench-contests"
ROUNDS = 3
CLIENTS = 4
#: How much the peer may vary in a run that counts.
STEADY = 0.25
_TRIES = 2
_EDGE = "merit-load"

Ask = Callable[[int, Answer | None], Request]


@dataclass(frozen=True)
class Route:
    """A route and its goals, as multiples of the dataset page's throughput."""

    name: str
    ask: Ask
    must: float
    aim: float
    expected: int = 200


def fixed(request: Request) -> Ask:
    """Ask the same again and again."""
    return lambda number, answer: request


def upload(award: Award, megabytes: int) -> Ask:
    """Hand in a file of evidence by the form, to one entry after the other."""
    turns, parts = itertools.count(), _form(megabytes)

    def ask(number: int, answer: Answer | None) -> Request:
        place = award.evidence[next(turns) % len(award.evidence)]
        path = f"{award.address}/entry/{place.entry_id}/evidence/new"
        return Request.of(
            f"{path}?criterion={CRITERION}",
            token=place.token,
            body=parts,
            kind=f"multipart/form-data; boundary={_EDGE}",
            name="upload",
        )

    return ask


def compare(port: int, routes: list[Route], *, seconds: float) -> None:
    """Measure each route and the dataset page in turn, and print the ratios."""
    print(
        f"{'route':<34}{'must':>6}{'aim':>6}{'ratio':>8}  "
        f"{'req/s':>7}{'p50 ms':>8}{'p95 ms':>8}   dataset page; statuses"
    )
    for route in routes:
        for attempt in range(_TRIES):
            peers, ours = _rounds(port, route, seconds)
            rates = [load.rate for load in peers]
            spread = (max(rates) - min(rates)) / statistics.median(rates)
            if spread < STEADY or attempt == _TRIES - 1:
                break
        _print(route, peers, ours, spread)


def _rounds(port: int, route: Route, seconds: float) -> tuple[list[Load], list[Load]]:
    peer = fixed(Request.of(DATASET))
    # The first answers compile templates; they tell nothing.
    for ask in (peer, route.ask):
        drive(port, ask, clients=CLIENTS, seconds=min(1.0, seconds))
    peers: list[Load] = []
    ours: list[Load] = []
    for _ in range(ROUNDS):
        peers.append(drive(port, peer, clients=CLIENTS, seconds=seconds))
        ours.append(drive(port, route.ask, clients=CLIENTS, seconds=seconds))
    return peers, ours


def _print(route: Route, peers: list[Load], ours: list[Load], spread: float) -> None:
    peer = statistics.median(load.rate for load in peers)
    rate = statistics.median(load.rate for load in ours)
    load = Load()
    for one in ours:
        load.times += one.times
        load.statuses += one.statuses
    wrong = {code for code in load.statuses if code != route.expected}
    counts = "" if spread < STEADY else "; does not count: the peer varies"
    print(
        f"{route.name:<34}{route.must:>6g}{route.aim:>6g}{rate / peer:>8.2f}  "
        f"{rate:>7.1f}{load.median:>8.0f}{load.quantile(0.95):>8.0f}   "
        f"{peer:.1f}/s ± {spread:.0%}{counts}" + (f"; {load.said()}" if wrong else ""),
        flush=True,
    )


def _form(megabytes: int) -> bytes:
    fields = {"kind": "file", "claimed": "full", "note": "load"}
    lines = [
        f'--{_EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = (
        f'--{_EDGE}\r\nContent-Disposition: form-data; name="upload"; '
        'filename="plan.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    )
    content = b"%PDF-1.7\n" + b"x" * (megabytes * 1_000_000)
    return "".join([*lines, head]).encode() + content + f"\r\n--{_EDGE}--\r\n".encode()
