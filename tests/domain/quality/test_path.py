"""The cheapest way to the next band, compared with trying every set."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from tests.domain.quality import making
from tests.domain.quality.making import indicator, measured, na, profile, unmeasured

from ckanext.merit.domain.quality import (
    EXEMPT,
    MEASURED,
    NOT_CHECKED,
    ONE,
    ZERO,
    Gate,
    Measurement,
    Path,
    assess,
    cheapest_path,
    fixable,
    with_fixes,
)

NOWHERE = Path((), None, None)


def _ids(path: Path) -> list[str]:
    return [fix.indicator for fix in path.fixes]


def _cheapest_by_trying(rule, found):
    """Return the cheapest set of fixes as the definition says, or nothing."""
    result = assess(rule, found)
    names = [None, *(band.id for band in rule.bands)]
    target = names.index(result.band) + 1
    known = {group.measurement.indicator: group.measurement for group in result.groups}
    efforts = {each.id: each.effort for each in rule.indicators}
    can = sorted(name for name, each in known.items() if fixable(each))
    for size in range(len(can) + 1):
        enough = []
        for chosen in combinations(can, size):
            met = all(
                known[need].state in ("na", "exempt")
                or (known[need].state == MEASURED and known[need].value == 1)
                or need in chosen
                for each in rule.indicators
                if each.id in chosen
                for need in each.requires
            )
            band = assess(rule, with_fixes(found, chosen)).band
            if met and names.index(band) >= target:
                enough.append((sum(efforts[name] for name in chosen), chosen))
        if enough:
            return list(min(enough)[1])
    return []


@settings(max_examples=200)
@given(making.cases(most=6))
def test_no_cheaper_set_reaches_the_next_band(case):
    """Fewest fixes, then least effort, then the ids: as trying every set finds."""
    rule, found = case
    if assess(rule, found).band == rule.bands[-1].id:
        assert cheapest_path(rule, found) == NOWHERE
    else:
        path = cheapest_path(rule, found)
        assert sorted(_ids(path)) == _cheapest_by_trying(rule, found)


@given(making.cases())
def test_the_path_says_where_it_leads(case):
    """Band and score of the path are those after its fixes."""
    rule, found = case
    path = cheapest_path(rule, found)
    if path != NOWHERE:
        after = assess(rule, with_fixes(found, _ids(path)))
        assert (path.band, path.score) == (after.band, after.score)


def test_the_fewest_fixes_win():
    """One large fix beats two small ones of less effort."""
    rule = profile(
        indicator("F1", 4),
        indicator("F2", 2, effort=3),
        indicator("F3", 1),
        indicator("F4", 1),
    )
    found = (measured("F1"), *(measured(f"F{n}", 0) for n in (2, 3, 4)))
    assert _ids(cheapest_path(rule, found)) == ["F2"]


def test_the_least_effort_wins_among_equals():
    """Two fixes of equal gain: the easier one, then the first by id."""
    rule = profile(
        indicator("F1", 2),
        indicator("F2", effort=3),
        indicator("F3", effort=2),
        indicator("F4", effort=2),
    )
    found = (measured("F1"), *(measured(f"F{n}", 0) for n in (2, 3, 4)))
    assert _ids(cheapest_path(rule, found)) == ["F3"]


def test_a_prerequisite_is_fixed_too_and_first():
    """Declaring the frequency comes before keeping it."""
    rule = profile(
        indicator("F1", 6), indicator("T1", 1), indicator("T2", 5, requires=("T1",))
    )
    found = (measured("F1"), measured("T1", 0), measured("T2", 0))
    assert _ids(cheapest_path(rule, found)) == ["T1", "T2"]


def test_a_prerequisite_that_does_not_apply_is_met():
    """Where it is exempt or doesn't apply there is nothing to fix first."""
    rule = profile(
        indicator("F1", 5), indicator("T1"), indicator("T2", 5, requires=("T1",))
    )
    for state in (na("T1"), Measurement("T1", EXEMPT, ZERO, "approved")):
        found = (measured("F1"), state, measured("T2", 0))
        assert _ids(cheapest_path(rule, found)) == ["T2"]


def test_a_prerequisite_that_nobody_can_fix_blocks():
    """What the portal has yet to check cannot be part of a path."""
    rule = profile(
        indicator("F1", 5),
        indicator("T1", 1),
        indicator("T2", 5, requires=("T1",)),
        min_coverage=ZERO,
    )
    found = (measured("F1"), unmeasured("T1", NOT_CHECKED), measured("T2", 0))
    assert cheapest_path(rule, found) == NOWHERE


def test_a_gate_must_be_lifted():
    """The score is enough for silver; the gate's fix is the path."""
    rule = profile(
        indicator("F1", 9), indicator("R2"), gates=(Gate("g", "R2", "bronze"),)
    )
    found = (measured("F1"), measured("R2", 0))
    path = cheapest_path(rule, found)
    assert (_ids(path), path.band) == (["R2"], "gold")


def test_a_gate_with_a_prerequisite():
    """Lifting the gate needs the prerequisite too."""
    rule = profile(
        indicator("F1", 9),
        indicator("T1"),
        indicator("T2", requires=("T1",)),
        gates=(Gate("g", "T2", "bronze"),),
    )
    found = (measured("F1"), measured("T1", 0), measured("T2", 0))
    assert _ids(cheapest_path(rule, found)) == ["T1", "T2"]


def test_a_gate_that_no_fix_lifts_blocks():
    """A gate that is closed at the full value leaves no way."""
    gate = Gate("g", "F1", "bronze", ONE)
    rule = profile(indicator("F1", 3), indicator("F2"), gates=(gate,))
    assert cheapest_path(rule, (measured("F1"), measured("F2", 0))) == NOWHERE


def test_coverage_is_part_of_the_way():
    """A provisional score needs the unmeasured indicator first."""
    rule = profile(indicator("F1", 2), indicator("A2", 1), indicator("F3", 1))
    found = (measured("F1"), unmeasured("A2"), measured("F3", 0))
    path = cheapest_path(rule, found)
    assert (_ids(path), path.band) == (["A2"], "silver")


def test_score_and_coverage_may_need_a_fix_each():
    """One fix brings the score, another the coverage; neither alone is enough."""
    rule = profile(indicator("F1", 7), indicator("A2", 3))
    path = cheapest_path(rule, (measured("F1", 0), unmeasured("A2")))
    assert (sorted(_ids(path)), path.band) == (["A2", "F1"], "gold")


def test_too_little_applies():
    """No fix makes an indicator apply."""
    rule = profile(indicator("F1"), indicator("F2", 2))
    assert cheapest_path(rule, (measured("F1", 0), na("F2"))) == NOWHERE


def test_nothing_left_to_fix():
    """Everything fixable is fixed and it is still not enough."""
    rule = profile(indicator("F1"), indicator("A1", 9))
    found = (measured("F1", 0), unmeasured("A1", NOT_CHECKED))
    assert cheapest_path(rule, found) == NOWHERE


def test_the_best_band_has_no_next():
    """At gold there is nowhere to go."""
    assert cheapest_path(profile(indicator("F1")), (measured("F1"),)) == NOWHERE


def test_path_as_dict():
    """The stored form: fractions as text."""
    rule = profile(indicator("F1", 3), indicator("F2", 1, effort=2))
    path = cheapest_path(rule, (measured("F1"), measured("F2", 0)))
    assert path.to_dict() == {
        "path": [{"indicator": "F2", "gain": "25", "effort": 2}],
        "path_band": "gold",
        "path_score": "100",
    }


def test_no_path_as_dict():
    """Without a path band and score are null."""
    assert NOWHERE.to_dict() == {"path": [], "path_band": None, "path_score": None}


def test_fixes_are_ordered_by_gain():
    """Of several fixes the one that gives most comes first."""
    points = {"F0": 5, "F1": 1, "F2": Fraction(3, 2), "F3": Fraction(1, 2), "F4": 1}
    rule = profile(*map(indicator, points, points.values()), indicator("F5", 1))
    found = [measured(name, int(name == "F0")) for name in (*points, "F5")]
    assert _ids(cheapest_path(rule, found)) == ["F2", "F1"]
