"""What a rule file may say; every complaint names the line."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.domain.scoring import kit

from ckanext.merit.domain.scoring import RuleError, read_rules
from ckanext.merit.domain.scoring.reading import pruned
from ckanext.merit.domain.scoring.rules import Goalposts, Leaf, Panel, Pool

TOP = "merit: 1\nid: x\n"


def leaf(extra: str) -> str:
    """A rule set with one leaf; the leaf is on line 5."""
    return f"{TOP}root:\n  of:\n  - {{code: a, {extra}}}\n"


def root(extra: str, *nodes: str) -> str:
    """A rule set with keys at the root (line 4) and nodes from line 6."""
    body = "".join(f"  - {{{node}}}\n" for node in nodes)
    return f"{TOP}root:\n  {extra}\n  of:\n{body}"


def complaint(text: str) -> str:
    with pytest.raises(RuleError) as caught:
        kit.rules(text)
    return f"{caught.value.line}: {caught.value}"


def only_leaf(extra: str) -> Leaf:
    found = kit.rules(leaf(extra)).nodes["a"]
    assert isinstance(found, Leaf)
    return found


def test_defaults_at_the_top():
    """Points 100, two decimals, stepwise, ex aequo."""
    rules = kit.rules(leaf("scale: [0, 5]"))
    assert (rules.points, rules.decimals) == (100, 2)
    assert (rules.rounding, rules.tie_break) == ("stepwise", ())


def test_defaults_of_a_panel():
    """Trimmed by one at each end from five scores on, quorum three."""
    panel = only_leaf("scale: [0, 5], panel: {}").panel
    assert panel == Panel("trimmed", 1, 5, 3, None)


def test_trimming_starts_at_twice_the_drop_and_three():
    """The default of min follows drop."""
    panel = only_leaf("scale: [0, 5], panel: {drop: 2}").panel
    assert panel == Panel("trimmed", 2, 7, 3, None)


def test_defaults_of_a_pool():
    """No calibration, quorum two, five reviews, ridge a tenth."""
    rules = kit.rules(root("pool: {}", "code: a, scale: [0, 1]"))
    assert rules.root.pool == Pool("none", 2, 5, Fraction(1, 10))  # type: ignore[attr-defined]


def test_numbers_are_decimal_text():
    """A weight of 0.1 is a tenth, exactly."""
    assert only_leaf("weight: 0.1, scale: [0, 5]").weight == Fraction(1, 10)


def test_logarithmic_goalposts_are_transformed_once():
    """Goalposts are kept after their transform, at 12 places."""
    measure = only_leaf("goalposts: [1, 2], transform: log").measure
    assert measure == Goalposts(Fraction(0), Fraction("0.693147180560"), "log")


def test_explicit_none_of_rounding():
    """Rounding none is the same as no rounding."""
    assert only_leaf("scale: [0, 5], panel: {round: none}").panel == Panel()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("merit: 1\nid: x\n", '1: missing key "root" in the rule set'),
        ("merit: 2\nid: x\nroot: {}\n", '1: "merit" must be 1'),
        (f"{TOP}zz: 1\nroot: {{}}\n", '3: unknown key "zz" in the rule set'),
        (f"{TOP}root: a\n", "3: the root must be a mapping"),
        (f"{TOP}root: {{}}\n", "3: a leaf needs exactly one of raw, scale"),
        (f"{TOP}decimals: 31\nroot: {{}}\n", '3: "decimals" must be at most 30'),
        (f"{TOP}decimals: 1.5\nroot: {{}}\n", '3: "decimals" must be a whole number'),
        (f"{TOP}decimals: two\nroot: {{}}\n", '3: "decimals": "two" is not a number'),
        (f"{TOP}decimals:\nroot: {{}}\n", '3: "decimals" must be a text'),
        ('merit: 1\nid: "a\\nb"\nroot: {code: a, scale: [0, 1]}\n', '2: "id" must be'),
        (leaf("scale: [0, 1], zz: 1"), '5: unknown key "zz" in a node'),
        (leaf("scale: [0, 1], raw: [0, 1]"), "5: a leaf needs exactly one of"),
        (leaf("scale: [1, 0]"), '5: "scale" must name the lower end first'),
        (leaf("scale: [1, 1]"), '5: the two numbers of "scale" must differ'),
        (leaf("scale: [1]"), '5: "scale" must be two numbers'),
        (leaf("scale: [a, b]"), '5: "scale": "a" is not a number'),
        (leaf("scale: 5"), '5: "scale" must be a list that is not empty'),
        (leaf("scale: [0, 5], step: 2"), '5: "step" must divide the scale'),
        (leaf("scale: [0, 5], step: 0"), '5: "step" must divide the scale'),
        (leaf("raw: [0, 5], step: 1"), '5: "step" belongs to scale'),
        (leaf("scale: [0, 5], transform: log"), '5: "transform" belongs to goalposts'),
        (leaf("levels: {a: 1}, direction: up"), '5: "direction" belongs to scale or'),
        (leaf("levels: {}"), '5: "levels" is empty'),
        (leaf("levels: {a: 2}"), '5: the value of level "a" must be from 0 to 1'),
        (leaf('levels: {"": 1}'), '5: "levels" has an empty key'),
        (leaf("levels: 5"), '5: "levels" must be a mapping'),
        (leaf("goalposts: [0, 1], transform: log"), '5: "goalposts": 0 has no log'),
        (
            leaf("goalposts: [1, 1.0000000000000001], transform: log"),
            '5: "goalposts" are too close to each other',
        ),
        (leaf("minmax: false"), '5: "minmax" can only be true'),
        (leaf("scale: [0, 1], direction: left"), '5: "direction" must be one of up'),
        (leaf("scale: [0, 1], missing: none"), '5: "missing" must be one of fail'),
        (leaf("scale: [0, 1], weight: 0"), '5: "weight" must be above 0'),
        (leaf("scale: [0, 1], categories: [a, a]"), '5: "categories" names something'),
        (leaf("scale: [0, 1], categories: [[a]]"), '5: "categories" must be a list of'),
        (leaf("scale: [0, 1], times: [[1]]"), '5: "times" must be a list of numbers'),
        (leaf("scale: [0, 1], round: 31"), '5: "round" must be at most 30'),
        (leaf("scale: [0, 1], panel: 3"), '5: "panel" must be a mapping'),
        (
            leaf("scale: [0, 1], panel: {aggregate: mean, drop: 1}"),
            '5: "drop" belongs to the trimmed mean',
        ),
        (
            leaf("scale: [0, 1], panel: {drop: 2, min: 4}"),
            '5: "min" must leave something after dropping',
        ),
        (
            leaf("scale: [0, 1], panel: {quorum: 0}"),
            '5: "quorum" must be a whole number from 1',
        ),
        (
            root("compose: mean", "scale: [0, 1]"),
            '6: missing key "code" in a node',
        ),
        (
            root("floor: 0.1", "code: a, scale: [0, 1]"),
            '4: "floor" belongs to a geometric group',
        ),
        (
            f"{TOP}root: {{compose: geometric, floor: 1, of: [{{code: a}}]}}\n",
            '3: "floor" must be from 0 to below 1',
        ),
        (
            root("pool: {ridge: -1}", "code: a, scale: [0, 1]"),
            '4: "ridge" must not be negative',
        ),
        (f"{TOP}points: 0\nroot: {{code: a, scale: [0, 1]}}\n", '3: "points" must be'),
    ],
)
def test_broken_fields_are_named(text: str, message: str):
    """A field out of place is reported with its line."""
    assert complaint(text).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            root("compose: mean", "code: a, scale: [0, 1]", "code: a, scale: [0, 1]"),
            '7: "a": this code is used twice',
        ),
        (
            root("compose: mean", "code: first_places, scale: [0, 1]"),
            '6: "first_places": this word is reserved',
        ),
        (
            root("compose: mean", "code: total, scale: [0, 1]"),
            '6: "total": a published line cannot have this code',
        ),
        (
            root(
                "compose: mean", "code: s, compose: sum, of: [{code: a, raw: [0, 1]}]"
            ),
            '6: "s": a sum is allowed only where all groups above are sums',
        ),
        (
            root("compose: mean", "code: a, raw: [0, 1]"),
            '6: "a": "raw" is allowed only where all groups above are sums',
        ),
        (
            root("compose: mean", "code: a, scale: [0, 1], times: [2]"),
            '6: "a": "times" is allowed only where',
        ),
        (
            root("compose: mean", "code: a, scale: [0, 1], round: 2"),
            '6: "a": "round" is allowed only where',
        ),
        (
            root("compose: geometric", "code: a, scale: [0, 1]"),
            '4: a geometric mean needs "rounding: exact"',
        ),
        (
            root("compose: sum", "code: a, raw: [0, 1], times: [b]"),
            '6: "a": the factor "b" is not a leaf with a single value',
        ),
        (
            root(
                "compose: sum",
                "code: a, raw: [0, 1], times: [b]",
                "code: b, raw: [0, 1], panel: {}",
            ),
            '6: "a": the factor "b" is not a leaf with a single value',
        ),
        (
            root(
                "compose: sum",
                "code: a, raw: [0, 1], times: [b]",
                "code: b, raw: [0, 1], times: [2]",
            ),
            '7: "b": a factor takes no "times"',
        ),
        (
            root("compose: mean", "code: a, scale: [0, 5], knockout: 2"),
            '6: "a": "knockout" is out of the range of the value',
        ),
        (
            root("compose: sum", "code: a, raw: [1, 5], knockout: 6"),
            '6: "a": "knockout" is out of the range of the value',
        ),
        (
            root("pool: {}", "code: a, scale: [0, 1], knockout: 0.5"),
            '6: "a": no knock-out inside a pool',
        ),
        (
            root("compose: mean", "code: a, scale: [0, 1], independent: true"),
            "4: nothing in this group counts",
        ),
        (
            root("compose: sum\n  pool: {}", "code: a, raw: [0, 1]"),
            "4: a pool is a mean",
        ),
        (
            root("pool: {}", "code: g, of: [{code: a, scale: [0, 1]}]"),
            '6: "g": a pool holds leaves only',
        ),
        (
            root("pool: {}", "code: a, scale: [0, 1], panel: {}"),
            '6: "a": a leaf of a pool takes no panel',
        ),
        (
            root(
                "pool: {}",
                "code: a, scale: [0, 1]",
                "code: b, scale: [0, 1], independent: true, round: 1",
            ),
            '7: "b": a leaf of a pool takes no "times" and no "round"',
        ),
        (
            root("independent: true", "code: a, scale: [0, 1]"),
            "4: the root cannot be independent",
        ),
        (f"{TOP}root: {{code: a, raw: [0, 1]}}\n", '3: "a": "raw" at the root'),
        (
            root("times: [2]", "code: a, scale: [0, 1]"),
            '4: "times" and "round" at the root need "rounding: exact"',
        ),
        (
            f"{TOP}points: 33.333\nroot: {{code: a, scale: [0, 1]}}\n",
            '3: "points" has more places than "decimals"',
        ),
        (
            f"{TOP}points: 9\nroot: {{compose: sum, of: [{{code: a, raw: [0, 1]}}]}}\n",
            '3: "points" has no meaning under a root that is a sum',
        ),
        (
            f"{TOP}tie_break: [b]\nroot: {{code: a, scale: [0, 1]}}\n",
            '3: "tie_break" names "b", which is no node',
        ),
        (
            f"{TOP}tie_break: [a]\n"
            "root: {of: [{code: j, pool: {}, of: [{code: a, scale: [0, 1]}]}]}\n",
            '3: "tie_break" names "a" inside a pool',
        ),
    ],
)
def test_contradictions_are_named(text: str, message: str):
    """What nodes say together is checked when the rules are read."""
    assert complaint(text).startswith(message)


def test_too_deep_a_tree_is_refused():
    """A tree that nobody could read is refused before it is computed."""
    tree: dict[str, object] = {"code": "end", "scale": ["0", "1"]}
    for number in range(31):
        tree = {"code": f"n{number}", "of": [tree]}
    with pytest.raises(RuleError, match="nested too deeply"):
        read_rules({"merit": "1", "id": "x", "root": tree})


def test_portal_keys_are_allowed_where_named():
    """The rule set of an edition has the same tree and more."""
    tree = {
        "merit": "1",
        "id": "x",
        "phases": ["y"],
        "root": {"code": "a", "title": {"en": "A"}, "scale": ["0", "1"]},
    }
    rules = read_rules(tree, top_extras=["phases"], node_extras=["title"])
    assert list(rules.nodes) == ["a"]


def test_pruned_tree_computes_the_same():
    """What a digest covers is the part that computes."""
    text = kit.PANEL_EXAMPLE
    tree = kit.tree(text)
    tree["phases"] = "more"
    tree["root"]["of"][0]["title"] = "more"
    assert read_rules(pruned(tree)) == kit.rules(text)


@pytest.mark.parametrize(
    "tree", ["text", {"id": "x"}, {"root": "x"}, {"root": {"of": 1}}]
)
def test_pruning_leaves_nonsense_to_the_reader(tree: object):
    """What isn't a rule set stays as it is, for the reader to refuse."""
    assert pruned(tree) == tree


def test_a_tree_without_lines_is_reported_without():
    """Rules from a database have no lines."""
    with pytest.raises(RuleError) as caught:
        read_rules({"merit": "1", "id": "x", "root": {"code": "a"}})
    assert caught.value.line == 1


def test_value_that_is_no_text_is_refused():
    """A number in place of its text is an error, never a float."""
    with pytest.raises(RuleError, match='"weight" must be a text'):
        read_rules(
            {
                "merit": "1",
                "id": "x",
                "root": {"code": "a", "weight": 0.1, "scale": ["0", "1"]},
            }
        )


def test_sum_groups_nest_under_sums():
    """Sums may hold sums, means, raw values, factors and rounding."""
    rules = kit.rules(
        root(
            "compose: sum",
            "code: s, compose: sum, round: 1, of: [{code: a, raw: [0, 1], times: [2]}]",
            "code: m, weight: 5, of: [{code: b, scale: [0, 1]}]",
        )
    )
    assert [line.code for line in rules.lines()] == ["s", "m"]


def test_what_stands_apart_may_be_raw():
    """Independent nodes under a mean may hold raw values, factors and rounding."""
    rules = kit.rules(
        root(
            "compose: mean",
            "code: a, scale: [0, 1]",
            "code: i, independent: true, knockout: 3,"
            " of: [{code: r, raw: [0, 9], times: [2], round: 1}]",
        )
    )
    assert [line.code for line in rules.lines()] == ["a"]


def test_root_may_be_a_single_criterion():
    """A rule set of one criterion needs no group."""
    rules = kit.rules(f"{TOP}root: {{code: a, scale: [0, 5]}}\n")
    assert [line.code for line in rules.lines()] == ["a"]
