"""Parameters of every action: whatever comes is refused in words."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest.people import call
from tests.contest.world import World

import ckantoolkit as tk
from ckan import model

from ckanext.merit.logic.contest.actions import actions
from ckanext.merit.logic.contest.grants import GRANTS

JUNK: dict[str, Any] = {
    "nothing": "",
    "null": None,
    "number": 10**20,
    "fraction": 0.5,
    "boolean": True,
    "list": ["a", {"b": []}],
    "dictionary": {"a": None},
    "long": "x" * 600_000,
    "controls": "a\x00\r\n\x1b[31m\u202e",
    "surrogate": "\ud800",
    "syntax": "'; DROP TABLE package; -- %s {{7*7}}",
    "deep": "[" * 100_000,
}
#: Names that parameters of these actions have, the id of the object excepted.
NAMES = (
    *("name", "title", "owner_org", "co_recognisers", "role", "user", "csv"),
    *("organization", "type", "level", "region", "size_class", "slug", "kind"),
    *("timezone", "simulation", "summary", "contact", "version", "code", "position"),
    *("weight", "gate", "predicate", "places", "stage_id", "opens_at", "closes_at"),
    *("phases", "reason", "source", "other_id", "category_id", "organization_id"),
    *("head", "draft", "due_at", "hearing", "institution", "stages", "categories"),
    *("capacity", "expires_at", "confidentiality", "no_conflict", "detail"),
    *("decision", "calibration", "per_entry", "seed", "dry_run", "scores", "comment"),
    *("feedback", "note", "snapshot_id", "visible_from", "notice", "chain", "seq"),
    *("hash", "target", "target_id", "ground", "text", "citation", "limit", "offset"),
)
_made: list[World] = []


@pytest.fixture
def world(non_clean_db: None) -> World:
    """One world for all tests of this file."""
    if not _made:
        _made.append(World())
    return _made[0]


@pytest.mark.parametrize("kind", JUNK)
@pytest.mark.parametrize("letter", ["S", "H", "J", "R"])
def test_junk_beside_a_good_id(world: World, kind: str, letter: str):
    """The object is there, all else is junk: a refusal, or the junk is ignored."""
    failed = {}
    for name in actions():
        good = world.data(GRANTS[name].subject, letter, own=True) or {}
        data = dict.fromkeys(NAMES, JUNK[kind]) | good
        try:
            call(name, world.people[letter], **data)
        except (tk.NotAuthorized, tk.ObjectNotFound, tk.ValidationError):
            pass
        except Exception as error:  # noqa: BLE001 - that's what is looked for
            failed[name] = repr(error)[:200]
        finally:
            model.Session.rollback()
    assert failed == {}
