"""Situations: the closing minute, files at once, many writers, a long day."""

from __future__ import annotations

import json
import random
import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa
from _award import Award, Place
from _clients import Answer, Load, Request, drive, played, send
from _routes import DATASET, ROUNDS, Ask, fixed, upload
from _web import Web, connections

from ckan import model

from ckanext.merit.model import audit

__all__ = ["burst", "soak", "together", "writers"]

CLIENTS = 50
DOUBLED = 0.2
#: Of the window, in which hand-ins begin; the rest is for those that wait.
OPEN = 0.9
_DONE = {200}
_BUSY = 503


def burst(web: Web, award: Award, views: list[str], *, seconds: float) -> None:
    """All hand-ins of an award in its last seconds, amid page views.

    A fifth of the hand-ins is sent twice at once. What was accepted must be in the
    tables once, before the close, with one record in the audit trail.
    """
    chance = random.Random(7)  # noqa: S311 - the same load every time
    plan: list[tuple[float, Request]] = []
    for act, places in (
        ("merit_entry_submit", award.enrolments),
        ("merit_award_evidence_submit", award.evidence),
    ):
        for place in places:
            key = place.piece_id or place.entry_id
            request = Request.action(act, token=place.token, id=key)
            due = chance.uniform(0, seconds * OPEN)
            twice = chance.random() < DOUBLED
            plan += [(due, Request(request.raw, key))] * (1 + twice)
    hand_ins = len(plan)
    count = round(2000 / 60 * seconds)
    pages = [Request.of(chance.choice(views), name="view") for _ in range(count)]
    plan += [(chance.uniform(0, seconds), request) for request in pages]
    award.closes_in(seconds)
    began = time.time()
    answers = played(web.port, plan, clients=CLIENTS)
    print(f"\nclosing burst: {hand_ins} hand-ins, {count} views in {seconds:.0f} s")
    _report_burst(award, answers, time.time() - began)


def _report_burst(award: Award, answers: list[Answer], took: float) -> None:
    load, pages = Load(), Load()
    accepted: set[str] = set()
    for answer in answers:
        (pages if answer.request.name == "view" else load).add(answer)
        if answer.request.name != "view" and answer.status in _DONE:
            accepted.add(answer.request.name)
    stored, records = award.submitted(), _records(award.edition_id)
    broken = [
        answer
        for answer in answers
        if not answer.status
        or (
            answer.status >= 500
            and not (answer.status == _BUSY and answer.header("Retry-After"))
        )
    ]
    known = {place.piece_id or place.entry_id for place in _places(award)}
    print(f"  hand-ins: {load.said()}; p95 {load.quantile(0.95):.0f} ms")
    for reason, count in _refusals(answers).most_common():
        print(f"    refused {count}: {reason}")
    print(f"  views: {pages.said()}; p95 {pages.quantile(0.95):.0f} ms")
    print(
        f"  accepted {len(accepted)} of {len(known)}, stored {len(stored)}; "
        f"lost {len(accepted - set(stored))}, "
        f"stored but refused {len(set(stored) - accepted)}, "
        f"recorded twice {sum(count > 1 for count in records.values())}, "
        f"not recorded {len(set(stored) - set(records))}; "
        f"errors {len(broken)}; all answered {took:.1f} s after the start",
        flush=True,
    )


def _refusals(answers: list[Answer]) -> Counter[str]:
    """How often hand-ins were refused, by the reason given."""
    reasons: Counter[str] = Counter()
    for answer in answers:
        if answer.request.name != "view" and 400 <= answer.status < 500:
            error = json.loads(answer.body)["error"]
            error.pop("__type", None)
            reasons[str(error)] += 1
    return reasons


def _places(award: Award) -> list[Place]:
    return [*award.enrolments, *award.evidence]


def _records(edition_id: str) -> Counter[str]:
    """How often the trail says that each thing was submitted."""
    found = sa.select(audit.table.c.object_id).where(
        audit.table.c.chain == edition_id, audit.table.c.act == "submit"
    )
    records = Counter(model.Session.scalars(found))
    model.Session.remove()
    return records


def together(
    web: Web,
    award: Award,
    *,
    seconds: float,
    apart: Web | None = None,
    at_once: int = 20,
) -> None:
    """Files of 10 MB, many at once: how long other pages take meanwhile.

    With ``apart``, files go to that portal's workers, as a proxy can send them.
    """
    page, given = fixed(Request.of(DATASET)), upload(award, 10)
    # The first answers compile templates; they tell nothing.
    drive(web.port, page, clients=4, seconds=1)
    idle = drive(web.port, page, clients=1, seconds=2 * seconds)
    files, others = Load(), Load()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            others.add(send(web.port, page(0, None)))

    with ThreadPoolExecutor(at_once + 1) as pool:
        looking = pool.submit(look)
        for answer in pool.map(
            lambda n: send((apart or web).port, given(n, None)), range(at_once)
        ):
            files.add(answer)
        stop.set()
        looking.result()
    ratio = others.quantile(0.95) / idle.quantile(0.95)
    workers = f"{web.workers} workers of {web.threads} threads"
    print(
        f"\n{at_once} files of 10 MB at once, {workers}"
        f"{' and one for files' if apart else ''}: {files.said()}; dataset page p95 "
        f"{idle.quantile(0.95):.0f} ms idle, {others.quantile(0.95):.0f} ms meanwhile: "
        f"x {ratio:.2f} (must: 2; {len(others.times)} pages)",
        flush=True,
    )


def writers(webs: list[Web], award: Award, *, seconds: float) -> None:
    """Save drafts of one edition as fast as eight people can; all share its trail.

    The portals differ in the number of workers and are measured in turn.
    """
    peer = fixed(Request.of(DATASET))
    rates: dict[int, list[float]] = {web.workers: [] for web in webs}
    statuses: Counter[int] = Counter()
    for _ in range(ROUNDS):
        for web in webs:
            pages = drive(web.port, peer, clients=8, seconds=seconds)
            saves = drive(web.port, _saving(award), clients=8, seconds=seconds)
            statuses += saves.statuses
            rates[web.workers].append(saves.rate / pages.rate)
    ratios = {workers: statistics.median(found) for workers, found in rates.items()}
    for workers, ratio in ratios.items():
        print(f"drafts saved with {workers} workers: x {ratio:.2f} of the dataset page")
    least, most = ratios[webs[0].workers], ratios[webs[-1].workers]
    said = ", ".join(f"{code}: {n}" for code, n in sorted(statuses.items()))
    print(
        f"with more workers: {most / least - 1:+.0%} "
        f"(must not fall by more than 20 %; {said})",
        flush=True,
    )


def _saving(award: Award) -> Ask:
    """Each client changes a piece of its own, in the version that it saw last."""
    pieces = award.evidence

    def ask(number: int, answer: Answer | None) -> Request:
        place = pieces[number]
        version = _version(award, place, answer)
        data: dict[str, Any] = {
            **award.piece(place.entry_id),
            "id": place.piece_id,
            "version": version,
            "note": f"as of {version}",
        }
        return Request.action("merit_award_evidence_save", token=place.token, **data)

    return ask


def _version(award: Award, place: Place, answer: Answer | None) -> int:
    if answer is not None and answer.status in _DONE:
        return answer.result["version"]
    return award.version(place.piece_id)


def soak(web: Web, mixed: list[Request], *, minutes: float) -> None:
    """A mixed load for a while: errors, memory of the workers, connections."""
    samples: list[tuple[int, int]] = []
    load = Load()
    chance = random.Random(7)  # noqa: S311 - the same load every time

    def ask(number: int, answer: Answer | None) -> Request:
        return chance.choice(mixed)

    for _ in range(max(4, round(minutes * 6))):
        part = drive(web.port, ask, clients=4, seconds=10)
        load.times += part.times
        load.statuses += part.statuses
        load.seconds += part.seconds
        samples.append((web.rss(), connections()))
    wrong = sum(n for code, n in load.statuses.items() if code not in _DONE)
    quarter = max(1, len(samples) // 4)
    first, last = samples[:quarter], samples[-quarter:]
    memory = [statistics.median(one for one, _ in part) for part in (first, last)]
    lines = [statistics.median(one for _, one in part) for part in (first, last)]
    print(
        f"\nsoak of {load.seconds / 60:.1f} minutes: {load.rate:.1f} req/s, errors "
        f"{wrong / len(load.times):.3%} (must: < 0.1 %; {load.said()}); workers' "
        f"memory {memory[0]:.0f} -> {memory[1]:.0f} MB "
        f"({memory[1] / memory[0] - 1:+.1%}, must: < 10 %); connections "
        f"{lines[0]:.0f} -> {lines[1]:.0f}",
        flush=True,
    )
