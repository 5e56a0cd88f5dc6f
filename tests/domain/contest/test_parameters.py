"""Parameters in rules: unknown or wrong ones are named, missing ones have defaults."""

from __future__ import annotations

from fractions import Fraction

import pytest

from ckanext.merit.domain.contest.parameters import Parameter, Values, problems

KNOWN = (
    Parameter.count("least", "1", "number"),
    Parameter.share("share", "0.5", "share"),
    Parameter.points("score", "70", "score"),
    Parameter.flag("open", "yes", "whether"),
    Parameter("any", "-3", "no limits"),
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, []),
        ("", []),
        ({}, []),
        ({"least": "2", "share": "1", "open": "no", "any": "-9.5"}, []),
        ([], ["parameters must be a mapping"]),
        ({"x": "1"}, ['unknown parameter "x"; known: least, share, score, open, any']),
        ({"least": "1.5"}, ['"least" must be a whole number']),
        ({"least": "0"}, ['"least" must be at least 1']),
        ({"share": "1.1"}, ['"share" must be at most 1']),
        ({"score": "a lot"}, ['"score" must be a number']),
        ({"score": ["1"]}, ['"score" must be a number']),
        ({"open": "perhaps"}, ['"open" must be one of yes, no']),
    ],
)
def test_problems_are_named(given, expected):
    """One sentence per wrong parameter."""
    assert list(problems(KNOWN, given)) == expected


def test_without_parameters_none_are_known():
    """The sentence stays readable."""
    assert list(problems((), {"x": "1"})) == ['unknown parameter "x"; known: none']


def test_values_have_defaults():
    """What the rules don't say is as declared."""
    values = Values(KNOWN, {"least": "3"})
    assert (values.whole("least"), values.number("share"), values.flag("open")) == (
        3,
        Fraction(1, 2),
        True,
    )


def test_wrong_values_are_refused():
    """Whoever reads them relies on it."""
    with pytest.raises(ValueError, match="at least 1"):
        Values(KNOWN, {"least": "0"})
