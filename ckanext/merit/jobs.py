"""The worker: claims due rows, hands them to their kind, notes what became of them.

The table says what is due; Redis only rings. Killing a worker at any line loses
nothing and doing a key twice changes nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from types import TracebackType

from sqlalchemy.exc import DBAPIError

from ckan import model

from ckanext.merit import bell
from ckanext.merit.bell import ring
from ckanext.merit.failpoints import failpoint
from ckanext.merit.interfaces import Kind, kinds_of_plugins
from ckanext.merit.model import work as table

__all__ = ["Kind", "failpoint", "kinds_of_plugins", "ring", "work", "work_once"]

log = logging.getLogger(__name__)

POLL = timedelta(seconds=2)
MIN_WAIT = 0.1
PATIENCE = 5
#: How often a long-running worker looks for work that nobody marked.
DISCOVER = timedelta(minutes=1)
#: A job of CKAN's worker waits this long for rows that are about to be due, and
#: makes way for other jobs after the budget.
LINGER = timedelta(seconds=15)
BUDGET = timedelta(minutes=1)

# Rows by the number of earlier attempts, and the part of a batch claimed at a time:
# a key that kills its worker is soon alone, and takes few others with it.
_TIERS = (
    (range(1), 1),
    (range(1, 2), 8),
    (range(2, table.MAX_ATTEMPTS), 10**9),
)

Progress = Callable[[str, int], None]


def work_once() -> None:
    """Run as a job of CKAN's worker: do what is due, then ring again if more is."""
    bell.answer()
    worker = Worker(kinds_of_plugins())
    worker.drain(linger=LINGER, budget=BUDGET)
    if worker.seconds_to_next(LINGER) is not None:
        bell.ring()


def work(
    *,
    once: bool,
    kinds: Iterable[Kind] | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
    linger: timedelta = timedelta(0),
) -> int:
    """Do the work that is due; forever, unless ``once``.

    Args:
        once: return when nothing is due any more.
        kinds: kinds to work on; those of the loaded plugins by default.
        progress: called with the kind and the number of keys just done.
        stop: ends the work after the current batch.
        linger: with ``once``, also wait for rows that are due within this time.

    Returns:
        Number of keys done.
    """
    chosen = kinds_of_plugins() if kinds is None else list(kinds)
    worker = Worker(chosen, progress=progress, stop=stop)
    if once:
        worker.drain(linger=linger)
    else:
        worker.serve()
    return worker.done


class Worker:
    """Rounds of claim, handle, finish over some kinds of work."""

    def __init__(
        self,
        kinds: Sequence[Kind],
        *,
        progress: Progress | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self.kinds = kinds
        self.progress = progress
        self.stop = stop or threading.Event()
        self.done = 0
        # Claims with rows that a user's transaction was holding when they ended.
        self._held: list[table.Claim] = []

    def seconds_to_next(self, within: timedelta) -> float | None:
        """Return the time until the next row is due, or None, and end the reading."""
        names = [kind.name for kind in self.kinds]
        seconds = table.seconds_to_next(model.Session, names, within=within)
        model.Session.rollback()
        return seconds

    def drain(
        self, *, linger: timedelta = timedelta(0), budget: timedelta | None = None
    ) -> None:
        """Work until nothing is due within ``linger``, or the budget is spent."""
        end = time.monotonic() + budget.total_seconds() if budget else float("inf")
        idle = 0
        self.discover()
        while not self.stop.is_set() and time.monotonic() < end:
            if self.round():
                idle = 0
                continue
            # A row that stays due belongs to another's transaction: leave it.
            idle += 1
            seconds = self.seconds_to_next(linger)
            if seconds is None or (seconds == 0 and idle > PATIENCE):
                return
            self.stop.wait(max(seconds, MIN_WAIT))

    def serve(self) -> None:
        """Work until stopped; outlives failures of the database."""
        discovered = None
        while not self.stop.is_set():
            try:
                now = time.monotonic()
                if discovered is None or now - discovered > DISCOVER.total_seconds():
                    discovered = now
                    self.discover()
                if not self.round():
                    seconds = self.seconds_to_next(POLL)
                    wait = POLL.total_seconds() if seconds is None else seconds
                    self.stop.wait(max(wait, MIN_WAIT))
            except DBAPIError:  # noqa: PERF203 - outliving it is the point
                log.exception("The database failed; trying again")
                model.Session.remove()
                self.stop.wait(POLL.total_seconds())

    def discover(self) -> None:
        """Let each kind mark what is due without anybody's doing."""
        for kind in self.kinds:
            if kind.discover is None:
                continue
            try:
                kind.discover()
                model.Session.commit()
            except Exception as error:
                if _disconnected(error):
                    raise
                model.Session.rollback()
                log.exception("Could not look for work of kind %s", kind.name)

    def round(self) -> bool:
        """Work on one claim per kind and tier; says whether there was any."""
        self._release_held()
        worked = False
        for kind in self.kinds:
            table.park_abandoned(model.Session, kind.name)
            for attempts, part in _TIERS:
                if self.stop.is_set():
                    return worked
                claimed = table.claim(
                    model.Session,
                    kind.name,
                    limit=max(1, kind.batch // part),
                    lease=kind.lease,
                    attempts=attempts,
                )
                model.Session.commit()
                if claimed:
                    failpoint("claimed")
                    with _Heartbeat(claimed, kind.lease):
                        self._attempt(kind, claimed)
                    failpoint("committed")
                    worked = True
        return worked

    def _attempt(self, kind: Kind, claimed: table.Claim) -> None:
        try:
            self._handle(kind, claimed)
        except Exception as error:
            if _disconnected(error):
                raise
            model.Session.rollback()
            if isinstance(error, table.LeaseLostError) or len(claimed.rows) == 1:
                self._give_up(claimed, error)
                return
            log.exception("A batch of %s failed; one by one now", kind.name)
            for key in claimed.rows:
                self._attempt(kind, claimed.only(key))

    def _handle(self, kind: Kind, claimed: table.Claim) -> None:
        kind.handle(list(claimed.rows))
        failpoint("handled")
        rest = table.finish(model.Session, claimed)
        again = claimed.only(*rest)
        held = table.release(model.Session, again) if rest else 0
        model.Session.commit()
        if held:
            self._held.append(again)
        self.done += len(claimed.rows)
        if self.progress:
            self.progress(kind.name, len(claimed.rows))

    def _give_up(self, claimed: table.Claim, error: Exception) -> None:
        if isinstance(error, table.LeaseLostError):
            log.warning("Lost the lease of %s; others have it now", claimed.kind)
            held = table.release(model.Session, claimed)
        else:
            (key,) = claimed.rows
            log.error("Work %s on %s failed", claimed.kind, key, exc_info=error)
            text = f"{type(error).__name__}: {error}"
            held = table.fail(model.Session, claimed, error=text)
        model.Session.commit()
        if held:
            self._held.append(claimed)

    def _release_held(self) -> None:
        held, self._held = self._held, []
        for claimed in held:
            if table.release(model.Session, claimed):
                self._held.append(claimed)
        model.Session.commit()


def _disconnected(error: Exception) -> bool:
    """Whether the database went away: not the fault of what was being worked on."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


class _Heartbeat:
    """Extends the lease of a claim every third of it, from a thread of its own."""

    def __init__(self, claimed: table.Claim, lease: timedelta) -> None:
        self._claimed = claimed
        self._lease = lease
        self._engine = model.Session.get_bind()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(self._lease.total_seconds() / 3):
            try:
                with self._engine.begin() as connection:
                    table.extend(connection, self._claimed, lease=self._lease)
            except DBAPIError:  # noqa: PERF203 - the next beat may do
                log.warning("Could not extend the lease of %s", self._claimed.kind)
