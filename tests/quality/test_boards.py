"""What overview and league answer: only what is public, and in few statements."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from tests.quality.asking import assess, call, sql

import ckantoolkit as tk
from ckan import model
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def test_overview_counts_what_is_public(catalogue: Any):
    """Nothing hidden is counted; bands and histogram add up to the rated datasets."""
    answer = call("merit_quality_overview_show")
    assert (answer["datasets"], answer["rated"], answer["pending"]) == (4, 3, 1)
    assert answer["provisional"] == 0
    assert sum(answer["bands"].values()) == 3
    assert sum(bin_["count"] for bin_ in answer["histogram"]) == 3
    assert [bin_["from"] for bin_ in answer["histogram"]] == list(range(0, 100, 10))


def test_overview_mean_and_losses(catalogue: Any):
    """The mean is that of the exact scores; the dearest indicator comes first."""
    results = call("merit_quality_list", status="rated")["results"]
    mean = sum(Fraction(row["score"]) for row in results) / len(results)
    answer = call("merit_quality_overview_show")
    assert answer["mean_display"] == f"{int(mean * 10) / 10}"
    lost = dict.fromkeys((row["id"] for row in answer["indicators"]), Fraction(0))
    below = dict.fromkeys(lost, 0)
    for row in results:
        for finding in call("merit_quality_show", id=row["package_id"])["indicators"]:
            short = Fraction(finding["possible"]) - Fraction(finding["earned"])
            lost[finding["id"]] += short / len(results)
            below[finding["id"]] += short > 0
    found = {row["id"]: row for row in answer["indicators"]}
    assert {key: row["datasets_below"] for key, row in found.items()} == below
    for key, points in lost.items():
        shown = Fraction(found[key]["lost_points_mean_display"])
        assert shown <= points < shown + Fraction(11, 100)
    order = [-lost[row["id"]] for row in answer["indicators"]]
    assert order == sorted(order)


def test_empty_portal():
    """A portal without datasets has an overview and a league all the same."""
    answer = call("merit_quality_overview_show")
    assert (answer["datasets"], answer["mean_display"]) == (0, None)
    assert call("merit_quality_league_list") == {"count": 0, "results": []}


@pytest.fixture
def teams(dataset: Any) -> dict[str, str]:
    """Organisations with six, five, five and four equal datasets, by letter."""
    found = {}
    for letter, count in (("a", 6), ("b", 5), ("c", 5), ("d", 4)):
        organization = factories.Organization(title=f"Entidad {letter}")
        found[letter] = organization["id"]
        for number in range(count):
            dataset(
                title=f"Arbolado {letter} número {number}",
                owner_org=organization["id"],
                tags=[] if letter == "a" and number else [{"name": "árbol"}],
            )
    sql("UPDATE merit_work SET due_at = now()")
    ids = [row[0] for row in model.Session.execute(sa.text("SELECT id FROM package"))]
    assess(*ids)
    return found


def test_league(teams: dict[str, str]):
    """Equal means share a rank, the next one is skipped, under five has none."""
    results = call("merit_quality_league_list")["results"]
    by_id = {row["organization"]["id"]: row for row in results}
    ranks = {letter: by_id[id_]["rank"] for letter, id_ in teams.items()}
    assert ranks == {"a": 3, "b": 1, "c": 1, "d": None}
    assert by_id[teams["b"]]["mean"] == by_id[teams["c"]]["mean"]
    assert results[-1]["organization"]["id"] == teams["d"]
    assert [by_id[id_]["rated"] for id_ in teams.values()] == [6, 5, 5, 4]
    assert by_id[teams["a"]]["size_class"] == "small"


def test_a_mean_is_shown_as_it_is(teams: dict[str, str]):
    """What scores lose when they are stored is not missing from their mean."""
    sql("UPDATE merit_assessment SET score = 70")
    sql(
        "UPDATE merit_assessment SET score = CASE number WHEN 1 THEN 69.666666666666 "
        "WHEN 2 THEN 70.333333333333 ELSE 70 END FROM (SELECT package_id AS id, "
        "row_number() OVER (PARTITION BY owner_org) AS number FROM merit_assessment "
        "JOIN package ON package.id = package_id) AS numbers WHERE id = package_id"
    )
    for row in call("merit_quality_league_list")["results"]:
        assert (row["mean"], row["mean_display"]) == ("70.000000000", "70.0")
    assert call("merit_quality_overview_show")["mean_display"] == "70.0"


def test_league_pages_and_sizes(teams: dict[str, str]):
    """The count is that of all pages; a size class has its own ranks."""
    answer = call("merit_quality_league_list", limit=1, offset=1)
    assert (answer["count"], len(answer["results"])) == (4, 1)
    assert call("merit_quality_league_list", size_class="medium")["count"] == 0
    assert call("merit_quality_league_list", size_class="small")["count"] == 4


def test_league_change(teams: dict[str, str]):
    """The change is that of the datasets that had a score by the same rules then."""
    past = datetime.now(timezone.utc) - timedelta(days=100)
    sql(
        "UPDATE merit_assessment_history h SET assessed_at = :past, score = h.score - 2"
        " FROM package p WHERE p.id = h.package_id AND p.owner_org = :org",
        past=past,
        org=teams["b"],
    )
    sql(
        "UPDATE merit_assessment_history h SET assessed_at = :past, score = 1, "
        "profile_version = '0' FROM package p "
        "WHERE p.id = h.package_id AND p.owner_org = :org",
        past=past,
        org=teams["c"],
    )
    results = call("merit_quality_league_list")["results"]
    found = {row["organization"]["id"]: row["change_90d_display"] for row in results}
    assert found[teams["b"]] == "2.0"
    assert found[teams["a"]] is found[teams["c"]] is None


def test_league_by_change(teams: dict[str, str]):
    """Those that rose most come first; without a rank, or unknown, they come last."""
    past = datetime.now(timezone.utc) - timedelta(days=100)
    for letter, points in (("a", 3), ("b", 2), ("d", 9)):
        sql(
            "UPDATE merit_assessment_history h SET assessed_at = :past, "
            "score = h.score - :points FROM package p "
            "WHERE p.id = h.package_id AND p.owner_org = :org",
            past=past,
            points=points,
            org=teams[letter],
        )
    answer = call("merit_quality_league_list", sort="change")
    letters = {id_: letter for letter, id_ in teams.items()}
    found = [
        (letters[row["organization"]["id"]], row["rank"], row["change_90d_display"])
        for row in answer["results"]
    ]
    assert found == [
        *(("a", 3, "3.0"), ("b", 1, "2.0"), ("c", 1, None), ("d", None, "9.0")),
    ]
    page = call("merit_quality_league_list", sort="change", limit=1, offset=1)
    assert [row["organization"]["id"] for row in page["results"]] == [teams["b"]]
    # 6 datasets rose by 3 points, 5 by 2 and 4 by 9.
    assert call("merit_quality_overview_show")["change_90d_display"] == "4.2"
    with pytest.raises(tk.ValidationError):
        call("merit_quality_league_list", sort="name")


def test_coverage(teams: dict[str, str]):
    """How much of what applies was checked, of an entity and of the portal."""
    sql(
        "UPDATE merit_assessment SET coverage = 0.9 FROM package p "
        "WHERE p.id = package_id AND p.owner_org = :org",
        org=teams["a"],
    )
    sql(
        "UPDATE merit_assessment SET coverage = 1 FROM package p "
        "WHERE p.id = package_id AND p.owner_org <> :org",
        org=teams["a"],
    )
    rows = call("merit_quality_league_list")["results"]
    found = {row["organization"]["id"]: row["coverage_display"] for row in rows}
    assert found == {
        id_: "90.0" if letter == "a" else "100.0" for letter, id_ in teams.items()
    }
    assert call("merit_quality_overview_show")["coverage_display"] == "97.0"


def test_league_hides_private(teams: dict[str, str]):
    """A private dataset leaves mean and count at once, before any new assessment."""
    sql(
        "UPDATE package SET private = true WHERE id = "
        "(SELECT min(id) FROM package WHERE owner_org = :org)",
        org=teams["b"],
    )
    results = call("merit_quality_league_list")["results"]
    (row,) = (row for row in results if row["organization"]["id"] == teams["b"])
    assert (row["datasets"], row["rated"], row["rank"]) == (4, 4, None)


def test_statements_of_aggregates_do_not_grow(teams: dict[str, str], count_sql: Any):
    """Overview, league and list cost as many statements for few rows as for many."""
    for action, limits in (
        ("merit_quality_league_list", (1, 100)),
        ("merit_quality_list", (1, 100)),
    ):
        counts = []
        for limit in limits:
            with count_sql() as seen:
                call(action, limit=limit)
            counts.append(len(seen))
        assert counts[0] == counts[1]
