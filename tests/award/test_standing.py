"""Where an entry stands, and where it could."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.award.catalogue import RULES, Machines, expire, publish
from tests.contest.people import call, holder

import ckantoolkit as tk


@pytest.fixture
def contest(non_clean_db: None) -> Machines:
    """A programme of its own, whose rules ask machines."""
    return Machines()


@pytest.fixture
def entry(contest: Machines) -> Any:
    """An admitted entry of a published edition."""
    return contest.entered(contest.published()["id"])


def assess(*datasets: Any) -> None:
    ids = [one["id"] for one in datasets]
    tk.get_action("merit_quality_assess")({"ignore_auth": True}, {"ids": ids})


def standing(entry: Any) -> Any:
    return entry["entity"].act("merit_award_standing_show", entry_id=entry["id"])


def line(shown: Any, code: str) -> Any:
    return next(one for one in shown["criteria"] if one["code"] == code)


def test_the_standing_is_the_catalogue_as_it_is_now(entry: Any):
    """Before the cut-off it moves with every dataset."""
    publish(entry["entity"])
    shown = standing(entry)
    assert shown["live"] is True
    new = line(shown, "new")
    assert (new["value"], new["u"], new["points"], new["maximum"]) == (
        "1",
        "0.25",
        "4.17",
        "16.67",
    )
    publish(entry["entity"])
    assert line(standing(entry), "new")["value"] == "2"


def test_a_line_says_what_is_measured_and_how(entry: Any):
    """In words, with the title that the rules give."""
    new = line(standing(entry), "new")
    assert (new["title"], new["metric"], new["metric_title"], new["unit"]) == (
        {"es": "Conjuntos nuevos", "en": "New datasets"},
        "new_datasets",
        "New datasets",
        "datasets",
    )
    assert new["help"]


def test_datasets_to_fix_are_named_with_their_gain(entry: Any):
    """The indicators that help, and the points that the fix would add."""
    good = publish(entry["entity"])
    closed = publish(entry["entity"], "Cerrado", license_id="notspecified")
    assess(good, closed)
    licences = line(standing(entry), "licences")
    (named,) = licences["datasets"]
    assert (named["id"], named["title"], named["gain"]) == (
        closed["id"],
        "Cerrado",
        "16.66",
    )
    assert named["indicators"] == ["R1", "R2"]


def test_after_the_cut_off_the_snapshot_counts(contest: Machines, entry: Any):
    """With what was decided about it."""
    for _ in range(2):
        publish(entry["entity"], resources=[])
    publish(entry["entity"], license_id="notspecified")
    edition_id = entry["edition_id"]
    taken = contest.take(edition_id)
    publish(entry["entity"])
    shown = standing(entry)
    assert (shown["live"], shown["taken_at"]) == (False, taken["taken_at"])
    assert line(shown, "licences")["value"] == "0.666666666667"
    found = contest.act("merit_award_finding_list", edition_id=edition_id)
    (finding,) = found["results"]
    expire(finding)
    contest.act(
        "merit_award_finding_decide", id=finding["id"], outcome="uphold", reason="x"
    )
    assert line(standing(entry), "licences")["value"] == "0"


def test_the_standing_is_what_the_run_gives(contest: Machines):
    """The same numbers on the dashboard and in the result."""
    edition = contest.scored(("7", "5"))
    (entry,) = edition["entries"]
    publish(entry["entity"], license_id="notspecified")
    publish(entry["entity"])
    taken = contest.take(edition["id"])
    run = contest.act(
        "merit_run_compute", edition_id=edition["id"], snapshot_id=taken["id"]
    )
    (row,) = contest.act("merit_run_show", id=run["id"])["rows"]
    shown = standing(entry)
    points = {one["code"]: one["points"] for one in shown["criteria"]}
    assert points == {code: row["points"][code] for code in points}


def test_what_if_runs_the_metrics_on_altered_facts(entry: Any):
    """Fixing the licence of one of two datasets."""
    good = publish(entry["entity"])
    closed = publish(entry["entity"], license_id="notspecified")
    assess(good, closed)
    shown = entry["entity"].act(
        "merit_award_whatif_show",
        entry_id=entry["id"],
        fixes=[{"package_id": closed["id"], "indicators": ["R1", "R2"]}],
    )
    before, after = shown["before"], shown["after"]
    assert line(before, "licences")["points"] == "16.67"
    assert line(after, "licences")["points"] == "33.33"
    assert line(after, "new")["value"] == "2"
    assert Fraction(after["total"]) > Fraction(before["total"])
    (fix,) = shown["fixes"]
    assert fix["indicators"] == ["R1", "R2"]
    assert Fraction(fix["after"]) > Fraction(fix["before"])


def test_what_if_comes_true(contest: Machines, entry: Any):
    """Whoever does what was asked stands where it was said."""
    closed = publish(entry["entity"], license_id="notspecified")
    assess(closed)
    fixes = [{"package_id": closed["id"], "indicators": ["R1", "R2"]}]
    told = entry["entity"].act(
        "merit_award_whatif_show", entry_id=entry["id"], fixes=fixes
    )
    call("package_patch", contest.sysadmin, id=closed["id"], license_id="cc-by")
    assess(closed)
    assert standing(entry)["total"] == told["after"]["total"]


def test_what_if_is_about_ones_own_datasets(entry: Any, contest: Machines):
    """Another entity's are refused."""
    other = publish(contest.entity())
    with pytest.raises(tk.ValidationError) as caught:
        entry["entity"].act(
            "merit_award_whatif_show",
            entry_id=entry["id"],
            fixes=[{"package_id": other["id"]}],
        )
    assert caught.value.error_dict == {"fixes": ["Not a dataset of this entry"]}


def test_who_sees_a_standing(contest: Machines, entry: Any):
    """Those behind the entry, secretariat, observers; neither jury nor others."""
    programme_id = contest.programme["id"]
    juror = contest.juror(entry["edition_id"])
    key = {"entry_id": entry["id"]}
    for user in (
        entry["entity"].admin,
        entry["entity"].editor,
        contest.secretary,
        contest.sysadmin,
        holder(programme_id, "observer"),
    ):
        assert call("merit_award_standing_show", user, **key)["total"] == "0.00"
    fixes = [{"package_id": "x"}]
    for user in (None, contest.chair, juror.user, contest.entity().admin):
        with pytest.raises(tk.NotAuthorized):
            call("merit_award_standing_show", user, **key)
        with pytest.raises(tk.NotAuthorized):
            call("merit_award_whatif_show", user, **key, fixes=fixes)


def test_the_number_of_statements_is_constant(entry: Any, count_sql: Any):
    """One dataset or nine."""
    datasets = [publish(entry["entity"], license_id="notspecified")]
    assess(*datasets)
    standing(entry)
    with count_sql() as few:
        standing(entry)
    datasets += [publish(entry["entity"], license_id="notspecified") for _ in range(8)]
    assess(*datasets)
    with count_sql() as many:
        standing(entry)
    assert len(many) == len(few)


def test_each_stage_has_its_own_snapshot(contest: Machines):
    """The criteria of one stage are frozen, the others move on."""
    source = RULES.replace("root:\n", "stages: {first: one}\nroot:\n").replace(
        "  - code: new\n",
        "  - code: one\n    of:\n    - {code: fresh, metric: "
        "open_licences, goalposts: [0, 1], missing: zero}\n  - code: new\n",
    )
    edition = contest.ready()
    stage = contest.act(
        "merit_stage_create",
        edition_id=edition["id"],
        code="first",
        position=1,
        title="Primera",
    )
    contest.rules(edition["id"], source)
    contest.act("merit_edition_publish", id=edition["id"])
    entry = contest.entered(edition["id"])
    publish(entry["entity"])
    contest.take(edition["id"], stage_id=stage["id"])
    publish(entry["entity"], license_id="notspecified")
    shown = standing(entry)
    assert shown["live"] is True
    assert (line(shown, "fresh")["value"], line(shown, "licences")["value"]) == (
        "1",
        "0.5",
    )
    whole = contest.take(edition["id"])
    assert line(standing(entry), "licences")["frozen_at"] == whole["taken_at"]
