"""Suspended badges: after an incident nothing recommends a dataset, and nobody is told.

What readers are told is neutral, lest it lead to the data that must not be found.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.quality.asking import assess, call

import ckantoolkit as tk
from ckan.cli.cli import ckan
from ckan.lib import search
from ckan.tests import factories, helpers

from ckanext.merit import jobs

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

NOTE = "La columna «documento» trae números de DNI: retire el archivo."
ACTIONS = ("suspend", "reinstate", "suspension_list")


@pytest.fixture
def sysadmin() -> dict[str, Any]:
    return factories.Sysadmin()


@pytest.fixture
def package(dataset: Any, entity: dict[str, Any]) -> dict[str, Any]:
    """A public dataset with a badge."""
    made = dataset(owner_org=entity["id"])
    assess(made["id"])
    assert call("merit_quality_badge_show", id=made["id"])["band"] is not None
    return made


@pytest.fixture
def suspended(package: dict[str, Any], sysadmin: dict[str, Any]) -> dict[str, Any]:
    call("merit_quality_suspend", sysadmin, id=package["name"], note=NOTE)
    return package


def work() -> None:
    jobs.work(once=True, kinds=jobs.kinds_of_plugins())
    search.commit()


def test_no_score_and_no_badge_at_once(suspended: dict[str, Any]):
    """On its page, in lists, as a badge to embed and in the league."""
    key = suspended["id"]
    shown = call("merit_quality_show", id=key)
    listed = call("merit_quality_summary_list", ids=[key])[key]
    badge = call("merit_quality_badge_show", id=key)
    for answer in (shown, listed, badge):
        assert (answer["status"], answer["display"], answer["band"]) == (
            *("suspended", None, None),
        )
    (row,) = call("merit_quality_league_list")["results"]
    assert (row["datasets"], row["rated"], row["mean"]) == (1, 0, None)


def test_not_found_by_badge_or_score(package: dict[str, Any], sysadmin: dict[str, Any]):
    """The facet of the search forgets it as soon as the worker has run."""
    work()
    badge = call("merit_quality_badge_show", id=package["id"])["band"]
    query = {"fq": f"merit_quality_band:{badge}"}
    assert helpers.call_action("package_search", **query)["count"] == 1
    call("merit_quality_suspend", sysadmin, id=package["id"], note=NOTE)
    work()
    assert helpers.call_action("package_search", **query)["count"] == 0
    everything = {"fq": "merit_quality_rank:[* TO *]"}
    assert helpers.call_action("package_search", **everything)["count"] == 0


def test_no_public_list_leads_to_it(
    app: Any, suspended: dict[str, Any], dataset: Any, entity: dict[str, Any]
):
    """In lists and tables for everybody it looks as if it were never assessed."""
    new = dataset(title="Otro", owner_org=entity["id"])
    answer = call("merit_quality_list", status="not_rated", sort="title")
    looks = [
        {key: value for key, value in row.items() if key not in ("name", "title")}
        for row in answer["results"]
    ]
    assert [row.pop("package_id") for row in looks] == [suspended["id"], new["id"]]
    assert looks[0] == looks[1]
    assert "suspended" not in app.get("/quality/scores.csv").body
    found = call(
        "merit_quality_list",
        entity["people"]["member"],
        organization=entity["id"],
        include_private=True,
        sort="title",
    )
    statuses = [row["status"] for row in found["results"]]
    assert statuses == ["suspended", "not_rated"]


def test_the_note_is_for_those_who_may_edit(
    suspended: dict[str, Any], entity: dict[str, Any], sysadmin: dict[str, Any]
):
    """Everybody else is told that it is suspended, and not why."""
    people = entity["people"]
    told = {
        name: call("merit_quality_show", user, id=suspended["id"])["suspension"]
        for name, user in {**people, "nobody": None, "sysadmin": sysadmin}.items()
    }
    notes = {name: answer and answer["note"] for name, answer in told.items()}
    assert notes == {
        "nobody": None,
        "outsider": None,
        "member": None,
        "editor": NOTE,
        "sysadmin": NOTE,
    }


def test_a_change_of_the_dataset_does_not_lift_it(suspended: dict[str, Any]):
    """Only an administrator does."""
    helpers.call_action("package_patch", id=suspended["id"], title="Otro título")
    work()
    assert call("merit_quality_show", id=suspended["id"])["status"] == "suspended"


def test_reinstated_it_has_what_it_earns(
    package: dict[str, Any], sysadmin: dict[str, Any]
):
    """The same score and band as before, and it is found again."""
    before = call("merit_quality_badge_show", id=package["id"])
    call("merit_quality_suspend", sysadmin, id=package["id"], note=NOTE)
    call("merit_quality_reinstate", sysadmin, id=package["id"])
    after = call("merit_quality_badge_show", id=package["id"])
    same = ("status", "band", "display", "version")
    assert [after[key] for key in same] == [before[key] for key in same]
    work()
    query = {"fq": f"merit_quality_band:{before['band']}"}
    assert helpers.call_action("package_search", **query)["count"] == 1


def test_the_record_stays(
    suspended: dict[str, Any], sysadmin: dict[str, Any], rows: Any
):
    """Who suspended and reinstated it, as often as it happened."""
    call("merit_quality_reinstate", sysadmin, id=suspended["id"])
    call("merit_quality_suspend", sysadmin, id=suspended["id"], note="Otra vez.")
    kept = rows(
        "SELECT note, started_by, ended_by, ended_at IS NULL AS open"
        " FROM merit_suspension ORDER BY id"
    )
    me = sysadmin["id"]
    assert kept == [
        {"note": NOTE, "started_by": me, "ended_by": me, "open": False},
        {"note": "Otra vez.", "started_by": me, "ended_by": None, "open": True},
    ]


def test_twice_is_refused(suspended: dict[str, Any], sysadmin: dict[str, Any]):
    """So that no note is lost; nor is anything reinstated that isn't suspended."""
    with pytest.raises(tk.ValidationError) as caught:
        call("merit_quality_suspend", sysadmin, id=suspended["id"], note="Otra.")
    assert caught.value.error_dict == {"id": ["The badge is suspended already."]}
    call("merit_quality_reinstate", sysadmin, id=suspended["id"])
    with pytest.raises(tk.ValidationError) as caught:
        call("merit_quality_reinstate", sysadmin, id=suspended["id"])
    assert caught.value.error_dict == {"id": ["The badge is not suspended."]}


@pytest.mark.parametrize(
    "note", ["", "   ", None, 7, pytest.param("x" * 2_001, id="long"), "a\x00b"]
)
def test_a_note_is_needed(package: dict[str, Any], sysadmin: dict[str, Any], note: Any):
    """Text that says what is wrong; without it nothing is suspended."""
    with pytest.raises(tk.ValidationError) as caught:
        call("merit_quality_suspend", sysadmin, id=package["id"], note=note)
    assert list(caught.value.error_dict) == ["note"]
    assert call("merit_quality_show", id=package["id"])["status"] == "rated"


def test_unknown_dataset(sysadmin: dict[str, Any]):
    """Is not found."""
    for action in ("merit_quality_suspend", "merit_quality_reinstate"):
        with pytest.raises(tk.ObjectNotFound):
            call(action, sysadmin, id="nobody-knows-it", note=NOTE)


@pytest.mark.parametrize("action", ACTIONS)
def test_only_sysadmins(suspended: dict[str, Any], entity: dict[str, Any], action: str):
    """Not even those who may edit the dataset; the list leads to the data."""
    for user in (None, *entity["people"].values()):
        with pytest.raises(tk.NotAuthorized):
            call(f"merit_quality_{action}", user, id=suspended["id"], note=NOTE)


def test_list(dataset: Any, sysadmin: dict[str, Any]):
    """The open ones, newest first, a page at a time."""
    made = [dataset(title=f"Censo {number}") for number in range(3)]
    for each in made:
        call("merit_quality_suspend", sysadmin, id=each["id"], note=each["title"])
    call("merit_quality_reinstate", sysadmin, id=made[1]["id"])
    answer = call("merit_quality_suspension_list", sysadmin)
    named = [(row["name"], row["note"], row["started_by"]) for row in answer["results"]]
    me = sysadmin["name"]
    assert named == [
        (made[2]["name"], "Censo 2", me),
        (made[0]["name"], "Censo 0", me),
    ]
    page = call("merit_quality_suspension_list", sysadmin, limit=1, offset=1)
    assert (page["count"], [row["note"] for row in page["results"]]) == (2, ["Censo 0"])


def test_no_fix_is_promised_to_help(
    suspended: dict[str, Any], sysadmin: dict[str, Any]
):
    """What-if knows that fixes don't end a suspension."""
    fixes = [{"package_id": suspended["id"], "indicators": ["R3"]}]
    (answer,) = call("merit_quality_whatif_list", sysadmin, fixes=fixes)
    assert (answer["before"]["status"], answer["after"]["status"]) == (
        *("suspended", "suspended"),
    )


def test_a_purged_dataset_leaves_nothing(
    suspended: dict[str, Any], sysadmin: dict[str, Any], rows: Any
):
    """Nor the note about it."""
    helpers.call_action("dataset_purge", id=suspended["id"])
    work()
    assert rows("SELECT * FROM merit_suspension") == []


def test_command_line(package: dict[str, Any], cli: Any):
    """Suspends, shows and reinstates."""

    def run(*arguments: str) -> str:
        result = cli.invoke(ckan, ["merit", "quality", *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    name = package["name"]
    assert f"The badge of {name} is suspended." in run("suspend", name, "--note", NOTE)
    assert "suspended: no score, no badge" in run("show", name)
    assert "rated, assessed" in run("reinstate", name)


def test_the_command_names_who_decided(
    package: dict[str, Any], sysadmin: dict[str, Any], rows: Any, cli: Any
):
    """A sysadmin by own rights; nobody else through it."""
    given = ["merit", "quality", "suspend", package["name"], "--note", NOTE, "--user"]
    refused = cli.invoke(ckan, [*given, factories.User()["name"]])
    assert (refused.exit_code, "may not do this" in refused.output) == (1, True)
    assert cli.invoke(ckan, [*given, sysadmin["name"]]).exit_code == 0
    (row,) = rows("SELECT * FROM merit_suspension")
    assert row["started_by"] == sysadmin["id"]
