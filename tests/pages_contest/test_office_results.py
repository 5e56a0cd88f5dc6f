"""The office computes, looks, approves with the chair, and publishes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.award.catalogue import Machines
from tests.contest.people import RULES, Contest, person
from tests.pages_contest.office import Office


@pytest.fixture
def office(app: Any, contest: Contest) -> Office:
    return Office(app, contest, contest.scored(("9", "1"), ("5", "8")))


def computed(office: Office) -> str:
    """The id of a run that was computed by the form."""
    done = office.post("/results")
    assert done.status_code == 303
    return done.location.rsplit("/", 1)[1]


def test_from_a_run_to_provisional_results(office: Office):
    """Computed, approved by two people, published."""
    key = computed(office)
    page = office.get(f"/results/{key}")
    assert page.status_code == 200
    assert "Krippendorff" in page.body
    approve = f"/runs/{key}/approve"
    assert office.post(approve).status_code == 400
    assert office.post(approve, confirm="true").status_code == 303
    twice = office.post(approve, confirm="true")
    assert twice.status_code in {400, 403}
    chair = office.contest.chair
    assert office.post(approve, chair, confirm="true").status_code == 303
    form = {"kind": "provisional", "confirm": "true"}
    assert office.post(f"/runs/{key}/publish", **form).status_code == 303
    shown = office.contest.act("merit_edition_show", id=office.edition["id"])
    assert shown["state"] == "provisional"
    assert "1. Provisional results" in office.get("/results").body


class Titled(Contest):
    """A contest whose criteria have titles."""

    def rules(self, edition_id: str, source: str = RULES) -> dict[str, Any]:
        """Put our rules in force."""
        source = source.replace("licence,", "licence, title: Licence,")
        return super().rules(edition_id, source.replace("mat,", "mat, title: Format,"))


def test_points_stand_in_the_order_of_the_rules(app: Any, non_clean_db: None):
    """Not in the one in which the database keeps them."""
    contest = Titled()
    office = Office(app, contest, contest.scored(("9", "1")))
    page = office.get(f"/results/{computed(office)}")
    heads = re.findall(r'merit-number">(Licence|Format|Total)</th>', page.body)
    assert heads == ["Licence", "Format", "Total"]


def test_a_run_is_computed_on_the_latest_cut_off(app: Any, non_clean_db: None):
    """It is chosen already, and named by its kind and its instant in words."""
    contest = Machines()
    office = Office(app, contest, contest.scored(("7", "5")))
    contest.take(office.edition["id"], "baseline")
    chosen = re.compile(r'<option value="[^"]+" selected>([^<]*)<')
    assert chosen.findall(office.get("/results").body) == []
    contest.take(office.edition["id"], "cut_off")
    contest.take(office.edition["id"], "baseline")
    (name,) = chosen.findall(office.get("/results").body)
    assert re.match(r"Cut-off, \d+ \w+ \d{4}, \d\d:\d\d \(America/Lima\), ", name)


def test_what_is_closed_is_not_published_again(office: Office):
    """Neither provisionally nor as final; before it is offered."""
    key = office.contest.approved(office.edition["id"])["id"]
    publish = f"/office/runs/{key}/publish"
    assert publish in office.get(f"/results/{key}").body
    office.contest.act("merit_run_publish", id=key, kind="provisional")
    office.contest.close(office.edition["id"], "appeals")
    office.contest.act("merit_run_publish", id=key, kind="final")
    office.contest.act("merit_edition_close", id=office.edition["id"])
    assert publish not in office.get(f"/results/{key}").body


def test_results_can_wait_for_their_instant(office: Office):
    """Published with an embargo, the office sees that they are not visible yet."""
    run = office.contest.approved(office.edition["id"])
    form = {"kind": "provisional", "visible_from": "2040-01-01T00:00"}
    done = office.post(f"/runs/{run['id']}/publish", **form, confirm="true")
    assert done.status_code == 303
    assert "not visible yet" in office.get("/results").body


def test_the_record_is_printed_with_its_digests(office: Office):
    """Whoever holds the paper can compare."""
    run = office.contest.approved(office.edition["id"])
    page = office.get(f"/results/{run['id']}/record")
    assert page.status_code == 200
    assert run["digest"] in page.body
    assert run["input_sha256"] in page.body
    for entry in office.edition["entries"]:
        assert entry["title"] in page.body


def test_ties_and_levels_are_words_on_the_record(app: Any, non_clean_db: None):
    """As on the public page: no code of a tie, and the level that was won."""
    contest = Prized()
    office = Office(app, contest, contest.scored(("9", "9"), ("9", "9"), ("2", "2")))
    run = contest.approved(office.edition["id"])
    contest.act("merit_run_publish", id=run["id"], kind="provisional")
    contest.close(office.edition["id"], "appeals")
    contest.act("merit_run_publish", id=run["id"], kind="final")
    contest.act("merit_distinction_propose", id=run["id"])
    pages = [office.get(f"/results/{run['id']}{end}").body for end in ("", "/record")]
    assert [page.count("Shares its rank: equal in everything") for page in pages] == [
        2,
        2,
    ]
    assert "ex_aequo" not in "".join(pages)
    title = office.edition["entries"][0]["title"]
    assert f"Gold: <bdi>{title}</bdi> (proposed)" in pages[1]


class Prized(Contest):
    """A contest whose rules give levels."""

    def rules(self, edition_id: str, source: str = RULES) -> dict[str, Any]:
        """Put our rules in force."""
        return super().rules(edition_id, source + "prizes: {levels: {gold: 80}}\n")


def test_other_weights_are_tried_in_the_address(office: Office):
    """The ranking turns on the page, and stays what it was."""
    key = computed(office)
    page = office.get(f"/results/{key}/weights?w-format=9")
    assert page.status_code == 200
    assert page.body.count("(moves)") == 2
    assert "(moves)" not in office.get(f"/results/{key}/weights").body
    wrong = office.get(f"/results/{key}/weights?w-format=zero")
    assert wrong.status_code == 400
    assert 'value="zero"' in wrong.body


def test_the_page_says_what_moved(office: Office):
    """Against the last publication."""
    run = office.contest.approved(office.edition["id"])
    office.contest.act("merit_run_publish", id=run["id"], kind="provisional")
    gone = office.edition["entries"][0]
    office.contest.act("merit_entry_disqualify", id=gone["id"], reason="r", hearing="h")
    later = computed(office)
    page = office.get(f"/results/{later}/difference")
    assert gone["title"] in page.body
    assert office.get(f"/results/{run['id']}/difference").status_code == 200


def test_runs_are_not_for_strangers(office: Office):
    """Nor for those who only hold an account, nor under another edition's address."""
    key = computed(office)
    paths = ("/results", f"/results/{key}", f"/results/{key}/record")
    for path in paths:
        assert office.get(path, person()).status_code == 403
    other = Office(office.app, office.contest, office.contest.evaluating())
    for path in paths[1:]:
        assert other.get(path).status_code == 404
    assert other.post(f"/runs/{key}/discard", reason="r").status_code == 404


def test_a_refusal_is_said_on_the_page(app: Any, contest: Contest):
    """While the jury's phase is open nothing is computed."""
    office = Office(app, contest, contest.evaluating())
    page = office.post("/results")
    assert page.status_code == 400
    assert "The jury" in page.body


@pytest.mark.parametrize("path", ["", "/record", "/weights", "/difference"])
def test_queries_don_t_grow(app: Any, contest: Contest, path: str, count_sql: Any):
    """A run's pages take as many queries for two entries as for seven."""

    def seen(number: int) -> int:
        edition = contest.scored(*[("5", "5")] * number)
        office = Office(app, contest, edition)
        run = contest.act("merit_run_compute", edition_id=edition["id"])
        office.get(f"/results/{run['id']}{path}")
        with count_sql() as statements:
            office.get(f"/results/{run['id']}{path}")
        return len(statements)

    assert seen(7) == seen(2)
