"""A whole award on a catalogue: the example rules, simulated from end to end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from tests.award.catalogue import Machines, publish
from tests.contest.people import call, errors

import ckantoolkit as tk
from ckan import model
from ckan.model.types import make_uuid

from ckanext.merit.award import cli
from ckanext.merit.award.simulate import EXAMPLE, Options, Simulation
from ckanext.merit.award.simulated import RefusedError
from ckanext.merit.domain.award.metrics import MEASURES
from ckanext.merit.logic.contest import metrics, rulebook
from ckanext.merit.model.award import Evidence
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Review
from ckanext.merit.model.contest_result import Publication

pytestmark = pytest.mark.usefixtures("folder")
FEW = Options(jurors=4)


@pytest.fixture
def contest(clean_db: None) -> Machines:
    """A programme of its own on an empty portal."""
    return Machines()


@pytest.fixture
def catalogue(contest: Machines) -> list[Any]:
    """Two publishers, one better than the other."""
    entities = [contest.entity() for _ in range(2)]
    for number, entity in enumerate(entities):
        for _ in range(2):
            publish(entity, license_id="cc-by" if number else "notspecified")
    return entities


def address() -> str:
    return f"simulation/{make_uuid()}"


def test_the_example_rules_enter_force(contest: Machines):
    """Every metric is there, every parameter known."""
    source = EXAMPLE.read_text("utf-8")
    edition = contest.draft()
    contest.rules(edition["id"], source)
    book = rulebook.read(source)
    measured = {one.metric.name for one in metrics.criteria(book.body, book.rules)}
    assert measured == set(MEASURES)


def test_the_example_says_that_it_is_one(contest: Machines):
    """In its title, in both languages."""
    title = rulebook.read(EXAMPLE.read_text("utf-8")).body["title"]
    assert title["en"].startswith("EXAMPLE")
    assert title["es"].startswith("EJEMPLO")


def test_every_publisher_is_ranked(catalogue: list[Any]):
    """Enrolled, measured, judged, published as final, and recomputable."""
    outcome = Simulation(address(), FEW).run()
    titles = {row["title"] for row in outcome.rows}
    assert titles == {one.organization["title"] for one in catalogue}
    assert [row["rank"] for row in outcome.rows] == [1, 2]
    kinds = model.Session.scalars(
        sa.select(Publication.kind)
        .where(Publication.edition_id == outcome.edition_id)
        .order_by(Publication.number)
    ).all()
    assert kinds == ["provisional", "final"]


def test_scores_are_labelled_and_seeded(catalogue: list[Any]):
    """The same seed gives the same totals, another seed others."""
    runs = [
        Simulation(address(), Options(seed=seed, jurors=4)).run()
        for seed in ("1", "1", "2")
    ]
    totals = [[(row["title"], row["total"]) for row in one.rows] for one in runs]
    assert totals[0] == totals[1] != totals[2]
    comments = set(model.Session.scalars(sa.select(Review.comment)))
    assert comments == {
        "Simulated (seed 1): not a judgement.",
        "Simulated (seed 2): not a judgement.",
    }


def test_evidence_is_given_and_decided(catalogue: list[Any]):
    """Through the real actions, labelled, and the same for the same seed."""
    runs = [Simulation(address(), FEW).run() for _ in range(2)]
    found = [
        model.Session.execute(
            sa.select(
                Entry.organization_id,
                Evidence.criterion,
                Evidence.claimed,
                Evidence.accepted,
                Evidence.state,
            )
            .join(Entry, Entry.id == Evidence.entry_id)
            .where(Entry.edition_id == run.edition_id)
            .order_by(Entry.organization_id, Evidence.criterion)
        ).all()
        for run in runs
    ]
    assert found[0] == found[1]
    assert {row.state for row in found[0]} == {"accepted"}
    assert {row.organization_id for row in found[0]} == {one.id for one in catalogue}
    notes = set(model.Session.scalars(sa.select(Evidence.note)))
    assert notes == {"Simulated (seed 1): it shows nothing."}


def test_every_kind_of_evidence_can_be_made_up(
    contest: Machines, catalogue: list[Any], tmp_path: Path
):
    """Whatever the rules take for a criterion."""
    wanted = ["text", "url", "file", "dataset", "resource"]
    lines = "".join(
        f"  - {{code: {kind}{n}, source: evidence, missing: zero, evidence: [{kind}],"
        " levels: {low: 0, high: 1}}\n"
        for kind in wanted
        for n in range(4)
    )
    rules = tmp_path / "rules.yaml"
    rules.write_text(f"merit: 1\nid: r\nroot:\n  of:\n{lines}", "utf-8")
    Simulation(address(), Options(jurors=4, rules=rules)).run()
    assert set(model.Session.scalars(sa.select(Evidence.kind))) == set(wanted)


def test_a_real_edition_is_refused(contest: Machines, catalogue: list[Any]):
    """Nothing of it changes."""
    edition = contest.draft()
    with pytest.raises(RefusedError, match="not marked as a simulation"):
        Simulation(f"{contest.programme['name']}/{edition['slug']}", FEW).run()
    assert contest.act("merit_role_list", programme_id=contest.programme["id"]) != []
    assert contest.act("merit_edition_show", id=edition["id"])["state"] == "draft"


def test_an_edition_is_simulated_once(catalogue: list[Any]):
    """Its results stay what they are."""
    where = address()
    Simulation(where, FEW).run()
    with pytest.raises(RefusedError, match="published already"):
        Simulation(where, FEW).run()


def test_one_prepared_as_a_simulation_keeps_its_own_rules(
    contest: Machines, catalogue: list[Any]
):
    """What it has stays; only what it lacks is added."""
    edition = contest.draft(simulation=True)
    rules = contest.rules(edition["id"])
    Simulation(f"{contest.programme['name']}/{edition['slug']}", FEW).run()
    shown = contest.act("merit_edition_show", id=edition["id"])
    assert (shown["state"], shown["rule_set"]["id"]) == ("final", rules["id"])


def test_only_a_simulation_travels_in_time(contest: Machines):
    """Neither the secretariat nor anybody else moves a real calendar."""
    real, unreal = contest.published(), contest.published(simulation=True)
    data = {"kind": "enrolment", "bound": "closes"}
    refusal = errors(
        "merit_award_simulation_travel",
        contest.secretary,
        edition_id=real["id"],
        **data,
    )
    assert refusal == {"simulation": ["This edition is not marked as a simulation."]}
    with pytest.raises(tk.NotAuthorized):
        call(
            "merit_award_simulation_travel",
            contest.chair,
            edition_id=unreal["id"],
            **data,
        )
    moved = contest.act(
        "merit_award_simulation_travel", edition_id=unreal["id"], **data
    )
    assert moved["seconds"] > 0
    again = contest.act(
        "merit_award_simulation_travel", edition_id=unreal["id"], **data
    )
    assert again == {"seconds": 0}
    trail = contest.act("merit_audit_list", edition_id=unreal["id"])["results"]
    reasons = [row["reason"] for row in trail if row["act"] == "travel"]
    assert reasons == ["Simulation: as if “Enrolment” were over."]
    unknown = errors(
        "merit_award_simulation_travel",
        contest.secretary,
        edition_id=unreal["id"],
        kind="jury",
        bound="opens",
    )
    assert unknown == {"kind": ["Not found"]}


def test_the_command_says_that_scores_are_made_up(catalogue: list[Any]):
    """Ranks, titles, digest."""
    result = CliRunner().invoke(
        cli.award, ["simulate", address(), "--jurors", "4"], catch_exceptions=False
    )
    assert result.exit_code == 0
    assert "SIMULATION: the jury's scores are made up" in result.output
    assert "2 entries; digest " in result.output


@pytest.mark.parametrize("where", ["nowhere", "a b/c"])
def test_the_command_refuses_with_a_sentence(contest: Machines, where: str):
    """No traceback."""
    result = CliRunner().invoke(cli.award, ["simulate", where])
    assert result.exit_code != 0
    assert isinstance(result.exception, SystemExit)


def test_the_command_recomputes_a_bundle(catalogue: list[Any], tmp_path: Path):
    """The same digest; a changed one is told."""
    outcome = Simulation(address(), FEW).run()
    published = call("merit_publication_list", None, edition_id=outcome.edition_id)
    key = published["results"][0]["id"] if isinstance(published, dict) else None
    bundle = call("merit_bundle_show", None, id=key or published[0]["id"])
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle), "utf-8")
    result = CliRunner().invoke(cli.award, ["recompute", str(path)])
    assert (result.exit_code, result.output.strip()) == (0, outcome.digest)
