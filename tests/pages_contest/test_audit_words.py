"""Every act that the audit trail keeps is told in words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ckanext.merit
from ckanext.merit.domain.audit import GENESIS, Link, chain_hash, verify
from ckanext.merit.domain.contest.machines import MACHINES
from ckanext.merit.logic.contest.mail_people import SEGMENTS
from ckanext.merit.model.contest import ROLES
from ckanext.merit.pages import acts
from ckanext.merit.pages.words import word

CODE = Path(ckanext.merit.__file__).parent
#: Acts whose name is put together while the program runs.
COMPOSED = (
    *("approve as H", "approve as S", "declared", "reported"),
    *("publish final", "publish provisional", "take baseline", "take cut_off"),
    *(f"sign {decision}" for decision in ("confirm", "dismiss", "uphold")),
    "sign uphold_partly",
    *(f"{verb} {role}" for verb in ("grant", "end") for role in ROLES),
    *(f"invite by link as {role}" for role in (*ROLES, "juror")),
    *(f"write to {segment}" for segment in SEGMENTS),
)


def calls_of_note() -> Iterator[tuple[ast.expr, str]]:
    for path in sorted(CODE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) > 2:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name == "note":
                    yield node.args[1], path.name


WRITTEN = sorted(
    {
        act.value
        for act, _ in calls_of_note()
        if isinstance(act, ast.Constant) and isinstance(act.value, str)
    }
)
MOVES = sorted(
    (name.replace(" ", "_"), step.act)
    for name, machine in MACHINES.items()
    for step in machine.moves
)


@pytest.fixture
def request_of_a_page(app: Any) -> Iterator[None]:
    with app.flask_app.test_request_context("/"):
        yield


@pytest.mark.usefixtures("request_of_a_page")
def test_every_move_of_a_state_is_told() -> None:
    """A new transition needs words before anybody can read it."""
    assert [move for move in MOVES if acts.told(*move) is None] == []


@pytest.mark.usefixtures("request_of_a_page")
def test_every_other_act_is_told() -> None:
    """So does an act that changes no state."""
    assert len(WRITTEN) > 20
    known = (*WRITTEN, *COMPOSED)
    assert [act for act in known if acts.told("any", act) is None] == []


def test_composed_acts_are_all_known() -> None:
    """An act put together in a new place is added to the list above."""
    composed = sorted(
        (name, act.values[0].value)
        for act, name in calls_of_note()
        if isinstance(act, ast.JoinedStr) and isinstance(act.values[0], ast.Constant)
    )
    assert composed == [
        ("appeals.py", "sign "),
        ("conflicts.py", "sign "),
        ("programme.py", "end "),
        ("programme.py", "grant "),
        ("publications.py", "publish "),
        ("runs.py", "approve as "),
        ("takings.py", "take "),
    ]


@pytest.mark.usefixtures("request_of_a_page")
def test_everything_moved_has_a_name() -> None:
    """What a record is about isn't the name of a table."""
    tables = {name for name, _ in MOVES} | {"taking", "credit", "organization"}
    assert sorted(name for name in tables if word("object", name) == name) == []


@pytest.mark.usefixtures("request_of_a_page")
def test_a_sentence_names_thing_and_act() -> None:
    """An act that means something else on a juror says so."""
    record = {"object_type": "juror", "object_id": "12345678-9", "act": "accept"}
    assert acts.sentence(record) == "Juror 12345678 accepted the invitation"


@pytest.mark.usefixtures("request_of_a_page")
def test_an_act_of_later_code_is_still_shown() -> None:
    """A record that this version doesn't know keeps its code."""
    record = {"object_type": "entry", "object_id": "12345678-9", "act": "frob"}
    assert acts.sentence(record) == "Entry 12345678 frob"


@pytest.mark.usefixtures("request_of_a_page")
def test_what_the_portal_noted_is_told_in_words() -> None:
    """The kind of a finding isn't shown as a code."""
    record = {"object_type": "finding", "act": "note", "reason": "unusable"}
    assert acts.reason(record) == "Datasets without usable files"


@pytest.mark.usefixtures("request_of_a_page")
def test_what_broke_the_chain_is_told_in_words() -> None:
    """Each defect that can be found without a head that was kept."""
    first = Link(1, {"a": 1}, GENESIS, chain_hash(GENESIS, {"a": 1}))
    chains = (
        [replace(first, seq=4)],
        [replace(first, prev="11" * 32)],
        [replace(first, body={"a": {1}})],
        [replace(first, body={"a": 2})],
    )
    found = [verify(chain) for chain in chains]
    assert [acts.defect(each.reason) for each in found if each] == [
        "it is missing; record 4 comes in its place",
        "it does not follow the one before it",
        "its contents cannot be read",
        "it was changed after it was written",
    ]
    assert acts.defect("of later code") == "of later code"


@pytest.mark.usefixtures("request_of_a_page")
def test_a_plan_of_assignments_is_told_in_words() -> None:
    """How many jurors and which seed, not the words that are kept; what else, as is."""
    record = {"object_type": "edition", "act": "plan"}
    told = acts.reason(record | {"reason": "3 per entry, seed per entry, seed 2026"})
    assert told == "Jurors for each entry: 3; seed: per entry, seed 2026"
    assert acts.reason(record | {"reason": "by hand"}) == "by hand"


@pytest.mark.usefixtures("request_of_a_page")
def test_a_reason_of_a_person_stays_as_given() -> None:
    """Even if it looks like a code."""
    record = {"object_type": "entry", "act": "reject", "reason": "unusable"}
    assert acts.reason(record) == "unusable"
