"""Assignment of jurors to entries: balanced, free of conflicts, repeatable."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

__all__ = ["Candidate", "Plan", "Task", "assign"]

Pair = tuple[str, str]
# Who hands an entry over (None: nobody had it) and which entry.
Step = tuple[str | None, str]


@dataclass(frozen=True)
class Candidate:
    """A juror who can be given entries.

    Attributes:
        juror: Id.
        categories: Codes the appointment is limited to; None: all.
        limit: Most entries in all, those held before included; None: no limit.
    """

    juror: str
    categories: frozenset[str] | None = None
    limit: int | None = None


@dataclass(frozen=True)
class Task:
    """An entry that needs jurors.

    Attributes:
        entry: Id.
        category: Its code.
    """

    entry: str
    category: str


@dataclass(frozen=True)
class Plan:
    """The outcome.

    Attributes:
        pairs: New (juror, entry) pairs, sorted.
        shortfalls: Entries that could not get enough jurors, with how many lack.
    """

    pairs: tuple[Pair, ...]
    shortfalls: dict[str, int]


def assign(
    candidates: Iterable[Candidate],
    tasks: Iterable[Task],
    *,
    per_entry: int,
    seed: str,
    held: Collection[Pair] = (),
    blocked: Collection[Pair] = (),
) -> Plan:
    """Give every entry its jurors so that nobody carries more than needed.

    As many places as possible are filled; among all ways to do that with these
    limits, no chain of exchanges of the new pairs makes the loads more even.

    Args:
        candidates: Jurors; the order is irrelevant.
        tasks: Entries; the order is irrelevant.
        per_entry: Jurors per entry, those held before included.
        seed: Decides between equals; the same seed gives the same plan.
        held: (juror, entry) pairs that exist and stay.
        blocked: (juror, entry) pairs that must not be: conflicts, recusals.

    Raises:
        ValueError: For a negative number of jurors per entry.
    """
    if per_entry < 0:
        raise ValueError("per_entry is negative")
    desk = _Desk(candidates, tasks, held=held, blocked=blocked, seed=seed)
    shortfalls: dict[str, int] = {}
    for entry in desk.scarce_first():
        wanted = per_entry - desk.held_by[entry]
        given = sum(1 for _ in range(wanted) if desk.place(entry))
        if given < wanted:
            shortfalls[entry] = wanted - given
    desk.level()
    return Plan(tuple(sorted(desk.pairs())), dict(sorted(shortfalls.items())))


class _Desk:
    """The state while a plan is made: who could take what, and who has it."""

    def __init__(
        self,
        candidates: Iterable[Candidate],
        tasks: Iterable[Task],
        *,
        held: Collection[Pair],
        blocked: Collection[Pair],
        seed: str,
    ) -> None:
        people = {item.juror: item for item in candidates}
        closed = {*held, *blocked}
        self._seed = seed
        self._limit = {name: item.limit for name, item in people.items()}
        self.held_by = Counter(entry for _, entry in held)
        self.load = Counter(dict.fromkeys(people, 0))
        self.load.update(juror for juror, _ in held if juror in people)
        self.options: dict[str, list[str]] = {
            task.entry: sorted(
                (
                    name
                    for name, item in people.items()
                    if (name, task.entry) not in closed
                    and (item.categories is None or task.category in item.categories)
                ),
                key=lambda name, entry=task.entry: self._draw(name, entry),
            )
            for task in tasks
        }
        # Entries given in this plan, by juror.
        self.given: defaultdict[str, set[str]] = defaultdict(set)

    def scarce_first(self) -> list[str]:
        """Entries with the fewest possible jurors first."""
        return sorted(
            self.options,
            key=lambda entry: (len(self.options[entry]), self._draw("", entry)),
        )

    def place(self, entry: str) -> bool:
        """Give an entry one more juror, moving others' entries if it must be."""
        free = sorted(self._free(entry), key=lambda name: self.load[name])
        path = self._path(dict.fromkeys(free, (None, entry)), self._has_room)
        self._shift(path)
        return bool(path)

    def level(self) -> None:
        """Move entries from loaded jurors to others until no move evens loads."""
        moved = True
        while moved:
            moved = False
            for juror in sorted(self.load, key=lambda name: (-self.load[name], name)):
                most = self.load[juror] - 2
                path = self._path(
                    self._offers(juror),
                    lambda name, most=most: self._has_room(name, most=most),
                    origin=juror,
                )
                self._shift(path)
                moved = moved or bool(path)

    def pairs(self) -> Iterable[Pair]:
        """All pairs of this plan."""
        return (
            (juror, entry) for juror, entries in self.given.items() for entry in entries
        )

    def _draw(self, juror: str, entry: str) -> bytes:
        text = "\x1f".join((self._seed, juror, entry))
        return hashlib.sha256(text.encode()).digest()

    def _has_room(self, juror: str, *, most: int | None = None) -> bool:
        limit = self._limit[juror]
        fits = limit is None or self.load[juror] < limit
        return fits and (most is None or self.load[juror] <= most)

    def _free(self, entry: str) -> Iterator[str]:
        """Jurors who may take the entry and don't have it."""
        return (name for name in self.options[entry] if entry not in self.given[name])

    def _offers(self, juror: str) -> dict[str, Step]:
        """Jurors who could take over something from one."""
        offers: dict[str, Step] = {}
        for entry in sorted(self.given[juror]):
            for name in self._free(entry):
                offers.setdefault(name, (juror, entry))
        return offers

    def _path(
        self,
        start: Mapping[str, Step],
        is_end: Callable[[str], bool],
        *,
        origin: str | None = None,
    ) -> list[tuple[str, Step]]:
        """Find the shortest chain of hand-overs to a fitting juror; else none."""
        came = dict(start)
        queue = deque(start)
        while queue:
            juror = queue.popleft()
            if is_end(juror):
                return self._trace(juror, came)
            for name, step in self._offers(juror).items():
                if name != origin and name not in came:
                    came[name] = step
                    queue.append(name)
        return []

    @staticmethod
    def _trace(end: str, came: Mapping[str, Step]) -> list[tuple[str, Step]]:
        path: list[tuple[str, Step]] = []
        juror: str | None = end
        while juror is not None and (step := came.get(juror)):
            path.append((juror, step))
            juror = step[0]
        return path

    def _shift(self, path: Iterable[tuple[str, Step]]) -> None:
        for taker, (giver, entry) in path:
            if giver is not None:
                self.given[giver].discard(entry)
                self.load[giver] -= 1
            self.given[taker].add(entry)
            self.load[taker] += 1
