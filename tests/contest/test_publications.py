"""Published results: numbered, immutable, embargoed, corrected."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest.people import Contest, call, errors, iso

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.canonical import digest
from ckanext.merit.domain.scoring.seal import read_bundle, recomputed
from ckanext.merit.model.contest_result import Outbox, Publication


def state(edition: dict[str, Any]) -> str:
    return call("merit_edition_show", None, id=edition["id"])["state"]


def test_results_are_what_was_approved(contest: Contest):
    """Everybody reads points, totals and ranks, with rules and digest."""
    edition = contest.provisional(("10", "0"), ("4", "8"))
    shown = call("merit_publication_show", None, id=edition["publication"]["id"])
    assert [(row["total"], row["rank"]) for row in shown["body"]["rows"]] == [
        ("75.00", 1),
        ("50.00", 2),
    ]
    assert shown["body"]["rows"][1]["points"] == {"licence": "30.00", "format": "20.00"}
    assert shown["body"]["run"]["digest"] == edition["run"]["digest"]
    assert shown["sha256"] == digest(shown["body"])
    assert (shown["number"], shown["kind"]) == (1, "provisional")
    assert state(edition) == "provisional"


def test_only_an_approved_run_is_published(contest: Contest):
    """A computed one is refused, and nothing moves."""
    edition = contest.scored(("1", "1"))
    run = contest.act("merit_run_compute", edition_id=edition["id"])
    data = {"id": run["id"], "kind": "provisional"}
    assert list(errors("merit_run_publish", contest.secretary, **data)) == [
        "transition"
    ]
    assert state(edition) == "published"
    assert call("merit_publication_list", None, edition_id=edition["id"]) == []


def test_before_its_instant_a_publication_does_not_exist(contest: Contest):
    """Not in lists, not by its id, not as a bundle, for nobody."""
    edition = contest.scored(("1", "1"))
    run = contest.approved(edition["id"])
    row = contest.act(
        "merit_run_publish", id=run["id"], kind="provisional", visible_from=iso(1)
    )
    for user in (None, contest.secretary, contest.sysadmin):
        assert call("merit_publication_list", user, edition_id=edition["id"]) == []
        for action in ("merit_publication_show", "merit_bundle_show"):
            with pytest.raises(tk.ObjectNotFound):
                call(action, user, id=row["id"])


def test_a_result_is_not_published_into_the_past(contest: Contest):
    """The embargo lies ahead or there is none."""
    edition = contest.scored(("1", "1"))
    run = contest.approved(edition["id"])
    refused = errors(
        "merit_run_publish",
        contest.secretary,
        id=run["id"],
        kind="provisional",
        visible_from=iso(-1),
    )
    assert list(refused) == ["visible_from"]


def test_final_results_wait_for_appeals(contest: Contest):
    """The window is over and every appeal decided."""
    edition = contest.provisional(("1", "1"))
    data = {"id": edition["run"]["id"], "kind": "final"}
    refused = errors("merit_run_publish", contest.secretary, **data)
    assert list(refused) == ["appeals_open"]
    entry = edition["entries"][0]
    appeal = entry["entity"].act(
        "merit_appeal_file",
        entry_id=entry["id"],
        target="rank",
        target_id=edition["publication"]["id"],
        ground="g",
        text="t",
    )
    contest.close(edition["id"], "appeals")
    refused = errors("merit_run_publish", contest.secretary, **data)
    assert list(refused) == ["appeals_undecided"]
    contest.act("merit_appeal_refuse", id=appeal["id"], reason="r")
    done = contest.act("merit_run_publish", **data)
    assert (done["number"], done["supersedes"]) == (2, 1)
    assert state(edition) == "final"


def test_an_error_found_after_final_is_a_correction(contest: Contest):
    """A new run, a notice, and the former results stay readable and marked."""
    edition = contest.final(("10", "0"), ("4", "8"))
    old = edition["publication"]
    review_void(edition["tasks"][1]["id"])
    run = contest.approved(edition["id"])
    data = {"id": run["id"], "kind": "final"}
    refused = errors("merit_run_publish", contest.secretary, **data)
    assert list(refused) == ["notice"]
    new = contest.act("merit_run_publish", notice="Error de suma", **data)
    shown = call("merit_publication_show", None, id=old["id"])
    assert (shown["superseded_by"], shown["sha256"]) == (new["number"], old["sha256"])
    second = edition["entries"][1]
    assert call("merit_publication_diff", None, id=new["id"]) == [
        {
            "entry_id": second["id"],
            "before": {"total": "50.00", "rank": 2},
            "after": {"total": None, "rank": None},
        }
    ]


def review_void(assignment_id: str) -> None:
    model.Session.execute(
        sa.text("UPDATE merit_review SET state = 'void' WHERE assignment_id = :id"),
        {"id": assignment_id},
    )
    model.Session.commit()


def test_anyone_downloads_and_recomputes(contest: Contest):
    """The published bundle gives the digest that the results print."""
    edition = contest.provisional(("10", "0"))
    key = edition["publication"]["id"]
    bundle = call("merit_bundle_show", None, id=key)
    again = recomputed(read_bundle(json.dumps(bundle)))
    body = call("merit_publication_show", None, id=key)["body"]
    assert (again.matches, again.digest) == (True, body["run"]["digest"])


def test_statistics_of_the_jury_are_not_published(contest: Contest):
    """Neither disagreement nor close calls, nor who reviewed."""
    edition = contest.provisional(("5", "5"), ("5", "5"))
    shown = call("merit_publication_show", None, id=edition["publication"]["id"])
    assert [row["flags"] for row in shown["body"]["rows"]] == [[], []]
    assert edition["juror"].id not in json.dumps(shown)


def test_publishing_tells_the_outbox_once(contest: Contest):
    """What leaves the portal is written in the same transaction."""
    edition = contest.provisional(("1", "1"))
    key = f"publication:{edition['publication']['id']}"
    assert model.Session.get(Outbox, key).sent_at is None


def test_readers_see_all_or_nothing(contest: Contest):
    """While a publication commits, no reader sees its state without its results."""
    edition = contest.scored(("1", "1"))
    run = contest.approved(edition["id"])
    seen: list[tuple[str, int]] = []
    stop = threading.Event()
    query = sa.text(
        "SELECT state, (SELECT count(*) FROM merit_publication WHERE edition_id = e.id)"
        " FROM merit_edition AS e WHERE id = :id"
    )

    def read() -> None:
        with model.meta.engine.connect() as reader:
            while not stop.is_set():
                seen.append(tuple(reader.execute(query, {"id": edition["id"]}).one()))
                reader.rollback()

    thread = threading.Thread(target=read)
    thread.start()
    contest.act("merit_run_publish", id=run["id"], kind="provisional")
    while ("provisional", 1) not in seen and thread.is_alive():
        pass
    stop.set()
    thread.join()
    assert set(seen) <= {("published", 0), ("provisional", 1)}


def test_two_who_publish_at_once(contest: Contest):
    """One wins, the other is told; there is one publication."""
    edition = contest.scored(("1", "1"))
    run = contest.approved(edition["id"])
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def publish() -> None:
        try:
            barrier.wait()
            contest.act("merit_run_publish", id=run["id"], kind="final")
            outcomes.append("done")
        except tk.ValidationError as error:
            outcomes.append(next(iter(error.error_dict)))
        finally:
            model.Session.remove()

    contest.close(edition["id"], "appeals")
    contest.act("merit_run_publish", id=run["id"], kind="provisional")
    threads = [threading.Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "reason"]
    count = sa.select(sa.func.count()).where(Publication.edition_id == edition["id"])
    assert model.Session.scalar(count) == 2


def test_the_record_of_a_publication_checks_the_trail(contest: Contest):
    """Its number and hash are published; without machines there is no snapshot."""
    edition = contest.provisional(("7", "5"))
    shown = call("merit_publication_show", None, id=edition["publication"]["id"])
    kept = {**shown["audit"], "chain": edition["id"]}
    (found,) = call("merit_audit_verify", contest.sysadmin, **kept)
    assert (shown["snapshot"], found["broken"]) == (None, None)
    forged = kept | {"hash": "0" * 64}
    (found,) = call("merit_audit_verify", contest.sysadmin, **forged)
    assert found["broken"] is not None
