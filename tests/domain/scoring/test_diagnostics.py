"""What a jury chair is told before publishing."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.domain.scoring import kit

from ckanext.merit.domain.scoring import Result, intervals, leaving
from ckanext.merit.domain.scoring.closeness import close_calls
from ckanext.merit.domain.scoring.diagnostics import Diagnostics, Severity, diagnose
from ckanext.merit.domain.scoring.intervals import Interval, rank_intervals
from ckanext.merit.domain.scoring.leaving import Leaving, leave_one_out
from ckanext.merit.domain.scoring.report import diagnostics_data

JURY = """
merit: 1
id: x
tie_break: [first_places]
root:
  of:
  - {code: a, weight: 1, scale: [0, 4], step: 1, panel: {aggregate: mean}}
  - {code: b, weight: 1, levels: {low: 0, mid: 0.5, top: 1}, panel: {aggregate: mean}}
"""


def jury_marks():
    given = kit.panel("A", "a", "4", "4", "3") + kit.panel(
        "A", "b", "top", "top", "mid"
    )
    given += kit.panel("B", "a", "4", "3", "4") + kit.panel(
        "B", "b", "mid", "mid", "top"
    )
    given += kit.panel("C", "a", "0", "1", "3") + kit.panel(
        "C", "b", "low", "low", "mid"
    )
    return given


def told(text: str, given, **options) -> Diagnostics:
    return diagnose(kit.rank(text, given), input_digest="d", **options)


def test_agreement_by_criterion():
    """Interval for scales, ordinal for levels, over units with two ratings."""
    found = told(JURY, jury_marks()).agreement
    assert [(a.criterion, a.metric, a.units, a.ratings) for a in found] == [
        ("a", "interval", 3, 9),
        ("b", "ordinal", 3, 9),
    ]
    assert [a.band for a in found] == ["deliberate", "deliberate"]


def test_another_metric_on_request():
    """Nominal or ratio where the chair asks."""
    found = told(JURY, jury_marks(), metric="nominal").agreement
    assert {a.metric for a in found} == {"nominal"}


def test_no_agreement_without_two_ratings():
    """One juror agrees with nobody."""
    text = JURY.replace("mean}", "mean, quorum: 1}")
    found = told(text, kit.marks("A j a 4\nA j b top")).agreement
    assert [(a.alpha, a.band, a.units) for a in found] == [(None, "", 0)] * 2


def test_spread_by_object():
    """Sample deviation and range, as shares of the scale; wide ones are flagged."""
    spread = next(
        s
        for s in told(JURY, jury_marks()).spreads
        if (s.object, s.criterion) == ("C", "a")
    )
    assert (spread.ratings, spread.range) == (3, Fraction(3, 4))
    assert spread.deviation == Fraction("0.381881307913")
    assert spread.is_disagreement


def test_spread_of_raw_marks_is_a_share_of_their_range():
    """The same threshold for every scale."""
    found = told(kit.PANEL_EXAMPLE, kit.panel_example_marks()).spreads
    ranges = {(s.object, s.criterion): s.range for s in found}
    assert ranges["A", "execution"] == Fraction(15, 100)


def test_disagreement_is_flagged():
    """More than 0.4 of the scale apart."""
    flags = told(JURY, jury_marks()).flags
    assert {name: "high_disagreement" in f for name, f in flags.items()} == {
        "A": True,
        "B": True,
        "C": True,
    }


def test_severity_of_jurors():
    """Who gives more than others about the same objects."""
    given = kit.panel("A", "a", "4", "2") + kit.panel("B", "a", "3", "1")
    given += kit.panel("A", "b", "top", "mid") + kit.panel("B", "b", "top", "mid")
    text = JURY.replace("mean}", "mean, quorum: 2}")
    assert told(text, given).severities == (
        Severity("j1", 2, Fraction(1, 4)),
        Severity("j2", 2, Fraction(-1, 4)),
    )


def test_severity_needs_shared_objects():
    """Jurors of different objects can't be compared; the parts are named."""
    text = JURY.replace("mean}", "mean, quorum: 1}")
    given = kit.marks("A j a 4\nA j b top\nB k a 1\nB k b top")
    found = told(text, given)
    assert found.parts == (("A",), ("B",))
    assert found.severities == (Severity("j", 1, None), Severity("k", 1, None))


def test_a_winner_that_hangs_on_one_juror_is_fragile():
    """Without one of them another would be first."""
    found = told(JURY, jury_marks())
    assert found.fragile == ("",)
    assert found.leaving == (
        Leaving("j1", ("B",), ("",)),
        Leaving("j2", ("A", "B"), ("",)),
        Leaving("j3", (), ()),
    )


def test_leaving_ignores_quorum():
    """Dropping one of three leaves two: objects stay ranked."""
    result = kit.rank(JURY.replace("tie_break: [first_places]\n", ""), jury_marks())
    found = leave_one_out(result)
    assert [one.moved for one in found or ()] == [("B",), ("A", "B"), ()]


def test_an_object_can_lose_its_only_juror():
    """Then it has no rank at all."""
    text = JURY.replace("mean}", "mean, quorum: 1}")
    given = kit.marks("A j a 4\nA j b top\nB k a 1\nB k b top")
    found = leave_one_out(kit.rank(text, given))
    assert found == (Leaving("j", ("A", "B"), ("",)), Leaving("k", ("B",), ()))


def test_leaving_a_pool_calibrates_anew():
    """Without a juror the others' severities change too."""
    text = kit.POOL.replace("calibrate: none", "calibrate: additive")
    found = leave_one_out(kit.rank(text, kit.pool_marks()))
    assert [one.juror for one in found or ()] == ["j1", "j2", "j3", "j4"]


def test_large_pools_are_not_calibrated_for_everyone(monkeypatch):
    """What would take hours is left out, and said so."""
    monkeypatch.setattr(leaving, "MAX_WORK", 1)
    found = told(kit.POOL, kit.pool_marks())
    assert (found.leaving, found.fragile) == (None, ())


def close(text: str, given) -> tuple[str, ...]:
    return close_calls(kit.rank(text, given))


ONE = "merit: 1\nid: x\nroot: {of: [{code: a, MEASURE, panel: {PANEL}}]}\n"


@pytest.mark.parametrize(
    ("measure", "panel", "a", "b"),
    [
        ("scale: [0, 4], step: 1", "aggregate: mean", "4 4 3", "4 3 3"),
        ("scale: [0, 4], step: 2", "aggregate: mean", "4 4 4", "4 4 2"),
        # Of five marks three are counted, so that a step moves a third.
        ("scale: [0, 4], step: 1", "", "4 4 2 2 0", "4 3 2 2 0"),
        # Without a declared step it is the last place that was written.
        ("scale: [0, 4]", "aggregate: mean", "4.0 4 3", "4 3.9 3"),
        ("raw: [0, 4]", "aggregate: mean", "4 4 3.5", "4 4 3.3"),
        ("goalposts: [4, 0]", "aggregate: mean", "1 1 1.00", "1 1 1.05"),
        ("levels: {l: 0, m: 0.9, h: 1}", "aggregate: mean", "h h m", "h m m"),
        # These have no smallest step.
        ("goalposts: [1, 9], transform: log", "aggregate: mean", "2 2 2", "2 2 1.9"),
        ("levels: {l: 0.5}", "aggregate: mean", "l l l", "l l l"),
    ],
)
def test_gaps_of_a_full_step_are_no_close_calls(
    measure: str, panel: str, a: str, b: str
):
    """Only a gap smaller than the step of one juror is close."""
    text = ONE.replace("MEASURE", measure).replace("PANEL", panel)
    if "raw" in measure:
        text = text.replace("{of", "{compose: sum, of")
    given = kit.panel("A", "a", *a.split()) + kit.panel("B", "a", *b.split())
    assert close(text, given) == ()


def test_gap_smaller_than_a_step_is_close():
    """A machine value decides between objects that the jury sees alike."""
    text = """
merit: 1
id: x
root:
  of:
  - {code: a, weight: 90, scale: [0, 4], step: 1, panel: {aggregate: mean}}
  - {code: m, weight: 10, scale: [0, 10]}
"""
    given = kit.panel("A", "a", "4", "3", "3") + kit.single("A", m="9")
    given += kit.panel("B", "a", "4", "3", "3") + kit.single("B", m="3")
    given += kit.panel("C", "a", "0", "0", "0") + kit.single("C", m="3")
    given += kit.marks("D - m 1")
    assert close(text, given) == ("A",)


def test_criteria_without_marks_move_nothing():
    """A panel that gave an object nothing can't move it."""
    text = """
merit: 1
id: x
root:
  of:
  - {code: a, weight: 90, missing: zero, scale: [0, 4], step: 1, panel: {}}
  - {code: m, weight: 10, scale: [0, 10]}
"""
    assert close(text, kit.single("A", m="9") + kit.single("B", m="3")) == ()


def test_broken_tie_is_a_close_call():
    """Equal totals that only the chain parts."""
    assert close(kit.PANEL_EXAMPLE, kit.panel_example_marks()) == ("A",)


@pytest.mark.parametrize(("step", "expected"), [("0.05", ()), ("0.1", ("A",))])
def test_close_calls_of_a_pool(step: str, expected: tuple[str, ...]):
    """A review is averaged with the others of the object."""
    reviews = {"j": {"A": "0.8", "B": "0.8"}, "k": {"A": "0.8", "B": "0.7"}}
    text = kit.POOL.replace("scale: [0, 1]", f"scale: [0, 1], step: {step}")
    small = kit.single("A", m="1") + kit.single("B", m="2")
    text += "  - {code: m, scale: [0, 100], weight: 1}\n"
    given = kit.pool_marks(reviews) + small
    assert close(text, given) == expected


def test_pairwise_pools_have_no_smallest_step():
    """Only the order counts there."""
    text = kit.POOL.replace("calibrate: none", "calibrate: pairwise")
    reviews = {"j": {"A": "0.8", "B": "0.7"}, "k": {"A": "0.8", "B": "0.7"}}
    assert close(text, kit.pool_marks(reviews)) == ()


def test_geometric_means_have_no_smallest_step():
    """There a step moves more or less, depending on the rest."""
    text = ONE.replace("root: {of", "rounding: exact\nroot: {compose: geometric, of")
    text = text.replace("MEASURE", "scale: [0, 4], step: 1").replace("PANEL", "")
    given = kit.panel("A", "a", "4", "4", "4") + kit.panel("B", "a", "4", "4", "3")
    assert close(text, given) == ()


def test_a_criterion_outside_any_group_can_be_close():
    """The root itself is scored by the panel."""
    text = "merit: 1\nid: x\nroot: {code: a, raw: [0, 1]}\n"
    text = text.replace("raw: [0, 1]", "scale: [0, 9], panel: {quorum: 1}")
    assert close(text, kit.marks("A j a 9\nB j a 8")) == ()


WEIGHTS = """
merit: 1
id: x
TOP
root:
  of:
  - {code: a, weight: 1, scale: [0, 1]}
  - {code: b, weight: 1, scale: [0, 1]}
"""


def test_clear_winners_stay_first():
    """Better in everything is better under any weights."""
    given = kit.single("A", a="1", b="0.9") + kit.single("B", a="0.9", b="0.8")
    found = rank_intervals(
        kit.rank(WEIGHTS.replace("TOP", ""), given), input_digest="d"
    )
    assert found == {"A": Interval(1, 1), "B": Interval(2, 2)}


def test_equal_objects_share_every_rank():
    """The same values are the same under any weights."""
    given = kit.single("A", a="1", b="0.9") + kit.single("B", a="1", b="0.9")
    found = rank_intervals(
        kit.rank(WEIGHTS.replace("TOP", ""), given), input_digest="d"
    )
    assert found == {"A": Interval(1, 1), "B": Interval(1, 1)}


def test_opposites_change_places():
    """Whose strengths lie elsewhere wins under other weights."""
    given = kit.single("A", a="1", b="0") + kit.single("B", a="0", b="1")
    found = rank_intervals(
        kit.rank(WEIGHTS.replace("TOP", ""), given), input_digest="d"
    )
    assert found == {"A": Interval(1, 2), "B": Interval(1, 2)}


def test_weights_move_by_the_digest():
    """w (0.8 + 0.4 H / 2^64), H from SHA-256 of "digest:draw:code"."""
    result = kit.rank(WEIGHTS.replace("TOP", ""), kit.single("A", a="1", b="1"))
    moved = intervals.moved_weights(result, 7, input_digest="d")
    seed = int(hashlib.sha256(b"d:7:a").hexdigest()[:16], 16)
    assert moved["a"] == Decimal("0.8") + Decimal("0.4") * (Decimal(seed) / 2**64)


TREES = {
    "nested means": """
  of:
  - {code: g, weight: 2, of: [{code: a, scale: [0, 1]}, {code: b, scale: [0, 1]}]}
  - {code: c, scale: [0, 1]}
""",
    "geometric": """
  compose: geometric
  floor: 0
  of:
  - {code: g, weight: 2, of: [{code: a, scale: [0, 1]}, {code: b, scale: [0, 1]}]}
  - {code: c, scale: [0, 1]}
""",
    "sum with factors": """
  compose: sum
  of:
  - code: g
    compose: sum
    times: [2, c]
    round: 6
    of: [{code: a, weight: 3, scale: [0, 1]}, {code: b, scale: [0, 1]}]
  - {code: h, weight: 9, compose: geometric, of: [{code: c, scale: [0, 1]}]}
  - {code: i, independent: true, scale: [0, 1], missing: skip}
""",
}


def moved_total(text: str, given, weights) -> dict[str, float]:
    """The same rules with other weights written into them."""
    tree = kit.tree(text)

    def move(node) -> None:
        if node.get("code") in weights:
            node["weight"] = f"{weights[node['code']]:.15f}"
        for child in node.get("of", []):
            move(child)

    move(tree["root"])
    moved = kit.read_rules(tree)
    result: Result = kit.score(moved, kit.check_marks(moved, given))
    return {row.object: float(row.exact or 0) for row in result.rows}


@pytest.mark.parametrize("shape", ["nested means", "geometric"])
def test_tallies_follow_the_rules(shape: str):
    """Totals under moved weights are those of the rules with these weights."""
    text = f"merit: 1\nid: x\nrounding: exact\npoints: 1\nroot:{TREES[shape]}"
    given = kit.single("A", a="0.3", b="0.9", c="0.7")
    given += kit.single("B", a="0", b="0", c="0.5")
    result = kit.rank(text, given)
    weights = intervals.moved_weights(result, 3, input_digest="d")
    tally = intervals.Tally(result, result.rows)
    found = dict(
        zip([r.object for r in result.rows], tally.totals(weights), strict=True)
    )
    expected = moved_total(text, given, weights)
    assert {n: float(v) for n, v in found.items()} == pytest.approx(expected, abs=1e-11)


def test_tally_of_sums_keeps_the_sum_of_weights():
    """Moved weights of a sum are scaled back to their sum."""
    text = f"merit: 1\nid: x\nrounding: exact\nroot:{TREES['sum with factors']}"
    given = kit.single("A", a="1", b="1", c="0.5")
    result = kit.rank(text, given)
    weights = intervals.moved_weights(result, 3, input_digest="d")
    total = float(intervals.Tally(result, result.rows).totals(weights)[0])
    g, h = float(weights["g"]), float(weights["h"])
    scale = 10 / (g + h)
    assert total == pytest.approx(g * scale * 4 + h * scale * 0.5, abs=1e-9)


def test_unranked_objects_have_no_interval():
    """Nothing is said about who has no rank."""
    given = kit.single("A", a="1", b="1") + kit.single("B", a="1")
    found = rank_intervals(
        kit.rank(WEIGHTS.replace("TOP", ""), given), input_digest="d"
    )
    assert set(found) == {"A"}


def test_diagnostics_as_data():
    """Numbers as decimal text, everything else as it is."""
    data = diagnostics_data(told(JURY, jury_marks()))
    assert data["severities"][0] == {
        "juror": "j1",
        "reviews": "3",
        "severity": "-0.055556",
    }
    assert data["leaving"][0] == {"juror": "j1", "moved": ["B"], "other_winners": [""]}
    assert data["agreement"][0]["metric"] == "interval"


def test_left_out_diagnostics_as_data(monkeypatch):
    """What was not computed is null."""
    monkeypatch.setattr(leaving, "MAX_WORK", 1)
    assert diagnostics_data(told(kit.POOL, kit.pool_marks()))["leaving"] is None
