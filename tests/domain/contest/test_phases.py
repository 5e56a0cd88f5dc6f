"""The calendar: half-open phases, no overlaps, dates that only extend."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.phases import (
    KINDS,
    ORDER,
    REQUIRED,
    Phase,
    appeal_windows,
    calendar_problems,
    check_change,
    next_change,
    open_phases,
    require_open,
    status,
)

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
TICK = timedelta(microseconds=1)
DAYS = st.integers(0, 60)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def phase(kind: str, opens: float, closes: float, stage: str | None = None) -> Phase:
    return Phase(kind, day(opens), day(closes), stage)


def codes(*phases: Phase, kind: str = "award") -> list[str]:
    problems = calendar_problems(phases, kind=kind, stages=["one", "two"])
    return [problem.code for problem in problems]


def test_opening_instant_is_inside_closing_instant_is_not():
    """A phase is open in [opens, closes)."""
    jury = phase("jury", 1, 2)
    instants = (day(1) - TICK, day(1), day(2) - TICK, day(2))
    assert [jury.is_open(now) for now in instants] == [False, True, True, False]


def test_one_instant_whatever_the_zone():
    """23:59:59 in Lima is 04:59:59 of the next day in UTC: still open."""
    lima = timezone(timedelta(hours=-5))
    closes = datetime(2026, 12, 31, 23, 59, 59, tzinfo=lima)
    jury = Phase("jury", day(0), closes)
    at = datetime(2027, 1, 1, 4, 59, 59, tzinfo=timezone.utc)
    assert (jury.is_open(at - TICK), jury.is_open(at)) == (True, False)


@pytest.mark.parametrize("closes", [1, 0])
def test_a_phase_lasts(closes: int):
    """A phase that would close when it opens, or before, is refused."""
    with pytest.raises(ContestError) as caught:
        phase("jury", 1, closes)
    assert caught.value.code == "empty"


def test_an_instant_without_zone_is_refused():
    """Naive datetimes enter neither a phase nor a question."""
    naive = START.replace(tzinfo=None)
    with pytest.raises(ContestError) as caught:
        Phase("jury", naive, day(1))
    assert caught.value.code == "naive"
    with pytest.raises(ContestError) as caught:
        phase("jury", 0, 1).is_open(naive)
    assert caught.value.code == "naive"


@given(DAYS, DAYS, DAYS, DAYS, DAYS)
def test_phases_overlap_when_some_instant_is_in_both(
    a: int, b: int, c: int, d: int, at: int
):
    """If both are open at an instant they overlap; if they touch they don't."""
    one, other = phase("jury", a, a + b + 1), phase("jury", c, c + d + 1)
    if one.is_open(day(at)) and other.is_open(day(at)):
        assert one.overlaps(other)
    assert one.overlaps(other) == other.overlaps(one)
    assert not one.overlaps(phase("jury", a + b + 1, a + b + 2))


def test_a_calendar_in_order_has_no_problems():
    """Two stages, each in its order, with phases that touch."""
    assert (
        codes(
            phase("enrolment", 0, 10),
            phase("evidence", 5, 20, "one"),
            phase("jury", 20, 30, "one"),
            phase("evidence", 30, 40, "two"),
            phase("jury", 40, 50, "two"),
            phase("deliberation", 50, 51, "two"),
            phase("provisional", 51, 60),
            phase("appeals", 51, 60),
            phase("ceremony", 60, 61),
        )
        == []
    )


def test_a_datathon_has_kinds_of_its_own():
    """A datathon's calendar is checked against its own kinds."""
    calendar = (phase("registration", 0, 1), phase("submission", 1, 2))
    assert codes(*calendar, kind="datathon") == []
    assert codes(*calendar) == ["foreign_kind", "foreign_kind", "missing"]


def test_same_kind_and_stage_never_overlap():
    """The overlap is found only within one kind and stage."""
    assert codes(
        phase("enrolment", 0, 10),
        phase("enrolment", 9, 11),
        phase("jury", 20, 30, "one"),
        phase("jury", 25, 35, "two"),
    ) == ["overlap"]


def test_unknown_stage_is_a_problem():
    """A phase names a stage of the edition."""
    assert codes(phase("enrolment", 0, 1), phase("jury", 1, 2, "three")) == [
        "unknown_stage"
    ]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_nobody_could_enter_without_the_entering_phases(kind: str):
    """Each kind of edition needs the phases in which one enters."""
    problems = calendar_problems((), kind=kind)
    assert [(p.code, p.detail["kind"]) for p in problems] == [
        ("missing", name) for name in REQUIRED[kind]
    ]


@pytest.mark.parametrize(("earlier", "bound", "later"), ORDER)
def test_later_phases_wait_for_earlier_ones(earlier: str, bound: str, later: str):
    """A phase that opens before the bound of the earlier one is a problem."""
    kind = "award" if {earlier, later} <= set(KINDS["award"]) else "datathon"
    limit = 10 if bound == "opens" else 20
    first = phase(earlier, 10, 20)
    assert "order" not in codes(first, phase(later, limit, 30), kind=kind)
    assert "order" in codes(first, phase(later, limit - 1, 30), kind=kind)


def test_stages_wait_only_for_their_own():
    """Evidence of the second stage may follow the jury of the first."""
    entering = phase("enrolment", 0, 1)
    jury, late = phase("jury", 1, 2, "one"), phase("evidence", 5, 6, "two")
    assert codes(entering, jury, late) == []
    assert codes(entering, jury, phase("evidence", 5, 6)) == ["order"]


def test_open_phases_serve_their_stage():
    """A phase without stage serves all stages, one with a stage only that."""
    general, own, other = (
        phase("jury", 0, 2),
        phase("jury", 0, 2, "one"),
        phase("jury", 0, 2, "two"),
    )
    calendar = (general, own, other, phase("evidence", 0, 2))
    assert open_phases(calendar, "jury", now=day(1), stage="one") == (general, own)
    assert open_phases(calendar, "jury", now=day(1)) == (general,)
    assert open_phases(calendar, "jury", now=day(2), stage="one") == ()


def test_the_phase_that_admits_an_act():
    """An act is admitted by any open phase of its kinds."""
    calendar = (phase("jury", 0, 1), phase("deliberation", 1, 2))
    kinds = {"jury", "deliberation"}
    assert require_open(calendar, kinds, now=day(1)) == calendar[1]


def test_a_closed_phase_tells_its_instants():
    """The refusal carries the phases that there are."""
    with pytest.raises(ContestError) as caught:
        require_open([phase("jury", 0, 1)], {"jury"}, now=day(1))
    assert caught.value.code == "phase_closed"
    assert caught.value.detail["phases"] == [
        {
            "kind": "jury",
            "stage": None,
            "opens_at": "2026-01-01T00:00:00+00:00",
            "closes_at": "2026-01-02T00:00:00+00:00",
        }
    ]


def test_an_unknown_phase_is_closed():
    """Where the calendar has no such phase, nothing is open."""
    with pytest.raises(ContestError) as caught:
        require_open([], {"jury"}, now=day(1))
    assert caught.value.detail == {"phases": []}


def refusal(old: Phase, new: Phase, now: float) -> str | None:
    try:
        check_change(old, new, now=day(now))
    except ContestError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("now", "opens", "closes", "expected"),
    [
        (5, 12, 18, None),
        (5, 5, 30, None),
        (5, 4, 30, "in_the_past"),
        (15, 10, 25, None),
        (15, 10, 20, None),
        (15, 10, 19, "shortened"),
        (15, 9, 25, "already_open"),
        (15, 11, 25, "already_open"),
        (10, 10, 19, "shortened"),
        (20, 10, 30, "phase_over"),
    ],
)
def test_dates_change_as_announced(now, opens, closes, expected):
    """What lies ahead moves, what is open only extends, what is over stays."""
    assert refusal(phase("jury", 10, 20), phase("jury", opens, closes), now) == expected


def test_a_change_of_dates_changes_nothing_else():
    """Kind and stage of a phase stay."""
    old = phase("jury", 10, 20)
    assert refusal(old, phase("evidence", 10, 20), 5) == "other_phase"
    assert refusal(old, phase("jury", 10, 20, "one"), 5) == "other_phase"


CALENDAR = (
    phase("enrolment", 1, 10),
    phase("evidence", 12, 20),
    phase("jury", 20, 30),
    phase("appeals", 40, 50),
)


@pytest.mark.parametrize(
    ("state", "now", "expected"),
    [
        ("draft", 5, "draft"),
        ("published", 0, "announced"),
        ("published", 5, "running"),
        ("published", 11, "running"),
        ("published", 20, "evaluation"),
        ("published", 35, "evaluation"),
        ("published", 45, "appeals"),
        ("provisional", 35, "provisional"),
        ("provisional", 45, "appeals"),
        ("final", 45, "final"),
    ],
)
def test_status_is_derived(state: str, now: int, expected: str):
    """What an edition is doing follows from its state, its calendar and the clock."""
    assert status(state, CALENDAR, now=day(now)) == expected


def test_a_published_edition_without_calendar_is_announced():
    """No phase at all: nothing has opened."""
    assert status("published", (), now=day(0)) == "announced"


def test_next_change_is_the_next_bound():
    """Countdowns and due work read the next opening or closing."""
    assert next_change(CALENDAR, now=day(10)) == day(12)
    assert next_change(CALENDAR, now=day(12)) == day(20)
    assert next_change(CALENDAR, now=day(50)) is None


@pytest.mark.parametrize(
    ("stage", "later", "opens"),
    [
        ("one", ["two"], [3]),
        ("two", [], [7]),
        ("three", [], [1, 9]),
        ("three", ["one"], [1]),
        (None, [], [1, 9]),
    ],
)
def test_windows_for_appeals(stage: str | None, later: list[str], opens: list[int]):
    """A stage's own; else those of the whole, up to where a later stage begins."""
    calendar = [
        phase("appeals", 1, 2),
        phase("jury", 2, 3, "one"),
        phase("appeals", 3, 4, "one"),
        phase("appeals", 7, 8, "two"),
        phase("appeals", 9, 10),
    ]
    found = appeal_windows(calendar, stage=stage, later=later)
    assert [window.opens_at for window in found] == [day(number) for number in opens]


def test_the_whole_is_appealed_in_windows_of_stages_where_it_has_none():
    """Better in one of them than never."""
    calendar = [phase("appeals", 1, 2, "one"), phase("appeals", 3, 4, "two")]
    assert appeal_windows(calendar, stage=None) == tuple(calendar)
