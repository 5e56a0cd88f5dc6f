"""Enrolments: what rules ask, and what a draft lacks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit import rulefile
from ckanext.merit.domain.award.enrolment import (
    Declaration,
    Lack,
    Requirements,
    lacks,
    read_enrolment,
)
from ckanext.merit.domain.scoring.fields import RuleError

RULES = """
enrolment:
  letter: true
  roles: [head, data_officer]
  declarations:
  - {code: true_data, title: All data are true.}
  - {code: terms, title: {es: Acepto las bases., en: We accept the rules.}}
"""
ANA = {"name": "Ana", "role": "head", "email": "ana@muni.gob.pe"}
LUZ = {"name": "Luz", "role": "data_officer", "email": "luz@muni.gob.pe"}
WHOLE: dict[str, Any] = {
    "letter": "f1",
    "team": [ANA, LUZ],
    "declarations": {"true_data": True, "terms": True},
}


def read(source: str = RULES) -> Requirements:
    """Read what rules ask."""
    return read_enrolment(rulefile.parse(source, filename="r"))


def missing(**changes: Any) -> list[Lack]:
    """List what a changed draft lacks."""
    return list(lacks(read(), WHOLE | changes))


def test_what_rules_ask_is_read():
    """Letter, roles, and declarations in one or several languages."""
    assert read() == Requirements(
        letter=True,
        roles=("head", "data_officer"),
        declarations=(
            Declaration("true_data", "All data are true."),
            Declaration(
                "terms", {"es": "Acepto las bases.", "en": "We accept the rules."}
            ),
        ),
    )


def test_rules_that_ask_nothing():
    """Without the key an enrolment needs only its organisation and category."""
    assert list(lacks(read("id: t"), {})) == []


def test_a_whole_draft_lacks_nothing():
    """Everything asked is there."""
    assert missing() == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"letter": " "}, [Lack("letter")]),
        ({"team": [ANA]}, [Lack("role", "data_officer")]),
        ({"declarations": {"true_data": True}}, [Lack("declaration", "terms")]),
        (
            {"declarations": {"true_data": True, "terms": "no"}},
            [Lack("declaration", "terms")],
        ),
        ({"team": [ANA, LUZ | {"email": "luz@muni"}]}, [Lack("email", "Luz")]),
        ({"team": [ANA, LUZ, LUZ | {"role": "king"}]}, [Lack("known_role", "Luz")]),
        (
            {"team": [ANA, LUZ | {"name": ""}]},
            [Lack("name", "luz@muni.gob.pe"), Lack("role", "data_officer")],
        ),
        ({"team": [ANA, LUZ] + [LUZ] * 19}, [Lack("members", "20")]),
    ],
)
def test_each_lack_is_named(changes: dict[str, Any], found: list[Lack]):
    """What, and whose."""
    assert missing(**changes) == found


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("team", "letter", "declarations"),
            st.recursive(
                st.none() | st.booleans() | st.text(),
                lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            ),
        ),
    )
)
def test_a_draft_of_any_shape_is_read(draft: dict[str, Any]):
    """Whatever came in, the answer is a list of lacks."""
    assert all(isinstance(item, Lack) for item in lacks(read(), draft))


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("enrolment: yes", 1, "must be a mapping"),
        ("enrolment:\n  lettre: true", 2, "unknown key"),
        ("enrolment:\n  roles: [king]", 2, '"roles" can be'),
        ("enrolment:\n  letter: perhaps", 2, "must be one of"),
        ("enrolment:\n  declarations:\n  - {code: a}", 3, 'missing key "title"'),
        ("enrolment:\n  declarations: [a]", 2, "must be a mapping"),
        (
            "enrolment:\n  declarations: [{code: a, title: A}, {code: a, title: B}]",
            2,
            "a code twice",
        ),
    ],
)
def test_rules_that_cannot_be_read(source: str, line: int, message: str):
    """Each complaint has its line."""
    with pytest.raises(RuleError, match=message) as caught:
        read(source)
    assert caught.value.line == line
