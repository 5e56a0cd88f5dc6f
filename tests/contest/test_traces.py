"""SEC-8 and SEC-1: what CKAN's own lists and searches tell of a contest.

Entities and jurors are CKAN's organisations and users: CKAN may name them, but not what
they do in a contest; and when results are out, only what the rules publish.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.contest.people import Contest, call

import ckantoolkit as tk
from ckan import model
from ckan.lib import search
from ckan.tests import factories

from ckanext.merit.award.logic import actions as award
from ckanext.merit.award.logic.grants import GRANTS as AWARD_GRANTS
from ckanext.merit.logic.contest import actions as kernel
from ckanext.merit.logic.contest.grants import GRANTS
from ckanext.merit.model.contest import Edition

SCORE, WORDS = "7.3519", "CENTINELA"
PAGES = (
    *(
        "/sitemap.xml",
        "/robots.txt",
        "/feeds/dataset.atom",
        "/dataset/?q={organization}",
    ),
    *("/organization/{organization}", "/organization/about/{organization}"),
    *("/organization/?q={organization}", "/user/{juror}", "/user/?q={juror}"),
)


class Scene:
    """An edition under evaluation: entries in several states, a juror, a review."""

    def __init__(self) -> None:
        self.contest = contest = Contest()
        self.edition = contest.evaluating()
        key = self.edition["id"]
        self.juror = contest.juror(key)
        admitted = [contest.entered(key) for _ in range(2)]
        self.entry = admitted[0]
        waiting = contest.entered(key, state="submitted")
        refused = contest.entered(key, state="submitted")
        contest.act("merit_entry_reject", id=refused["id"], reason=WORDS)
        tasks = [contest.assigned(self.juror, entry) for entry in admitted]
        for task in tasks:
            self._review(task)
        factories.Dataset(owner_org=self.entry["entity"].id, user=self.entry_admin)
        contest.close(key, "jury")
        #: What no list of CKAN says: ids, and what only contests call so.
        self.traces = [
            *(task["id"] for task in tasks),
            *(entry["id"] for entry in (*admitted, waiting, refused)),
            *(self.juror.id, key, self.edition["slug"], WORDS),
        ]
        self.unknown = [waiting["id"], refused["id"]]

    @property
    def entry_admin(self) -> dict[str, Any]:
        """The admin of an admitted entity."""
        return self.entry["entity"].admin

    def publish(self) -> None:
        """Let the results come out."""
        run = self.contest.approved(self.edition["id"])
        self.contest.act("merit_run_publish", id=run["id"], kind="provisional")

    def _review(self, task: dict[str, Any]) -> None:
        saved = self.juror.act(
            "merit_review_save",
            assignment_id=task["id"],
            version=0,
            scores={"licence": SCORE, "format": "5"},
            comment=WORDS,
            feedback=WORDS,
            note=WORDS,
        )
        self.juror.act(
            "merit_review_submit", assignment_id=task["id"], version=saved["version"]
        )


_made: list[Scene] = []


@pytest.fixture
def scene(non_clean_db: None) -> Scene:
    """An edition that is not published yet when the tests begin; made once."""
    model.Session.rollback()
    if not _made or not model.Session.get(Edition, _made[0].edition["id"]):
        _made[:] = [Scene()]
    return _made[0]


def ckans(scene: Scene, user: Any) -> Iterator[tuple[str, str]]:
    """CKAN's own lists and searches, with their answers."""
    entity, juror = scene.entry["entity"], scene.juror.user
    asked: list[tuple[str, dict[str, Any]]] = [
        ("package_search", {"q": "*:*", "facet.field": ["organization"]}),
        ("package_autocomplete", {"q": "test"}),
        ("organization_autocomplete", {"q": entity.organization["name"][:4]}),
        ("user_autocomplete", {"q": juror["name"][:4]}),
        ("organization_show", {"id": entity.id, "include_users": True}),
        ("organization_show", {"id": entity.id, "include_followers": True}),
        ("organization_list", {"all_fields": True, "include_extras": True}),
        ("organization_list_for_user", {"id": juror["name"]}),
        ("member_list", {"id": entity.id}),
        ("user_show", {"id": juror["name"], "include_datasets": True}),
        ("user_list", {"q": juror["name"]}),
        ("user_follower_count", {"id": juror["id"]}),
        ("status_show", {}),
    ]
    asked += [("help_show", {"name": name}) for name in kernel.actions()]
    for action, data in asked:
        yield f"{action} {data}", answer(action, user, data)


def answer(action: str, user: Any, data: dict[str, Any]) -> str:
    try:
        return json.dumps(call(action, user, **data), default=str)
    except (tk.NotAuthorized, tk.ObjectNotFound, tk.ValidationError) as error:
        return str(error)


def told(scene: Scene, texts: Iterator[tuple[str, str]]) -> list[str]:
    return [
        place for place, text in texts if any(trace in text for trace in scene.traces)
    ]


def everybody(scene: Scene) -> list[Any]:
    return [None, scene.contest.entity().admin, scene.entry_admin]


@pytest.mark.parametrize("published", [False, True])
def test_lists_of_ckan_know_nothing_of_contests(
    app: Any, as_user: Any, non_clean_db: None, clean_index: None, published: bool
):
    """Actions, pages and the index, before results are out and after."""
    scene = Scene()
    if published:
        scene.publish()
    search.rebuild()
    given = {
        "organization": scene.entry["entity"].organization["name"],
        "juror": scene.juror.user["name"],
    }
    for user in everybody(scene):
        headers = as_user(user) if user else {}
        pages = (
            (path, app.get(path.format(**given), headers=headers).body)
            for path in PAGES
        )
        assert (told(scene, ckans(scene, user)), told(scene, pages)) == ([], [])
    found = search.make_connection().search("*:*", rows=1000)
    assert told(scene, iter([("index", json.dumps(found.docs, default=str))])) == []


def test_entries_that_were_not_admitted_are_not_public(scene: Scene):
    """Whoever waits or was refused is in no answer to outsiders, before and after."""
    before = _outside(scene)
    scene.publish()
    after = _outside(scene)
    for text in (*before.values(), *after.values()):
        assert not any(key in text for key in scene.unknown)


def test_after_results_words_of_jurors_stay_with_them(scene: Scene):
    """Comments and notes are no result: no reading action gives them to outsiders."""
    assert [name for name, text in _outside(scene).items() if WORDS in text] == []


def _outside(scene: Scene) -> dict[str, str]:
    """What every reading action of contests answers to everybody and to a user."""
    known = {**kernel.actions(), **award.actions()}
    subjects = {**GRANTS, **AWARD_GRANTS}
    stranger = scene.contest.entity().admin
    found: dict[str, str] = {}
    for name, action in known.items():
        if getattr(action, "side_effect_free", False):
            for user in (None, stranger):
                data = _data(scene, subjects[name].subject)
                found[f"{name} {user and user['name']}"] = answer(name, user, data)
    return found


def _data(scene: Scene, subject: str) -> dict[str, Any]:
    edition_id = scene.edition["id"]
    published = call("merit_publication_list", None, edition_id=edition_id)
    ids = {
        "entry": scene.entry["id"],
        "juror": scene.juror.id,
        "publication": published[0]["id"] if published else edition_id,
    }
    return {
        "id": ids.get(subject, edition_id),
        "edition_id": edition_id,
        "programme_id": scene.contest.programme["id"],
        "entry_id": scene.entry["id"],
    }
