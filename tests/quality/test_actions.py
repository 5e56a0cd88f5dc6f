"""What the actions answer of one dataset, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.quality.asking import HIDDEN, assess, call, sql

import ckantoolkit as tk
from ckan import model
from ckan.tests import factories, helpers

from ckanext.merit.quality import profiles

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


Rows = Callable[..., list[dict[str, Any]]]


def test_show(dataset: Any, entity: dict[str, Any]):
    """The stored result with dataset, organisation, profile and dates."""
    package = dataset(owner_org=entity["id"])
    assess(package["id"])
    answer = call("merit_quality_show", id=package["name"])
    assert answer["package_id"] == package["id"]
    assert answer["organization"] == {
        key: entity[key] for key in ("id", "name", "title")
    }
    assert answer["profile"] == {
        "id": "metadata-1.0",
        "version": profiles.active().profile.version,
        "sha256": profiles.active().profile.sha256,
        "title": profiles.active().texts.title,
    }
    assert (answer["status"], answer["expired"]) == ("rated", False)
    assert len(answer["indicators"]) == len(profiles.active().profile.indicators)
    assert answer["can_edit"] is False


def test_show_says_who_may_edit(dataset: Any, entity: dict[str, Any]):
    """An editor of the organisation may edit, a member may not."""
    package = dataset(owner_org=entity["id"])
    assess(package["id"])
    people = entity["people"]
    found = {
        name: call("merit_quality_show", people[name], id=package["id"])["can_edit"]
        for name in people
    }
    assert found == {"editor": True, "member": False, "outsider": False}


@pytest.mark.parametrize(
    ("type_", "reason"), [("dataset", "pending"), ("showcase", "type_not_counted")]
)
def test_not_rated(dataset: Any, type_: str, reason: str):
    """Without a result the answer has the same keys and says why."""
    package = dataset()
    assess(package["id"])
    rated = call("merit_quality_show", id=package["id"])
    sql("DELETE FROM merit_assessment")
    sql("UPDATE package SET type = :type", type=type_)
    answer = call("merit_quality_show", id=package["id"])
    assert (answer["status"], answer["reason"]) == ("not_rated", reason)
    assert set(answer) == {*rated, "reason"}
    assert (answer["score"], answer["indicators"]) == (None, [])


@pytest.mark.parametrize("action", ["merit_quality_show", "merit_quality_history"])
@pytest.mark.parametrize("fields", HIDDEN)
def test_hidden_is_like_unknown(
    dataset: Any, entity: dict[str, Any], action: str, fields: dict[str, Any]
):
    """To outsiders a hidden dataset is what an unknown one is; its editors see it."""
    package = dataset(owner_org=entity["id"], **fields)
    assess(package["id"])
    answers = []
    for name in (package["id"], package["name"], "nobody-knows-it"):
        for user in (None, entity["people"]["outsider"]):
            with pytest.raises(tk.ObjectNotFound) as caught:
                call(action, user, id=name)
            answers.append(str(caught.value))
    assert len(set(answers)) == 1
    assert call(action, entity["people"]["editor"], id=package["id"])


def test_other_profile_is_computed(dataset: Any, rows: Rows):
    """Another profile is computed for the caller, and nothing is stored."""
    package = dataset()
    assess(package["id"])
    before = rows("SELECT * FROM merit_assessment")
    answer = call("merit_quality_show", id=package["id"], profile="default-1.0")
    assert answer["profile"]["id"] == "default-1.0"
    assert len(answer["indicators"]) > len(profiles.active().profile.indicators)
    assert "reason" not in answer
    assert rows("SELECT * FROM merit_assessment") == before


def test_unknown_profile(dataset: Any):
    """A profile that this portal doesn't have is not found."""
    package = dataset()
    with pytest.raises(tk.ObjectNotFound):
        call("merit_quality_show", id=package["id"], profile="none")
    with pytest.raises(tk.ObjectNotFound):
        call("merit_quality_profile_show", id="none")


def test_path(dataset: Any):
    """The way to the next band, from what is stored."""
    package = dataset(license_id="notspecified", tags=[])
    assess(package["id"])
    answer = call("merit_quality_show", id=package["id"], path=True)
    assert answer["path_band"] is not None
    assert Fraction(answer["path_score"]) > Fraction(answer["score"])
    known = {finding["id"] for finding in answer["indicators"]}
    assert {step["indicator"] for step in answer["path"]} <= known


def test_no_path_while_the_result_is_old(dataset: Any):
    """Findings and path never contradict each other after an edit."""
    package = dataset(tags=[])
    assess(package["id"])
    helpers.call_action("package_patch", id=package["id"], notes="")
    model.Session.expire_all()
    answer = call("merit_quality_show", id=package["id"], path=True)
    assert (answer["path"], answer["path_band"]) == ([], None)


def test_history(dataset: Any):
    """Newest first, with the exact measurements."""
    package = dataset()
    assess(package["id"], now=datetime(2026, 1, 1, tzinfo=timezone.utc))
    helpers.call_action("package_patch", id=package["id"], tags=[])
    model.Session.expire_all()
    assess(package["id"], now=datetime(2026, 2, 1, tzinfo=timezone.utc))
    answer = call("merit_quality_history", id=package["id"], limit=1)
    assert answer["count"] == 2
    (newest,) = answer["results"]
    assert newest["assessed_at"].startswith("2026-02-01")
    assert newest["measured"]["F3"] == "0"
    older = call("merit_quality_history", id=package["id"], offset=1)["results"]
    assert [row["measured"]["F3"] for row in older] == ["1"]


@pytest.mark.parametrize("person", [None, "outsider", "member"])
def test_who_may_not_assess(dataset: Any, entity: dict[str, Any], person: str | None):
    """Checking again is for those who may edit, many datasets for sysadmins."""
    package = dataset(owner_org=entity["id"])
    user = entity["people"][person] if person else None
    for data in ({"id": package["id"]}, {"ids": [package["id"]]}, {"all": True}):
        with pytest.raises(tk.NotAuthorized):
            call("merit_quality_assess", user, **data)


def test_who_may_assess(dataset: Any, entity: dict[str, Any]):
    """An editor may check a dataset, not a list; a sysadmin may do both."""
    package = dataset(owner_org=entity["id"])
    editor, sysadmin = entity["people"]["editor"], factories.Sysadmin()
    expected = {"assessed": [package["id"]]}
    assert call("merit_quality_assess", editor, id=package["name"]) == expected
    with pytest.raises(tk.NotAuthorized):
        call("merit_quality_assess", editor, ids=[package["id"]])
    assert call("merit_quality_assess", sysadmin, ids=[package["id"]]) == expected


@pytest.mark.parametrize("more", [{"all": True}, {"ids": ["x"]}, {"ids": []}])
@pytest.mark.parametrize("person", ["outsider", "member", "editor", "sysadmin"])
def test_one_dataset_does_not_open_all(
    dataset: Any, entity: dict[str, Any], rows: Rows, person: str, more: dict[str, Any]
):
    """Who may check one dataset cannot have others checked beside it."""
    package = dataset(owner_org=entity["id"])
    sql("DELETE FROM merit_work")
    people = {**entity["people"], "sysadmin": factories.Sysadmin()}
    refusal = tk.ValidationError if person == "sysadmin" else tk.NotAuthorized
    with pytest.raises(refusal):
        call("merit_quality_assess", people[person], id=package["name"], **more)
    assert rows("SELECT * FROM merit_work") == []
    assert rows("SELECT * FROM merit_assessment") == []


@pytest.mark.parametrize("fields", HIDDEN)
def test_assessing_hides_what_is_hidden(
    dataset: Any, entity: dict[str, Any], fields: dict[str, Any]
):
    """Who asks for a check learns no more than who asks for the result."""
    package = dataset(owner_org=entity["id"], **fields)
    for name in (package["id"], package["name"], "nobody-knows-it"):
        for user in (None, entity["people"]["outsider"]):
            with pytest.raises(tk.ObjectNotFound):
                call("merit_quality_assess", user, id=name)


def test_targets(dataset: Any):
    """Ids of what counts, page by page; stale ones are those that are due."""
    ids = sorted(dataset(title=f"Arbolado {n} de Altovalle")["id"] for n in range(3))
    sysadmin = factories.Sysadmin()
    page = call("merit_quality_target_list", sysadmin, limit=2)
    assert page == {"count": 3, "results": ids[:2]}
    page = call("merit_quality_target_list", sysadmin, limit=2, after=ids[1])
    assert page == {"count": 3, "results": ids[2:]}
    assess(*ids)
    assert call("merit_quality_target_list", sysadmin, stale=True)["results"] == []
    sql(
        "UPDATE merit_assessment SET next_due_at = now() WHERE package_id = :i",
        i=ids[1],
    )
    assert call("merit_quality_target_list", sysadmin, stale=True) == {
        "count": 1,
        "results": [ids[1]],
    }
    sql("UPDATE merit_assessment SET engine_version = '0'")
    assert call("merit_quality_target_list", sysadmin, stale=True)["results"] == ids
    with pytest.raises(tk.NotAuthorized):
        call("merit_quality_target_list", factories.User())


@pytest.mark.parametrize("setting", ["portal_contacts", "field_mapping"])
def test_changed_settings_make_all_due(
    dataset: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str
):
    """Where else facts are found, and whose contacts don't count, is a rule too."""
    own = tmp_path / "mapping.yaml"
    own.write_text("dataset:\n  frequency: [cada_cuanto]\n", "utf-8")
    value = {"portal_contacts": ["info@portal.example"], "field_mapping": str(own)}
    package, sysadmin = dataset(), factories.Sysadmin()
    assess(package["id"])
    assert call("merit_quality_show", id=package["id"])["engine_version"] == "1"

    def stale() -> list[str]:
        return call("merit_quality_target_list", sysadmin, stale=True)["results"]

    assert stale() == []
    monkeypatch.setitem(tk.config, f"ckanext.merit.quality.{setting}", value[setting])
    assert stale() == [package["id"]]
    assess(package["id"])
    assert stale() == []


def test_profiles():
    """The profiles with their words, and which one is active."""
    found = call("merit_quality_profile_list")
    assert [(row["id"], row["active"]) for row in found] == [
        ("metadata-1.0", True),
        ("default-1.0", False),
    ]
    answer = call("merit_quality_profile_show")
    assert answer["id"] == "metadata-1.0"
    assert {"why", "fix", "title", "points"} <= set(answer["indicators"][0])
