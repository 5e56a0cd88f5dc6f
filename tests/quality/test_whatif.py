"""What datasets would score if something were fixed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model
from ckan.tests import factories, helpers

from ckanext.merit.model.quality import Assessment


@pytest.fixture
def dataset(non_clean_db: None) -> dict[str, Any]:
    """A dataset with much to fix."""
    return factories.Dataset(
        notes="",
        license_id="",
        resources=[{"url": "https://x.org/a.csv", "format": "CSV"}],
    )


def whatif(*fixes: Any, user: str | None = None) -> Any:
    context = {"user": user or factories.User()["name"], "ignore_auth": False}
    return helpers.call_action("merit_quality_whatif_list", context, fixes=list(fixes))


def fix(dataset: dict[str, Any], *indicators: str) -> dict[str, Any]:
    return {"package_id": dataset["id"], "indicators": list(indicators)}


def test_a_fix_gives_what_the_finding_promised(dataset: Any):
    """The same engine: the gain of the assessment is the difference here."""
    helpers.call_action("merit_quality_assess", {"ignore_auth": True}, id=dataset["id"])
    shown = helpers.call_action("merit_quality_show", id=dataset["id"])
    gains = {line["id"]: Fraction(line["gain"]) for line in shown["indicators"]}
    (found,) = whatif(fix(dataset, "F2"))
    before, after = (Fraction(found[key]["score"]) for key in ("before", "after"))
    assert found["before"]["score"] == shown["score"]
    assert after - before == gains["F2"]


def test_without_indicators_the_one_that_gains_most(dataset: Any):
    """The one that lists of datasets name, with what it presupposes."""
    helpers.call_action("merit_quality_assess", {"ignore_auth": True}, id=dataset["id"])
    (found,) = whatif({"package_id": dataset["id"]})
    named = sa.select(Assessment.top_fix).where(Assessment.package_id == dataset["id"])
    assert model.Session.scalar(named) in found["indicators"]
    assert Fraction(found["after"]["score"]) > Fraction(found["before"]["score"])


def test_what_is_presupposed_is_fixed_too(dataset: Any):
    """Being on schedule takes a schedule."""
    (found,) = whatif(fix(dataset, "T2"))
    assert found["indicators"] == ["T1", "T2"]
    assert found["after"]["values"]["T1"] == "1"


def test_what_is_earned_already_stays(dataset: Any):
    """Nothing to fix, nothing changes."""
    (found,) = whatif(fix(dataset, "I1"))
    assert (found["indicators"], found["before"]) == ([], found["after"])


def test_fixes_of_one_dataset_are_apart(dataset: Any):
    """In the order in which they were asked for."""
    found = whatif(fix(dataset, "F2"), fix(dataset, "R1", "R2"))
    assert [one["asked"] for one in found] == [["F2"], ["R1", "R2"]]


def test_only_public_datasets_are_answered(non_clean_db: None):
    """Private and unknown ones are left out alike."""
    organization = factories.Organization()
    private = factories.Dataset(private=True, owner_org=organization["id"])
    assert whatif(fix(private, "F2"), {"package_id": "x", "indicators": []}) == []


def test_unknown_indicators_are_refused(dataset: Any):
    """By name."""
    with pytest.raises(tk.ValidationError) as caught:
        whatif(fix(dataset, "F2", "Z9"))
    assert caught.value.error_dict == {"fixes": ["Unknown indicator: Z9"]}


@pytest.mark.parametrize(
    "fixes", ["x", {}, [7], [{"package_id": 7}], [{"package_id": "a"}] * 1001]
)
def test_junk_is_refused(non_clean_db: None, fixes: Any):
    """With a message, never an error of ours."""
    context = {"user": factories.User()["name"]}
    with pytest.raises(tk.ValidationError):
        helpers.call_action("merit_quality_whatif_list", context, fixes=fixes)


def test_it_is_for_registered_users(non_clean_db: None):
    """It costs time, so somebody must ask for it."""
    with pytest.raises(tk.NotAuthorized):
        helpers.call_action(
            "merit_quality_whatif_list",
            {"user": "", "ignore_auth": False},
            fixes=[{"package_id": "x"}],
        )
