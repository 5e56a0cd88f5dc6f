"""Published results: numbered, immutable, embargoed, corrected."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest import rows
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


def test_who_is_disqualified_after_final_leaves_the_corrected_results(contest: Contest):
    """A corrective run without it follows; the others move up. Nothing else moves."""
    edition = contest.final(("10", "0"), ("4", "8"))
    first, second = edition["entries"]
    data = {"reason": "Datos ajenos", "hearing": "Lo admitieron"}
    done = contest.act("merit_entry_disqualify", id=first["id"], **data)
    assert (done["state"], done["reason"]) == ("disqualified", "Datos ajenos")
    refused = errors("merit_entry_admit", contest.secretary, id=second["id"])
    assert list(refused) == ["over"]
    run = contest.approved(edition["id"])
    new = contest.act(
        "merit_run_publish", id=run["id"], kind="final", notice="Descalificación"
    )
    shown = call("merit_publication_show", None, id=new["id"])
    (row,) = shown["body"]["rows"]
    assert (row["entry_id"], row["rank"]) == (second["id"], 1)
    assert state(edition) == "final"


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


@pytest.mark.parametrize("kind", ["provisional", "final"])
def test_results_are_published_once(contest: Contest, kind: str):
    """Whoever publishes again gets the same answer, and nobody is told twice."""
    edition = contest.provisional(("1", "1"))
    contest.close(edition["id"], "appeals")
    data = {"id": edition["run"]["id"], "kind": kind}
    first = contest.act("merit_run_publish", **data)
    keys = letters()
    assert contest.act("merit_run_publish", notice="again", **data) == first
    assert letters() == keys


def test_publishing_again_does_not_end_an_embargo(contest: Contest):
    """Without a date the answer is the publication that waits for its instant."""
    edition = contest.scored(("1", "1"))
    data = {"id": contest.approved(edition["id"])["id"], "kind": "provisional"}
    first = contest.act("merit_run_publish", visible_from=iso(1), **data)
    assert contest.act("merit_run_publish", **data) == first
    assert call("merit_publication_list", None, edition_id=edition["id"]) == []
    assert numbers(edition) == [1]


def test_a_correction_does_not_overtake_what_it_corrects(contest: Contest):
    """Results under embargo are corrected at their instant or later."""
    edition = contest.scored(("1", "1"))
    first = contest.approved(edition["id"])["id"]
    instant = iso(2)
    contest.act("merit_run_publish", id=first, kind="provisional", visible_from=instant)
    data = {"id": contest.approved(edition["id"])["id"], "kind": "provisional"}
    data["notice"] = "n"
    for early in ({}, {"visible_from": iso(1)}):
        refused = errors("merit_run_publish", contest.secretary, **data, **early)
        assert list(refused) == ["visible_from"]
    done = contest.act("merit_run_publish", **data, visible_from=instant)
    assert (done["number"], done["supersedes"]) == (2, 1)


def test_a_correction_does_not_tell_of_what_is_under_embargo(contest: Contest):
    """What was published before it came to that is not compared with, nor named."""
    edition = contest.scored(("1", "1"))
    run_id = contest.approved(edition["id"])["id"]
    contest.act("merit_run_publish", id=run_id, kind="provisional", visible_from=iso(1))
    hidden = model.Session.scalars(
        sa.select(Publication).where(Publication.edition_id == edition["id"])
    ).one()
    row = rows.add(
        Publication(
            edition_id=edition["id"],
            number=2,
            kind="provisional",
            run_id=run_id,
            visible_from=rows.NOW,
            body=hidden.body,
            sha256=hidden.sha256,
            supersedes=1,
            published_by="somebody",
        )
    )
    model.Session.commit()
    (listed,) = call("merit_publication_list", None, edition_id=edition["id"])
    shown = call("merit_publication_show", None, id=row.id)
    assert (listed["supersedes"], shown["supersedes"]) == (None, None)
    (change,) = call("merit_publication_diff", None, id=row.id)
    assert change["before"] is None


def numbers(edition: dict[str, Any]) -> list[int]:
    found = sa.select(Publication.number).where(Publication.edition_id == edition["id"])
    return list(model.Session.scalars(found.order_by(Publication.number)))


def letters() -> set[str]:
    return set(model.Session.scalars(sa.select(Outbox.key)))


def test_two_who_publish_at_once(contest: Contest):
    """Both get the same answer; there is one publication."""
    edition = contest.scored(("1", "1"))
    run = contest.approved(edition["id"])
    answers: list[dict[str, Any]] = []
    barrier = threading.Barrier(2)

    def publish() -> None:
        try:
            barrier.wait()
            answers.append(contest.act("merit_run_publish", id=run["id"], kind="final"))
        finally:
            model.Session.remove()

    contest.close(edition["id"], "appeals")
    contest.act("merit_run_publish", id=run["id"], kind="provisional")
    threads = [threading.Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row["number"] for row in answers] == [2, 2]
    assert answers[0] == answers[1]
    assert numbers(edition) == [1, 2]


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
