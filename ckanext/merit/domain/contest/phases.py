"""The calendar of an edition: when what is open, and how dates may change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any, Literal

from ckanext.merit.domain.contest.errors import ContestError

__all__ = [
    "KINDS",
    "Phase",
    "Problem",
    "appeal_windows",
    "calendar_problems",
    "check_change",
    "next_change",
    "open_phases",
    "require_open",
    "status",
]

_SHARED = ("screening", "jury", "deliberation")
_CLOSING = ("provisional", "appeals", "ceremony")
KINDS: dict[str, tuple[str, ...]] = {
    "award": (
        *("enrolment", "publication_window", "use_window", "evidence"),
        *_SHARED,
        *_CLOSING,
    ),
    "datathon": (
        *("registration", "working", "submission"),
        *_SHARED,
        "voting",
        *_CLOSING,
    ),
}
# Without these nobody could enter.
REQUIRED = {"award": ("enrolment",), "datathon": ("registration", "submission")}
EVALUATION = frozenset((*_SHARED, "voting"))

Bound = Literal["opens", "closes"]
# (earlier kind, its bound, later kind): the later one opens at or after the first
# opening, or the last closing, of the earlier one.
ORDER: tuple[tuple[str, Bound, str], ...] = (
    ("enrolment", "opens", "evidence"),
    ("enrolment", "opens", "screening"),
    ("evidence", "closes", "jury"),
    ("registration", "opens", "working"),
    ("registration", "opens", "submission"),
    ("working", "opens", "submission"),
    ("submission", "closes", "jury"),
    ("submission", "closes", "voting"),
    ("jury", "closes", "deliberation"),
    ("jury", "closes", "provisional"),
    ("deliberation", "closes", "provisional"),
    ("provisional", "opens", "appeals"),
    ("appeals", "closes", "ceremony"),
)


@dataclass(frozen=True)
class Phase:
    """A half-open interval [opens_at, closes_at) in which something is possible.

    Attributes:
        kind: One of :data:`KINDS` of the edition's kind.
        opens_at: First instant at which it is open (aware).
        closes_at: First instant at which it no longer is (aware).
        stage: Code of the stage it belongs to; None: the whole edition.

    Raises:
        ContestError: ``naive`` for an instant without zone, ``empty`` when it
            would close before it opens.
    """

    kind: str
    opens_at: datetime
    closes_at: datetime
    stage: str | None = None

    def __post_init__(self) -> None:
        for instant in (self.opens_at, self.closes_at):
            _require_aware(instant)
        if self.opens_at >= self.closes_at:
            raise ContestError(
                "empty", f"{self.kind} would close before it opens", detail=_name(self)
            )

    def is_open(self, now: datetime) -> bool:
        """Say whether the instant lies in the interval."""
        _require_aware(now)
        return self.opens_at <= now < self.closes_at

    def overlaps(self, other: Phase) -> bool:
        """Say whether two intervals share an instant."""
        return self.opens_at < other.closes_at and other.opens_at < self.closes_at


@dataclass(frozen=True)
class Problem:
    """One reason why something cannot be published, as a code with values."""

    code: str
    detail: dict[str, Any]


def calendar_problems(
    phases: Sequence[Phase], *, kind: str, stages: Collection[str] = ()
) -> tuple[Problem, ...]:
    """List everything that is inconsistent in a calendar.

    Args:
        phases: All phases of the edition.
        kind: ``award`` or ``datathon``.
        stages: Codes of the edition's stages.

    Returns:
        Problems with the codes ``foreign_kind``, ``unknown_stage``, ``overlap``,
        ``order`` and ``missing``; none when the calendar is consistent.

    Raises:
        KeyError: For an unknown kind of edition.
    """
    return (
        *_foreign(phases, kinds=KINDS[kind], stages=stages),
        *_overlaps(phases),
        *_disorders(phases),
        *_missing(phases, required=REQUIRED[kind]),
    )


def open_phases(
    phases: Iterable[Phase], kind: str, *, now: datetime, stage: str | None = None
) -> tuple[Phase, ...]:
    """List the open phases of a kind that serve a stage.

    A phase without stage serves every stage; asking without stage finds only
    phases of the whole edition.
    """
    return tuple(
        phase
        for phase in phases
        if phase.kind == kind and phase.stage in {None, stage} and phase.is_open(now)
    )


def require_open(
    phases: Iterable[Phase],
    kinds: Collection[str],
    *,
    now: datetime,
    stage: str | None = None,
) -> Phase:
    """Give the phase that admits an act now.

    Raises:
        ContestError: ``phase_closed``, with the instants of the phases that
            there are; a calendar without such a phase is closed.
    """
    wanted = [
        phase
        for phase in phases
        if phase.kind in kinds and phase.stage in {None, stage}
    ]
    for phase in wanted:
        if phase.is_open(now):
            return phase
    raise ContestError(
        "phase_closed",
        "the phase is not open: " + ", ".join(sorted(kinds)),
        detail={"phases": [_name(phase) for phase in wanted]},
    )


def appeal_windows(
    phases: Iterable[Phase], *, stage: str | None, later: Collection[str] = ()
) -> tuple[Phase, ...]:
    """List the windows for appeals against results of a stage, or of the whole.

    A stage has its own; without any, those without stage that open before a later
    stage begins. The whole has those without stage; without any, all.

    Args:
        phases: The calendar.
        stage: None: the whole edition.
        later: The stages that come after it.
    """
    known = list(phases)
    windows = [phase for phase in known if phase.kind == "appeals"]
    own = tuple(phase for phase in windows if phase.stage == stage)
    if own:
        return own
    if stage is None:
        return tuple(windows)
    begins = min((p.opens_at for p in known if p.stage in later), default=None)
    return tuple(
        phase
        for phase in windows
        if phase.stage is None and (begins is None or phase.opens_at < begins)
    )


def check_change(old: Phase, new: Phase, *, now: datetime) -> None:
    """Refuse a change of dates that the announced calendar does not bear.

    A phase that is over stays as it is; an open one can only be extended; one
    that lies ahead can move, but never into the past.

    Raises:
        ContestError: ``phase_over``, ``already_open``, ``shortened``,
            ``in_the_past`` or ``other_phase``.
    """
    if (old.kind, old.stage) != (new.kind, new.stage):
        _refuse("other_phase", "a phase keeps its kind and stage", old)
    if now >= old.closes_at:
        _refuse("phase_over", f"{old.kind} is over", old)
    if now >= old.opens_at:
        if new.opens_at != old.opens_at:
            _refuse("already_open", f"{old.kind} is open since", old)
        if new.closes_at < old.closes_at:
            _refuse("shortened", f"{old.kind} is open: it can only be extended", old)
    elif new.opens_at < now:
        _refuse("in_the_past", f"{old.kind} cannot open in the past", old)


def status(state: str, phases: Sequence[Phase], *, now: datetime) -> str:
    """Derive what an edition is doing from its stored state and the clock.

    Returns:
        ``announced`` (nothing opened yet), ``running`` (entities or citizens can
        act), ``evaluation`` or ``appeals``; before publication and after the
        results the stored state.
    """
    if state not in {"published", "provisional"}:
        return state
    open_now = {phase.kind for phase in phases if phase.is_open(now)}
    if "appeals" in open_now:
        return "appeals"
    if state == "provisional":
        return state
    if all(now < phase.opens_at for phase in phases):
        return "announced"
    acting = [p for p in phases if p.kind not in EVALUATION | {*_CLOSING}]
    if any(now < phase.closes_at for phase in acting):
        return "running"
    return "evaluation"


def next_change(phases: Iterable[Phase], *, now: datetime) -> datetime | None:
    """Give the next instant at which a phase opens or closes."""
    instants = (i for phase in phases for i in (phase.opens_at, phase.closes_at))
    return min((instant for instant in instants if instant > now), default=None)


def _require_aware(instant: datetime) -> None:
    if instant.utcoffset() is None:
        raise ContestError("naive", "an instant needs its time zone")


def _name(phase: Phase) -> dict[str, Any]:
    return {
        "kind": phase.kind,
        "stage": phase.stage,
        "opens_at": phase.opens_at.isoformat(),
        "closes_at": phase.closes_at.isoformat(),
    }


def _refuse(code: str, message: str, phase: Phase) -> None:
    raise ContestError(code, message, detail=_name(phase))


def _foreign(
    phases: Iterable[Phase], *, kinds: Collection[str], stages: Collection[str]
) -> Iterator[Problem]:
    for phase in phases:
        if phase.kind not in kinds:
            yield Problem("foreign_kind", _name(phase))
        if phase.stage is not None and phase.stage not in stages:
            yield Problem("unknown_stage", _name(phase))


def _overlaps(phases: Iterable[Phase]) -> Iterator[Problem]:
    for one, other in combinations(phases, 2):
        same = (one.kind, one.stage) == (other.kind, other.stage)
        if same and one.overlaps(other):
            yield Problem("overlap", {**_name(one), "other": _name(other)})


def _disorders(phases: Sequence[Phase]) -> Iterator[Problem]:
    for kind, bound, later_kind in ORDER:
        for later in (phase for phase in phases if phase.kind == later_kind):
            earlier = [p for p in phases if p.kind == kind and _related(p, later)]
            if earlier and later.opens_at < _limit(earlier, bound):
                yield Problem("order", {**_name(later), "after": kind, "bound": bound})


def _limit(phases: Iterable[Phase], bound: Bound) -> datetime:
    if bound == "opens":
        return min(phase.opens_at for phase in phases)
    return max(phase.closes_at for phase in phases)


def _related(one: Phase, other: Phase) -> bool:
    return None in {one.stage, other.stage} or one.stage == other.stage


def _missing(phases: Iterable[Phase], *, required: Iterable[str]) -> Iterator[Problem]:
    present = {phase.kind for phase in phases}
    for kind in required:
        if kind not in present:
            yield Problem("missing", {"kind": kind})
