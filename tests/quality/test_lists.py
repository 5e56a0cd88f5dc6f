"""What the lists of datasets and the badges answer, and to whom."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from tests.quality.asking import call, sql

import ckantoolkit as tk
from ckan import model

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


BADGE_KEYS = {
    *("found", "status", "display", "band", "profile", "issued_at", "valid_until"),
    *("expired", "version"),
}


def names(answer: dict[str, Any], catalogue: dict[str, Any]) -> list[str]:
    keys = {package["id"]: key for key, package in catalogue.items()}
    return [keys[row["package_id"]] for row in answer["results"]]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ["good", "poor", "bad", "new"]),
        ({"sort": "score asc"}, ["bad", "poor", "good", "new"]),
        ({"sort": "title"}, ["good", "poor", "bad", "new"]),
        ({"q": "ANCO"}, ["poor"]),
        ({"q": "arbo"}, ["good"]),
        ({"q": "ÁRBO"}, ["good"]),
        ({"q": "%"}, []),
        ({"status": "not_rated"}, ["new"]),
        ({"band": "none"}, ["bad"]),
        ({"limit": 1, "offset": 1}, ["poor"]),
    ],
)
def test_list(catalogue: Any, parameters: dict[str, Any], expected: list[str]):
    """Public datasets, filtered and sorted; those without a score come last."""
    answer = call("merit_quality_list", **parameters)
    assert names(answer, catalogue) == expected
    assert answer["count"] == (len(expected) if "limit" not in parameters else 4)


def test_list_by_gain(catalogue: Any):
    """The most useful improvement comes first, exact, with its indicator."""
    results = call("merit_quality_list", sort="gain desc", status="rated")["results"]
    gains = [Fraction(row["top_gain"]) for row in results]
    assert gains == sorted(gains, reverse=True)
    for row in results:
        stored = call("merit_quality_show", id=row["package_id"])["indicators"]
        assert row["top_gain"] == next(
            finding["gain"] for finding in stored if finding["id"] == row["top_fix"]
        )


def test_list_of_an_organization(catalogue: Any, entity: dict[str, Any]):
    """An organisation's datasets by its name; an unknown one is not found."""
    answer = call("merit_quality_list", organization=entity["name"], sort="title")
    assert names(answer, catalogue) == ["good", "poor", "new"]
    with pytest.raises(tk.ObjectNotFound):
        call("merit_quality_list", organization="nobody")


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("editor", ["good", "poor", "private", "draft", "new"]),
        ("member", ["good", "poor", "private", "new"]),
    ],
)
def test_list_with_private(
    catalogue: Any, entity: dict[str, Any], person: str, expected: list[str]
):
    """Members see private datasets of their own, editors drafts too."""
    answer = call(
        "merit_quality_list",
        entity["people"][person],
        organization=entity["id"],
        include_private=True,
        sort="title",
    )
    assert names(answer, catalogue) == expected


def test_list_with_private_is_for_members(catalogue: Any, entity: dict[str, Any]):
    """Nobody else, and nobody for all organisations at once."""
    for person, organization in (
        (None, entity["id"]),
        (entity["people"]["outsider"], entity["id"]),
        (entity["people"]["editor"], None),
    ):
        chosen = {"organization": organization} if organization else {}
        with pytest.raises(tk.NotAuthorized):
            call("merit_quality_list", person, include_private=True, **chosen)


@pytest.mark.parametrize(
    "parameters",
    [{"sort": "id; DROP"}, {"band": "platinum"}, {"limit": -1}, {"status": "x"}],
)
def test_list_refuses_nonsense(parameters: dict[str, Any]):
    """Unknown sort orders, bands and sizes are refused."""
    with pytest.raises(tk.ValidationError):
        call("merit_quality_list", **parameters)


def test_summaries(catalogue: Any, count_sql: Any):
    """One statement for all, and nothing of what isn't public."""
    ids = [package["id"] for package in catalogue.values()]
    with count_sql() as seen:
        answer = call("merit_quality_summary_list", ids=[*ids, "unknown"])
    assert set(answer) == {catalogue[key]["id"] for key in ("good", "poor", "bad")}
    assert set(answer[catalogue["good"]["id"]]) == {
        *("status", "display", "band", "expired", "sentence"),
    }
    assert len([line for line in seen if "merit_assessment" in line]) == 1
    assert len(seen) == 1


def test_summaries_are_asked_for_in_parts():
    """As many as a page of CKAN's has; one more is refused."""
    ids = [f"id-{number}" for number in range(1_001)]
    assert call("merit_quality_summary_list", ids=ids[1:]) == {}
    with pytest.raises(tk.ValidationError, match="at most 1000 ids"):
        call("merit_quality_summary_list", ids=ids)


@pytest.mark.parametrize("key", ["private", "draft", "deleted", "unknown"])
def test_badge_is_neutral(catalogue: Any, entity: dict[str, Any], key: str):
    """What isn't public has one and the same badge, for its editors too."""
    neutral = call("merit_quality_badge_show", id="nobody-knows-it")
    assert set(neutral) == BADGE_KEYS
    assert (neutral["found"], neutral["band"]) == (False, None)
    package = catalogue.get(key, {"id": "x", "name": "y"})
    for name in (package["id"], package["name"]):
        for user in (None, entity["people"]["editor"]):
            assert call("merit_quality_badge_show", user, id=name) == neutral


def test_badge(catalogue: Any, count_sql: Any):
    """A public dataset's badge by id or name, in at most two statements."""
    package = catalogue["good"]
    with count_sql() as seen:
        answer = call("merit_quality_badge_show", id=package["name"])
    assert len(seen) <= 2
    assert answer == call("merit_quality_badge_show", id=package["id"])
    assert set(answer) == BADGE_KEYS
    assert (answer["found"], answer["status"]) == (True, "rated")


def test_badge_leaves_transactions_alone(catalogue: Any):
    """What somebody was changing stays open, and connections come back unchanged."""
    model.Session.execute(sa.text("UPDATE merit_assessment SET band = 'gold'"))
    call("merit_quality_badge_show", id=catalogue["good"]["id"])
    model.Session.rollback()
    assert call("merit_quality_badge_show", id=catalogue["good"]["id"])["band"] != (
        "gold"
    )
    with model.meta.engine.connect() as connection:
        assert connection.connection.dbapi_connection.autocommit is False


@pytest.mark.parametrize("parameters", [{}, {"id": ""}, {"id": None}])
def test_badge_needs_a_name(parameters: dict[str, Any]):
    """Without a dataset there is no badge to show."""
    with pytest.raises(tk.ValidationError) as refused:
        call("merit_quality_badge_show", **parameters)
    assert refused.value.error_dict == {"id": ["Missing value"]}


def test_results_of_another_profile_are_none(
    catalogue: Any, count_sql: Any, monkeypatch: pytest.MonkeyPatch
):
    """Until it is assessed again a dataset is not rated, whatever it was before."""
    monkeypatch.setitem(tk.config, "ckanext.merit.quality.profile", "default-1.0")
    sql("UPDATE merit_assessment SET profile_id = 'gone', top_fix = 'GONE'")
    key = catalogue["good"]["id"]
    shown = call("merit_quality_show", id=key)
    assert (shown["status"], shown["reason"]) == ("not_rated", "pending")
    assert shown["profile"]["id"] == "default-1.0"
    assert call("merit_quality_badge_show", id=key) == call(
        "merit_quality_badge_show", id="nobody-knows-it"
    )
    with count_sql() as seen:
        assert call("merit_quality_summary_list", ids=[key]) == {}
    assert len(seen) == 1
    rows = call("merit_quality_list")["results"]
    assert {(row["status"], row["score"], row["top_fix"]) for row in rows} == {
        ("not_rated", None, None)
    }
    assert call("merit_quality_list", status="not_rated")["count"] == len(rows)
    assert call("merit_quality_list", band="gold")["count"] == 0


def test_expired_badge(catalogue: Any):
    """A badge whose time is over says so, everywhere."""
    package = catalogue["good"]
    sql("UPDATE merit_assessment SET valid_until = now() - interval '1 day'")
    assert call("merit_quality_badge_show", id=package["id"])["expired"] is True
    assert call("merit_quality_show", id=package["id"])["expired"] is True
    (row,) = call("merit_quality_list", q="Árboles")["results"]
    assert row["expired"] is True
