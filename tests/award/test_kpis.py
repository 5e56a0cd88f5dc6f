"""Indicators across editions, on the snapshots behind published results."""

from __future__ import annotations

from typing import Any

import pytest
from tests.award.catalogue import Machines, publish
from tests.award.test_standing import statements
from tests.contest.people import call


@pytest.fixture
def contest(non_clean_db: None) -> Machines:
    """A programme of its own, whose rules ask machines."""
    return Machines()


def released(contest: Machines, edition: Any, snapshot: Any) -> None:
    run = contest.act(
        "merit_run_compute", edition_id=edition["id"], snapshot_id=snapshot["id"]
    )
    call("merit_run_approve", contest.chair, id=run["id"])
    contest.act("merit_run_approve", id=run["id"])
    contest.act("merit_run_publish", id=run["id"], kind="provisional")


def kpis(edition: Any) -> dict[str, Any]:
    listed = call("merit_award_kpi_list", None, edition_id=edition["id"])
    return {one["code"]: one for one in listed}


def test_before_the_results_there_are_none(contest: Machines):
    """Not even for those who run the edition."""
    edition = contest.scored(("7", "5"))
    contest.take(edition["id"])
    assert kpis(edition) == {}


def test_indicators_say_what_they_are_and_of_how_many(contest: Machines):
    """New datasets of both entities; one of them improved, the other had nothing."""
    edition = contest.scored(("7", "5"), ("6", "5"))
    one, two = (entry["entity"] for entry in edition["entries"])
    poor = publish(one, notes="", license_id="notspecified")
    contest.take(edition["id"], "baseline")
    notes = "Gasto por partida y mes, con fuente y método. " * 4
    call(
        "package_patch",
        contest.sysadmin,
        id=poor["id"],
        notes=notes,
        license_id="cc-by",
    )
    publish(two)
    snapshot = contest.take(edition["id"])
    released(contest, edition, snapshot)
    found = kpis(edition)
    new, improved = found["new_datasets"], found["entities_improved"]
    assert (new["value"], new["measured"], new["of"]) == ("2", 2, 2)
    assert (improved["value"], improved["measured"], improved["of"]) == ("1", 1, 2)
    assert found["growth_factor"]["value"] is None
    assert new["snapshot_sha256"] == snapshot["sha256"]
    assert new["definition"]
    assert new["formula"]


def test_the_number_of_statements_is_constant(contest: Machines):
    """One entity or three."""
    counted = []
    for number in (1, 3):
        edition = contest.scored(*[("7", "5")] * number)
        for entry in edition["entries"]:
            publish(entry["entity"])
        released(contest, edition, contest.take(edition["id"]))
        kpis(edition)
        counted.append(statements(lambda edition=edition: kpis(edition)))
    assert counted[0] == counted[1]
