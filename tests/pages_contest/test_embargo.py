"""SEC-6, publication: before its instant as if it did not exist, after it everywhere.

The same places are read three times: before results are published, while they are
published but under embargo, and after their instant.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from tests.contest import rows
from tests.contest.people import Contest, call, iso
from tests.contest.world import World
from tests.pages_contest.test_leaks import NOWHERE, TIMES, Sweep

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award.logic import actions as award
from ckanext.merit.award.logic.grants import GRANTS as AWARD_GRANTS
from ckanext.merit.logic.contest import actions as kernel
from ckanext.merit.logic.contest.grants import GRANTS
from ckanext.merit.model.contest import Edition

#: Outside the office: everybody, the entity's admin, a juror.
LETTERS = "ARJ"
#: Actions that answer otherwise once there are results.
TELLING = {
    "merit_bundle_show",
    "merit_edition_list",
    "merit_edition_show",
    "merit_publication_diff",
    "merit_publication_list",
    "merit_publication_show",
}
#: Pages that there are only with results.
NEW = {
    "merit_contest.results_bundle",
    "merit_contest.results_changes",
    "merit_contest.results_csv",
    "merit_contest.results_entry",
    "merit_contest.results_number",
}
#: And those that tell people of what is theirs.
OWN = {"R": {"merit_entry_feedback_show"}, "J": {"merit_juror_mine"}}
Reading = dict[str, Any]


@dataclass
class Scene:
    """An edition whose results come out, and what is read of it.

    Attributes:
        readings: By letter, then ``before``, ``hidden`` or ``shown``: what each place
            answered.
        endpoints: Of the addresses among the places.
    """

    contest: Contest
    edition: dict[str, Any]
    own: dict[str, dict[str, Any]]
    people: dict[str, Any]
    readings: dict[str, dict[str, Reading]] = field(default_factory=dict)
    endpoints: dict[str, str] = field(default_factory=dict)

    def changed(self, letter: str, one: str, other: str) -> set[str]:
        """Name the places that answer otherwise."""
        readings = self.readings[letter]
        first, second = readings[one], readings[other]
        assert first.keys() == second.keys()
        return {place for place in first if first[place] != second[place]}


_made: list[Scene] = []


@pytest.fixture
def scene(non_clean_db: None, app: Any, as_user: Any) -> Scene:
    """The three readings; made once."""
    model.Session.rollback()
    if not _made or not model.Session.get(Edition, _made[0].edition["id"]):
        _made[:] = [_played(app, as_user)]
    return _made[0]


@pytest.mark.parametrize("letter", LETTERS)
def test_under_embargo_every_answer_is_as_before(scene: Scene, letter: str):
    """Status, ETag, caching and content of every page and action: no difference."""
    assert scene.changed(letter, "before", "hidden") == set()


@pytest.mark.parametrize("letter", LETTERS)
def test_after_its_instant_all_actions_tell(scene: Scene, letter: str):
    """All those that tell of results, at once; no other answer depends on them."""
    changed = scene.changed(letter, "hidden", "shown")
    actions = {place for place in changed if place not in scene.endpoints}
    assert actions == TELLING | OWN.get(letter, set())


@pytest.mark.parametrize("letter", LETTERS)
def test_after_its_instant_all_pages_are_there(scene: Scene, letter: str):
    """Those of the results appear; the others of the edition say its new state."""
    readings = scene.readings[letter]
    appeared = {
        endpoint
        for place, endpoint in scene.endpoints.items()
        if readings["hidden"][place][0] == 404 and readings["shown"][place][0] == 200
    }
    assert appeared == NEW


def test_no_etag_outlives_the_instant(scene: Scene):
    """What a reader holds of a page that changed is not taken for the new one."""
    readings = scene.readings["A"]
    kept = [
        place
        for place in scene.changed("A", "hidden", "shown") & scene.endpoints.keys()
        if readings["hidden"][place][1]
        and readings["hidden"][place][1] == readings["shown"][place][1]
    ]
    assert kept == []


def _played(app: Any, as_user: Any) -> Scene:
    contest = Contest()
    edition = contest.scored(("10", "0"), ("4", "8"))
    run = contest.approved(edition["id"])
    entry = edition["entries"][0]
    scene = Scene(
        contest,
        edition,
        own={
            "edition": {"id": edition["id"], "organization_id": entry["entity"].id},
            "entry": {"id": entry["id"]},
            "run": {"id": run["id"]},
            "publication": {"id": NOWHERE},
        },
        people={
            "A": None,
            "R": entry["entity"].admin,
            "J": edition["juror"].user,
        },
    )
    _read(scene, "before", app, as_user)
    data = {"id": run["id"], "kind": "provisional", "visible_from": iso(1)}
    key = contest.act("merit_run_publish", **data)["id"]
    scene.own["publication"]["id"] = key
    _read(scene, "hidden", app, as_user)
    rows.show(key)
    _read(scene, "shown", app, as_user)
    return scene


def _read(scene: Scene, moment: str, app: Any, as_user: Any) -> None:
    sweep = Sweep(app, cast("World", scene))
    pages = {
        address: endpoint
        for address, endpoint in sweep.pages().items()
        # Below the office nobody gets whom this test asks.
        if endpoint.split(".")[0] != "merit_office"
    }
    scene.endpoints = pages
    for letter, person in scene.people.items():
        headers = as_user(person) if person else {}
        found: Reading = {page: _page(app, page, headers) for page in pages}
        found |= {name: _answer(scene, name, person) for name in _readers()}
        scene.readings.setdefault(letter, {})[moment] = found


def _page(app: Any, address: str, headers: dict[str, str]) -> tuple[Any, ...]:
    answer = app.get(address, headers=headers, follow_redirects=False)
    lines = answer.data.decode("utf-8", "replace").splitlines()
    steady = [TIMES.sub("", line) for line in lines if "csrf" not in line]
    kept = (answer.headers.get(name) for name in ("ETag", "Cache-Control", "Location"))
    return (answer.status_code, *kept, steady)


def _readers() -> list[str]:
    known = {**kernel.actions(), **award.actions()}
    return [
        name
        for name, action in known.items()
        if getattr(action, "side_effect_free", False)
    ]


def _answer(scene: Scene, name: str, person: Any) -> str:
    subject = {**GRANTS, **AWARD_GRANTS}[name].subject
    edition_id = scene.edition["id"]
    key = scene.own.get(subject, {}).get("id", edition_id)
    data = {
        "id": key,
        "edition_id": edition_id,
        "entry_id": scene.own["entry"]["id"],
        "programme_id": scene.contest.programme["id"],
    }
    try:
        answer = json.dumps(call(name, person, **data))
    except (tk.NotAuthorized, tk.ObjectNotFound, tk.ValidationError) as error:
        answer = f"{type(error).__name__}: {error}"
    return TIMES.sub("", answer)
