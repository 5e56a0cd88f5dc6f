"""What everybody is told of an edition: not before its instant, and not too much."""

from __future__ import annotations

from typing import Any

from tests.contest.people import RULES, Contest, call, errors, iso

import ckantoolkit as tk

PUBLIC_JURY = RULES.replace("root:", "policy: {jury: public}\nroot:")


def told(edition: dict[str, Any], user: Any = None) -> tuple[str, str]:
    shown = call("merit_edition_show", user, id=edition["id"])
    return shown["state"], shown["status"]


def test_the_state_tells_nothing_of_results_to_come(contest: Contest):
    """Until the instant of the results the edition is for others what it was."""
    edition = contest.scored(("1", "1"))
    run = contest.approved(edition["id"])
    contest.act(
        "merit_run_publish", id=run["id"], kind="provisional", visible_from=iso(1)
    )
    assert told(edition) == ("published", "appeals")
    assert told(edition, contest.secretary)[0] == "provisional"
    listed = call("merit_edition_list", None, programme_id=contest.programme["id"])
    assert listed["results"][0]["state"] == "published"


def test_what_one_may_know_is_not_taken_for_another(contest: Contest):
    """A context that served the secretariat tells the next person no more for it."""
    edition = contest.scored(("1", "1"))
    run = contest.approved(edition["id"])
    contest.act(
        "merit_run_publish", id=run["id"], kind="provisional", visible_from=iso(1)
    )
    context: Any = {"user": contest.secretary["name"]}
    show, data = tk.get_action("merit_edition_show"), {"id": edition["id"]}
    assert show(context, dict(data))["state"] == "provisional"
    context.pop("auth_user_obj", None)
    context |= {"user": "", "ignore_auth": True}
    assert show(context, dict(data))["state"] == "published"


def test_final_results_to_come_leave_provisional_ones(contest: Contest):
    """What is visible already stays visible."""
    edition = contest.provisional(("1", "1"))
    contest.close(edition["id"], "appeals")
    contest.act(
        "merit_run_publish",
        id=edition["run"]["id"],
        kind="final",
        visible_from=iso(1),
    )
    assert told(edition) == ("provisional", "provisional")
    assert told(edition, contest.secretary) == ("final", "final")


def test_those_under_way_come_first(contest: Contest):
    """Past editions are kept, after those in which one can still do something."""
    running = contest.published()
    past = contest.final(("1", "1"))
    found = call("merit_edition_list", None, programme_id=contest.programme["id"])
    assert [(row["id"], row["status"]) for row in found["results"]] == [
        (running["id"], "running"),
        (past["id"], "final"),
    ]


def test_the_order_tells_nothing_of_final_results_to_come(contest: Contest):
    """An edition stays among those under way until its final results are visible."""
    running = contest.published()
    past = contest.provisional(("1", "1"))
    contest.close(past["id"], "appeals")
    run_id = past["run"]["id"]
    contest.act("merit_run_publish", id=run_id, kind="final", visible_from=iso(1))
    found = call("merit_edition_list", None, programme_id=contest.programme["id"])
    assert [row["id"] for row in found["results"]] == [past["id"], running["id"]]


def test_results_carry_what_explains_them(contest: Contest):
    """Maxima, coverage and region are published with the rows, for good."""
    edition = contest.scored(("10", "0"))
    entry = edition["entries"][0]
    contest.act(
        "merit_organization_profile_update",
        programme_id=contest.programme["id"],
        organization=entry["entity"].id,
        region="Cusco",
    )
    run = contest.approved(edition["id"])
    done = contest.act("merit_run_publish", id=run["id"], kind="provisional")
    shown = call("merit_publication_show", None, id=done["id"])
    (row,) = shown["body"]["rows"]
    assert (row["region"], row["coverage"]) == ("Cusco", "1")
    assert row["maxima"] == {"licence": "75.00", "format": "25.00"}


def test_entries_by_region_and_category(contest: Contest):
    """A region or a category picks its entries; all regions are named."""
    edition = contest.published()
    entries = [contest.entered(edition["id"]) for _ in range(3)]
    for entry, region in zip(entries, ("Cusco", "Lima", "Lima"), strict=True):
        contest.act(
            "merit_organization_profile_update",
            programme_id=contest.programme["id"],
            organization=entry["entity"].id,
            region=region,
        )
    data = {"edition_id": edition["id"]}
    found = call("merit_entry_list", None, **data, region="Lima")
    assert {row["id"] for row in found["results"]} == {e["id"] for e in entries[1:]}
    assert (found["count"], found["regions"]) == (2, ["Cusco", "Lima"])
    category_id = contest.category(edition["id"])
    assert call("merit_entry_list", None, **data, category_id=category_id)["count"] == 3
    assert call("merit_entry_list", None, **data, category_id="other")["count"] == 0


def test_the_jury_is_named_only_where_the_rules_say_so(contest: Contest):
    """Without a word in the rules nobody learns who judges."""
    secret = contest.published()
    contest.juror(secret["id"])
    assert call("merit_jury_show", None, edition_id=secret["id"]) == []
    edition = contest.ready()
    contest.rules(edition["id"], PUBLIC_JURY)
    contest.act("merit_edition_publish", id=edition["id"])
    juror = contest.juror(edition["id"], institution="Universidad")
    contest.juror(edition["id"], state="invited")
    assert call("merit_jury_show", None, edition_id=edition["id"]) == [
        {
            "id": juror.id,
            "name": juror.user["fullname"],
            "institution": "Universidad",
        }
    ]


def test_questions_are_taken_until_evaluation_begins(contest: Contest):
    """Later ones would come too late for everybody else."""
    edition = contest.published()
    user = contest.entity().admin
    data = {"edition_id": edition["id"], "title": "¿Cuándo cierra?"}
    call("merit_question_ask", user, **data)
    contest.close(edition["id"], "enrolment")
    assert list(errors("merit_question_ask", user, **data)) == ["over"]


def test_news_by_kind(contest: Contest):
    """Frequent questions can be read without the news."""
    edition = contest.published()
    for kind in ("news", "faq"):
        contest.act(
            "merit_announcement_create",
            edition_id=edition["id"],
            kind=kind,
            title=kind,
            text="t",
        )
    found = call(
        "merit_announcement_list", None, edition_id=edition["id"], kinds=["faq"]
    )
    assert [row["title"] for row in found["results"]] == ["faq"]


def test_an_entry_without_profile_has_no_region(contest: Contest):
    """Nobody has to describe an organization for it to be listed."""
    edition = contest.published()
    contest.entered(edition["id"])
    found = call("merit_entry_list", None, edition_id=edition["id"])
    assert [row["region"] for row in found["results"]] == [None]
