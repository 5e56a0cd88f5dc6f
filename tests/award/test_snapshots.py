"""Snapshots: what they hold, what they measure, and when the clock takes them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from tests.award.catalogue import RULES, Machines, age, publish, value, work
from tests.award.test_kpis import released
from tests.contest.people import call, errors

import ckantoolkit as tk
from ckan import model

from ckanext.merit import jobs
from ckanext.merit.award.logic import snapshots
from ckanext.merit.model import award_due
from ckanext.merit.model.award_machine import Part, Taking
from ckanext.merit.model.contest import Phase
from ckanext.merit.model.contest_entry import Snapshot


@pytest.fixture
def contest(non_clean_db: None) -> Machines:
    """A programme of its own, whose rules ask machines."""
    return Machines()


@pytest.fixture
def edition(contest: Machines) -> Any:
    """A published edition."""
    return contest.published()


@pytest.fixture
def entry(contest: Machines, edition: Any) -> Any:
    """An admitted entry."""
    return contest.entered(edition["id"])


def rows(contest: Machines, snapshot: Any, entry: Any) -> list[Any]:
    shown = contest.act(
        "merit_award_snapshot_show",
        id=snapshot["id"],
        organization_id=entry["entity"].id,
    )
    return shown["part"]["rows"]


def test_a_snapshot_holds_what_is_public(contest: Machines, edition: Any, entry: Any):
    """Public, active datasets of the entries; their quality is up to date."""
    entity = entry["entity"]
    public = publish(entity, "Gasto público")
    publish(entity, private=True)
    call("package_delete", contest.sysadmin, id=publish(entity)["id"])
    taken = contest.take(edition["id"])
    (row,) = rows(contest, taken, entry)
    assert (row["id"], row["title"], row["open"]) == (
        public["id"],
        "Gasto público",
        True,
    )
    assert (row["resources"], row["usable"], len(row["files"])) == (1, 1, 1)
    assert row["quality"]["values"]["R2"] == "1"
    assert row["checks"].startswith("metadata-1.0 ")


def test_a_snapshot_is_complete_at_once_in_a_small_catalogue(
    contest: Machines, edition: Any, entry: Any
):
    """The answer says so, with the digest."""
    publish(entry["entity"])
    taken = contest.take(edition["id"])
    assert (taken["state"], taken["datasets"], taken["scope"]) == (
        "complete",
        1,
        "entries",
    )
    stored = sa.select(Snapshot.sha256).where(Snapshot.id == taken["id"])
    assert model.Session.scalar(stored) == taken["sha256"]


def test_anyone_can_check_the_digests(contest: Machines, edition: Any, entry: Any):
    """Of the whole, of each part, and of who created what."""
    publish(entry["entity"])
    taken = contest.take(edition["id"])
    shown = contest.act("merit_award_snapshot_show", id=taken["id"], verify=True)
    assert shown["intact"] is True


def test_strangers_do_not_have_digests_computed(contest: Machines):
    """It reads every part; published, everybody has them to compute on their own."""
    edition = contest.scored(("7", "5"))
    (entry,) = edition["entries"]
    taken = contest.take(edition["id"])
    released(contest, edition, taken)
    for user in (None, entry["entity"].admin):
        shown = call("merit_award_snapshot_show", user, id=taken["id"])
        assert shown["sha256"] == taken["sha256"]
        with pytest.raises(tk.NotAuthorized):
            call("merit_award_snapshot_show", user, id=taken["id"], verify=True)


def test_a_part_cannot_be_changed(contest: Machines, edition: Any, entry: Any):
    """The database refuses."""
    taken = contest.take(edition["id"])
    change = sa.update(Part).where(Part.taking_id == taken["id"]).values(sha256="0")
    with pytest.raises(IntegrityError, match="is kept as it was"):
        model.Session.execute(change)
    model.Session.rollback()


def test_a_lost_part_shows(contest: Machines, edition: Any, entry: Any):
    """What the snapshot states and what is there must be the same."""
    taken = contest.take(edition["id"])
    model.Session.execute(sa.delete(Part).where(Part.taking_id == taken["id"]))
    model.Session.commit()
    shown = contest.act("merit_award_snapshot_show", id=taken["id"], verify=True)
    assert shown["intact"] is False


def test_creators_are_kept_apart(contest: Machines, edition: Any, entry: Any):
    """Who created a dataset is known, salted in the digest, and not in the rows."""
    author = entry["entity"].editor
    dataset = publish(entry["entity"], by=author)
    taken = contest.take(edition["id"])
    part = model.Session.scalars(
        sa.select(Part).where(Part.taking_id == taken["id"])
    ).one()
    assert part.creators["by"] == {dataset["id"]: author["id"]}
    assert author["id"] not in str(part.body)


def test_values_are_measured_at_once(contest: Machines, edition: Any, entry: Any):
    """New datasets in the window, the share of open licences."""
    entity = entry["entity"]
    for licence in ("cc-by", "notspecified"):
        publish(entity, license_id=licence)
    age(publish(entity), days=30)
    taken = contest.take(edition["id"])
    assert value(entry, "new", taken) == "1"
    assert value(entry, "licences", taken) == "0.666666666667"


def test_what_could_not_be_measured_has_no_value(
    contest: Machines, edition: Any, entry: Any
):
    """No dataset, no mean: unknown is not 0."""
    taken = contest.take(edition["id"])
    assert value(entry, "quality", taken) is None
    assert value(entry, "new", taken) == "0"


def test_later_changes_do_not_move_a_value(contest: Machines, edition: Any, entry: Any):
    """Measured again, a frozen catalogue gives the same."""
    publish(entry["entity"])
    taken = contest.take(edition["id"])
    publish(entry["entity"])
    contest.act("merit_award_snapshot_measure", id=taken["id"])
    assert value(entry, "new", taken) == "1"


def test_a_baseline_is_of_every_organisation(contest: Machines, edition: Any):
    """Whoever enters later has one too; nothing is measured on it."""
    entity = contest.entity()
    publish(entity)
    taken = contest.take(edition["id"], "baseline")
    kept = sa.select(Taking.organizations).where(Taking.id == taken["id"])
    assert entity.id in model.Session.scalar(kept)
    refusal = contest_errors(contest, taken)
    assert refusal == {"kind": ["Only cut-off snapshots are measured."]}


def contest_errors(contest: Machines, taken: Any) -> Any:
    return errors("merit_award_snapshot_measure", contest.secretary, id=taken["id"])


def test_the_gain_needs_a_baseline(contest: Machines, non_clean_db: None):
    """Measured between the two snapshots."""
    source = RULES.replace("metric: mean_quality", "metric: quality_gain").replace(
        "goalposts: [0, 100]", "goalposts: [0, 10]"
    )
    edition = contest.ready()
    contest.rules(edition["id"], source)
    contest.act("merit_edition_publish", id=edition["id"])
    entry = contest.entered(edition["id"])
    dataset = publish(entry["entity"], notes="")
    without = contest.take(edition["id"])
    assert value(entry, "quality", without) is None
    contest.take(edition["id"], "baseline")
    notes = "Gasto por partida y mes, con fuente y método. " * 4
    call("package_patch", contest.sysadmin, id=dataset["id"], notes=notes)
    after = contest.take(edition["id"])
    assert float(value(entry, "quality", after)) > 0


def test_a_large_catalogue_is_read_by_workers(
    contest: Machines, edition: Any, entry: Any, monkeypatch: pytest.MonkeyPatch
):
    """Part by part, each once; then its entries are measured."""
    monkeypatch.setattr(snapshots, "AT_ONCE", 1)
    monkeypatch.setattr("ckanext.merit.award.collect.PAGE", 1)
    datasets = [publish(entry["entity"]) for _ in range(3)]
    taken = contest.take(edition["id"])
    assert (taken["state"], taken["datasets"], taken["sha256"]) == (
        "collecting",
        1,
        None,
    )
    while taken["state"] == "collecting":
        work("merit_award_snapshot_advance", f"taking/{taken['id']}")
        taken = contest.act("merit_award_snapshot_show", id=taken["id"], verify=True)
    assert (taken["intact"], taken["datasets"]) == (True, 3)
    assert [part["n"] for part in taken["body"]["parts"]] == [1, 2, 3]
    assert value(entry, "new", taken) is None
    work("merit_award_snapshot_examine", f"{taken['id']}/{entry['id']}")
    assert value(entry, "new", taken) == str(len(datasets))


def test_work_that_is_done_changes_nothing(contest: Machines, edition: Any, entry: Any):
    """Keys may come twice, or name what is gone."""
    publish(entry["entity"], resources=[])
    taken = contest.take(edition["id"])
    keys = [f"taking/{taken['id']}", "taking/x", "phase/x/baseline", "x"]
    assert work("merit_award_snapshot_advance", *keys) == {"complete": 0}
    again = [f"{taken['id']}/{entry['id']}", "x/y"]
    assert work("merit_award_snapshot_examine", *again) == {"measured": 1}
    found = contest.act("merit_award_finding_list", edition_id=edition["id"])
    assert found["count"] == 1


def window(edition: Any, opens: float, closes: float) -> Phase:
    now = datetime.now(timezone.utc)
    phase = Phase(
        edition_id=edition["id"],
        kind="publication_window",
        opens_at=now + timedelta(days=opens),
        closes_at=now + timedelta(days=closes),
    )
    model.Session.add(phase)
    model.Session.commit()
    return phase


def due(edition: Any) -> set[str]:
    return {key for (key,) in model.Session.execute(award_due.takings())}


def test_the_clock_takes_snapshots(contest: Machines, edition: Any, entry: Any):
    """A baseline when the window opens, a cut-off when it closes; each once."""
    phase = window(edition, -20, -10)
    dataset = publish(entry["entity"])
    age(dataset, days=15)
    publish(entry["entity"])
    keys = [f"phase/{phase.id}/baseline", f"phase/{phase.id}/cut_off"]
    assert set(keys) <= due(edition)
    assert work("merit_award_snapshot_advance", *keys) == {"complete": 2}
    assert set(keys) & due(edition) == set()
    assert work("merit_award_snapshot_advance", *keys) == {"complete": 0}
    cut_off = model.Session.scalars(
        sa.select(Taking).where(Taking.phase_id == phase.id, Taking.kind == "cut_off")
    ).one()
    assert (cut_off.opens_at, cut_off.closes_at) == (phase.opens_at, phase.closes_at)
    assert value(entry, "new", {"id": cut_off.id}) == "1"


def test_the_clock_waits_for_the_window(contest: Machines, edition: Any, entry: Any):
    """Nothing is due before its instant, even if somebody asks."""
    phase = window(edition, 1, 9)
    keys = [f"phase/{phase.id}/baseline", f"phase/{phase.id}/cut_off"]
    assert set(keys) & due(edition) == set()
    assert work("merit_award_snapshot_advance", *keys) == {"complete": 0}


def test_the_worker_does_it(contest: Machines, edition: Any, entry: Any):
    """Discovered, taken and measured by the kinds of the plugin."""
    phase = window(edition, -20, -10)
    jobs.work(once=True)
    taken = model.Session.scalars(
        sa.select(Taking.kind).where(Taking.phase_id == phase.id).order_by(Taking.kind)
    ).all()
    assert taken == ["baseline", "cut_off"]


def test_one_snapshot_at_a_time(
    contest: Machines, edition: Any, monkeypatch: pytest.MonkeyPatch
):
    """A second one of the same kind waits for the first."""
    for _ in range(2):
        publish(contest.entered(edition["id"])["entity"])
    monkeypatch.setattr(snapshots, "AT_ONCE", 1)
    contest.take(edition["id"])
    refusal = errors(
        "merit_award_snapshot_take",
        contest.secretary,
        edition_id=edition["id"],
        kind="cut_off",
    )
    assert refusal == {"conflict": ["A snapshot is being taken already."]}


def test_before_results_a_snapshot_is_for_those_who_run_the_edition(
    contest: Machines, edition: Any, entry: Any
):
    """To others it doesn't exist; the list is refused."""
    taken = contest.take(edition["id"])
    for user in (None, entry["entity"].admin):
        with pytest.raises(tk.ObjectNotFound):
            call("merit_award_snapshot_show", user, id=taken["id"])
        with pytest.raises(tk.NotAuthorized):
            call("merit_award_snapshot_list", user, edition_id=edition["id"])
    listed = contest.act("merit_award_snapshot_list", edition_id=edition["id"])
    assert [item["id"] for item in listed] == [taken["id"]]


def test_with_the_results_everybody_sees_the_snapshot(contest: Machines):
    """Everyone can check the arithmetic from the datasets on."""
    done = run_on_snapshot(contest)
    shown = call("merit_award_snapshot_show", None, id=done["snapshot"]["id"])
    assert shown["sha256"] == done["snapshot"]["sha256"]


def run_on_snapshot(contest: Machines) -> Any:
    edition = contest.evaluating()
    juror = contest.juror(edition["id"])
    entry = contest.entered(edition["id"])
    publish(entry["entity"])
    juror.review(contest.assigned(juror, entry))
    contest.close(edition["id"], "jury")
    snapshot = contest.take(edition["id"])
    run = contest.act(
        "merit_run_compute", edition_id=edition["id"], snapshot_id=snapshot["id"]
    )
    call("merit_run_approve", contest.chair, id=run["id"])
    contest.act("merit_run_approve", id=run["id"])
    contest.act("merit_run_publish", id=run["id"], kind="provisional")
    return {"snapshot": snapshot, "run": run, "entry": entry, "edition": edition}


def test_machine_values_enter_the_run(contest: Machines):
    """One score from catalogue and jury, on a frozen snapshot."""
    done = run_on_snapshot(contest)
    shown = contest.act("merit_run_show", id=done["run"]["id"])
    (row,) = shown["rows"]
    assert row["points"]["licences"] == "33.33"
    assert row["points"]["new"] == "4.17"
    assert row["total"] is not None


def test_a_run_refuses_another_editions_snapshot(contest: Machines):
    """Only the edition's own cut-off."""
    edition = contest.scored(("7", "5"))
    other = contest.take(contest.published()["id"])
    baseline = contest.take(edition["id"], "baseline")
    for taken in (other, baseline):
        refusal = errors(
            "merit_run_compute",
            contest.secretary,
            edition_id=edition["id"],
            snapshot_id=taken["id"],
        )
        text = "This is not a cut-off snapshot of the edition."
        assert refusal == {"snapshot": [text]}


def test_an_entry_that_came_later_must_be_measured(contest: Machines):
    """Without its value nobody could rank it."""
    edition = contest.scored(("7", "5"))
    taken = contest.take(edition["id"])
    late = contest.entered(edition["id"])
    data = {"edition_id": edition["id"], "snapshot_id": taken["id"]}
    refusal = errors("merit_run_compute", contest.secretary, **data)
    text = "1 entry is not measured on this snapshot."
    assert refusal == {"snapshot": [text]}
    contest.act("merit_award_snapshot_measure", id=taken["id"])
    assert value(late, "new", taken) is None
    assert contest.act("merit_run_compute", **data)["state"] == "computed"


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("{least: 1}", "{most: 1}", 'quality: unknown parameter "most"; known: least'),
        ("{least: 1}", "{least: 0}", 'quality: "least" must be at least 1'),
        ("{hearing_days: 5", "{hearing_days: x", 'integrity: "hearing_days" must be'),
        ("unusable:", "magic:", 'integrity: unknown detector "magic"'),
        ("goalposts: [0, 4]", "scale: [0, 4]", "new: a metric needs goalposts"),
        (
            "goalposts: [0, 4]",
            "goalposts: [0, 4]\n    panel: {quorum: 1}",
            "new: a machine measures it, no juror",
        ),
        ("metric: new_datasets", "metric: x", "This portal has no metric named: x"),
    ],
)
def test_rules_that_machines_cannot_apply_do_not_enter_force(
    contest: Machines, old: str, new: str, text: str
):
    """The criterion and what is wrong with it are named."""
    edition = contest.draft()
    rules = contest.act(
        "merit_rule_set_create",
        edition_id=edition["id"],
        source=RULES.replace(old, new),
    )
    refusal = errors("merit_rule_set_put_in_force", contest.secretary, id=rules["id"])
    (problem,) = refusal["source"]
    assert problem.startswith(text)
