"""The instant of publication: readers of every place, before, at and after it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from _clients import Answer, Request, send
from _editions import Bench
from _web import Web

__all__ = ["instant"]

READERS = 24
_STATE = "provisional"


@dataclass(frozen=True)
class Place:
    """Where results can be read, and how an answer tells that they are there."""

    request: Callable[[str], Request]
    tells: Callable[[Answer], bool]


@dataclass(frozen=True)
class Look:
    """What somebody saw somewhere."""

    place: str
    began: float
    ended: float
    told: bool
    status: int


def instant(web: Web, bench: Bench, size: int, *, seconds: float) -> None:
    """Readers poll every place while results are published under an embargo.

    Half of them send the ETag that they were given last. Nobody may read results in an
    answer that ended before the instant; everybody must in one that began after it.
    """
    edition_id, run_id = bench.approved("instant", size)
    at = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    places: dict[str, Place] = {}
    stop = at.timestamp() + seconds

    def reader(number: int) -> list[Look]:
        return _read(web.port, places, number, stop=stop)

    with ThreadPoolExecutor(READERS) as pool:
        publication = bench.publish(run_id, visible_from=at.isoformat())
        places |= _places(edition_id, publication)
        looks = [look for found in pool.map(reader, range(READERS)) for look in found]
    moment = datetime.fromisoformat(publication["visible_from"]).timestamp()
    early = [look for look in looks if look.told and look.ended < moment]
    late = [look for look in looks if not look.told and look.began > moment]
    broken = [look for look in looks if look.status >= 500 or not look.status]
    before = sum(look.ended < moment for look in looks)
    print(
        f"\ninstant of publication: {len(looks)} answers of {len(places)} places, "
        f"{before} before the instant; told too early {len(early)}, "
        f"not told after it {len(late)}, errors {len(broken)}"
    )
    for name, found in (("early", early), ("late", late), ("error", broken)):
        for look in found[:5]:
            print(f"  {name}: {look.place} {look.status} {look.ended - moment:+.3f} s")
    print(end="", flush=True)


def _read(
    port: int, places: dict[str, Place], number: int, *, stop: float
) -> list[Look]:
    looks: list[Look] = []
    #: By place: the last ETag, and what the answer with it told.
    known: dict[str, tuple[str, bool]] = {}
    names = [*places][number % len(places) :] + [*places][: number % len(places)]
    while time.time() < stop:
        for name in names:
            place = places[name]
            etag, told = known.get(name, ("", False))
            answer = send(port, place.request(etag if number % 2 else ""))
            if answer.status != 304:
                told = place.tells(answer)
            looks.append(Look(name, answer.began, answer.ended, told, answer.status))
            if answer.header("ETag"):
                known[name] = answer.header("ETag"), told
    return looks


def _places(edition_id: str, publication: dict[str, Any]) -> dict[str, Place]:
    base = "/contests/bench/instant"
    key = publication["id"]

    def is_there(answer: Answer) -> bool:
        return answer.status in {200, 304}

    def holds(text: bytes) -> Callable[[Answer], bool]:
        return lambda answer: text in answer.body

    def is_listed(answer: Answer) -> bool:
        rows = answer.result["results"]
        return any(row["id"] == edition_id and row["state"] == _STATE for row in rows)

    def is_moved(answer: Answer) -> bool:
        return answer.result["state"] == _STATE

    pages = {
        base: holds(b"See the results"),
        f"{base}/results": holds(b"bundle.json"),
        f"{base}/results/1": is_there,
        f"{base}/results/1/results.csv": is_there,
        f"{base}/results/1/bundle.json": is_there,
    }
    actions = {
        "merit_publication_list": ({"edition_id": edition_id}, holds(key.encode())),
        "merit_publication_show": ({"id": key}, is_there),
        "merit_bundle_show": ({"id": key}, is_there),
        "merit_edition_show": ({"id": edition_id}, is_moved),
        "merit_edition_list": ({}, is_listed),
    }
    return {path: _page(path, tells) for path, tells in pages.items()} | {
        name: _action(name, data, tells) for name, (data, tells) in actions.items()
    }


def _page(path: str, tells: Callable[[Answer], bool]) -> Place:
    return Place(lambda etag: Request.of(path, etag=etag), tells)


def _action(name: str, data: dict[str, Any], tells: Callable[[Answer], bool]) -> Place:
    return Place(lambda etag: Request.action(name, **data), tells)
