"""Indicators across editions, on the snapshots behind published results."""

from __future__ import annotations

from typing import Any

import pytest
from tests.award.catalogue import Machines, publish
from tests.contest.people import call
from tests.pages_contest.public_kit import address, opened, words

from ckan import model

from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry


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


def following(contest: Machines) -> tuple[Any, Any]:
    """Two editions with results, one after the other: one new dataset, then two."""
    editions = []
    for number in (1, 2):
        edition = contest.scored(("7", "5"))
        for _ in range(number):
            publish(edition["entries"][0]["entity"])
        released(contest, edition, contest.take(edition["id"]))
        editions.append(edition)
    first, second = editions
    row: Any = model.Session.get(Edition, second["id"])
    row.cloned_from = first["id"]
    model.Session.commit()
    return first, second


def test_editions_compare(contest: Machines):
    """The history goes back to the first, each with its own window and snapshot."""
    first, second = following(contest)
    found = kpis(second)
    growth = found["growth_factor"]
    assert (growth["value"], growth["owner"]) == ("2", "Secretariat of the programme")
    assert [
        (one["slug"], one["value"]) for one in found["new_datasets"]["history"]
    ] == [
        (second["slug"], "2"),
        (first["slug"], "1"),
    ]
    assert [one["value"] for one in growth["history"]] == ["2", None]
    digests = {one["snapshot_sha256"] for one in growth["history"]}
    assert len(digests) == 2
    assert kpis(first)["new_datasets"]["history"] == [
        found["new_datasets"]["history"][1]
    ]


def test_who_is_out_no_longer_counts(contest: Machines):
    """Though numbers are kept, those of other entries are other numbers."""
    edition = contest.scored(("7", "5"), ("6", "5"))
    for entry in edition["entries"]:
        publish(entry["entity"])
    released(contest, edition, contest.take(edition["id"]))
    assert kpis(edition)["new_datasets"]["value"] == "2"
    row: Any = model.Session.get(Entry, edition["entries"][0]["id"])
    row.state = "disqualified"
    model.Session.commit()
    assert kpis(edition)["new_datasets"]["value"] == "1"


def test_the_page(app: Any, contest: Machines):
    """Linked from the results: each indicator with its editions, and who answers."""
    _, second = following(contest)
    place = address(contest, second, "/indicators")
    links = opened(app, address(contest, second, "/results")).select("a")
    assert place in [link["href"] for link in links]
    page = opened(app, place)
    assert "Secretariat of the programme" in words(page)
    assert [len(table.select("tbody tr")) for table in page.select("table")] == [2] * 3
    assert "2 times as many" in words(page)


def test_the_page_before_the_results(app: Any, contest: Machines):
    """It says when there will be some."""
    page = opened(app, address(contest, contest.published(), "/indicators"))
    assert "There are indicators once results" in words(page)


def test_another_delta_reads_nothing_again(contest: Machines, count_sql: Any):
    """What was measured is kept for every number of points that may be asked for."""
    edition = contest.scored(("7", "5"))
    publish(edition["entries"][0]["entity"])
    released(contest, edition, contest.take(edition["id"]))
    kpis(edition)
    with count_sql() as seen:
        call("merit_award_kpi_list", None, edition_id=edition["id"], delta=50)
    assert [line for line in seen if "merit_snapshot_part" in line] == []


def test_the_number_of_statements_is_constant(contest: Machines, count_sql: Any):
    """One entity or three."""
    counted = []
    for number in (1, 3):
        edition = contest.scored(*[("7", "5")] * number)
        for entry in edition["entries"]:
            publish(entry["entity"])
        released(contest, edition, contest.take(edition["id"]))
        kpis(edition)
        with count_sql() as seen:
            kpis(edition)
        counted.append(len(seen))
    assert counted[0] == counted[1]
