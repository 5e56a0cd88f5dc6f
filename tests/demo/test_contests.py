"""The sample award: a finished and a running edition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.contest.people import call

from ckan.tests import factories

from ckanext.merit.cli import merit

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def run(cli: Any, *words: Any, code: int = 0) -> str:
    result = cli.invoke(merit, ["demo", *map(str, words)])
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


@pytest.fixture
def award(cli: Any, tmp_path: Path) -> list[dict[str, Any]]:
    """The sample editions over three entities, latest first."""
    # The last by name is not admitted.
    titles = ("Ministerio de Salud", "Municipalidad de Puerto Lirio", "Instituto")
    for number, title in enumerate(titles):
        entity = factories.Organization(name=f"entidad-{number}", title=title)
        factories.Dataset(owner_org=entity["id"])
    run(cli, "accounts", "--output", tmp_path / "accounts.json")
    run(cli, "contests")
    return call("merit_edition_list", None)["results"]


def test_one_is_finished_and_one_is_running(award: list[dict[str, Any]]):
    """Visitors see final results of the first, and the second at its jury."""
    editions = {row["slug"]: row for row in award}
    finished, running = editions["2025"], editions["2026"]
    assert (finished["state"], running["state"]) == ("closed", "published")
    results = call("merit_publication_list", None, edition_id=finished["id"])
    assert [row["kind"] for row in results] == ["final", "provisional"]
    told = call("merit_distinction_list", None, edition_id=finished["id"])
    assert [row["place"] for row in told if row["type"] == "place"]
    appeals = call("merit_appeal_list", "demo-secretaria", edition_id=running["id"])
    assert [row["state"] for row in appeals] == ["filed"]
    tasks = call("merit_assignment_mine", "demo-jurado3", edition_id=running["id"])
    assert {row["state"] for row in tasks} == {"assigned"}


def test_evidence_of_the_running_edition_waits_in_every_state(
    award: list[dict[str, Any]],
):
    """The office has something to accept, and an entity something to correct."""
    running = next(row for row in award if row["slug"] == "2026")
    found = call(
        "merit_award_evidence_screen_list",
        "demo-secretaria",
        edition_id=running["id"],
        limit=100,
    )["results"]
    states = {row["state"] for row in found}
    assert states == {"accepted", "returned", "submitted"}


def test_local_governments_have_a_region_and_days_begin_at_midnight(
    award: list[dict[str, Any]],
):
    """Results can be read by region; nothing opens or closes at an odd minute."""
    running = next(row for row in award if row["slug"] == "2026")
    entries = call("merit_entry_list", None, edition_id=running["id"])["results"]
    assert {row["title"]: row["region"] for row in entries} == {
        "Ministerio de Salud": None,
        "Municipalidad de Puerto Lirio": "Costa Norte",
    }
    phases = call("merit_edition_show", None, id=running["id"])["phases"]
    assert {row["opens_at"][10:16] for row in phases} == {"T05:00"}


def test_a_second_run_changes_nothing(cli: Any, award: list[dict[str, Any]]):
    """Nothing is made twice."""
    assert "exists already" in run(cli, "contests")
    assert call("merit_edition_list", None)["results"] == award


def test_accounts_come_first(cli: Any):
    """Without them the command says what to run."""
    assert "demo accounts" in run(cli, "contests", code=1)
