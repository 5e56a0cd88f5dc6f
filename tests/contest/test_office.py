"""What those who run contests see first, and how they set an edition up."""

from __future__ import annotations

from tests.contest.people import Contest, call, errors, holder, person

from ckan import model
from ckan.tests import factories

from ckanext.merit.model.contest_result import Announcement


def test_the_office_lists_one_s_own_programmes(contest: Contest):
    """The secretariat finds its programme with the drafts; others find nothing."""
    draft = contest.draft()
    found = contest.act("merit_office_list")
    assert found["count"] == 1
    (programme,) = found["results"]
    assert programme["roles"] == ["secretariat"]
    assert [item["id"] for item in programme["editions"]] == [draft["id"]]
    assert call("merit_office_list", person()) == {"count": 0, "results": []}
    assert call("merit_office_list", None) == {"count": 0, "results": []}


def test_a_role_in_one_edition_shows_that_edition(contest: Contest):
    """An observer of one edition does not learn of the other drafts."""
    seen, _hidden = contest.draft(), contest.draft()
    observer = holder(contest.programme["id"], "observer", seen["id"])
    (programme,) = call("merit_office_list", observer)["results"]
    assert programme["roles"] == []
    assert [item["id"] for item in programme["editions"]] == [seen["id"]]


def test_sysadmins_find_every_programme(contest: Contest):
    """Also those in which they hold no role, by name."""
    name = contest.programme["name"]
    found = call("merit_office_list", contest.sysadmin, name=name)
    assert [item["id"] for item in found["results"]] == [contest.programme["id"]]


def test_the_office_counts_what_waits(contest: Contest):
    """Entries, jurors and assignments by state, and the open questions."""
    edition = contest.evaluating()
    contest.entered(edition["id"], "submitted")
    contest.assigned(contest.juror(edition["id"]), contest.entered(edition["id"]))
    model.Session.add(
        Announcement(edition_id=edition["id"], kind="question", title="?")
    )
    model.Session.commit()
    counted = contest.act("merit_office_show", edition_id=edition["id"])
    assert counted["entries"] == {"submitted": 1, "admitted": 1}
    assert counted["jurors"] == {"active": 1}
    assert counted["assignments"] == {"assigned": 1}
    assert (counted["late"], counted["questions"]) == (0, 1)


def test_reserved_names_are_no_programmes(contest: Contest):
    """A programme cannot hide a page."""
    refused = errors(
        "merit_programme_create", contest.sysadmin, name="office", title="t"
    )
    assert refused == {"name": ["This name is a page of its own."]}


def test_organizations_are_found_by_name_and_by_what_is_missing(contest: Contest):
    """Wildcards are letters like others; described ones are left out on request."""
    odd = factories.Organization(title="100%_Abierto")
    data = {"programme_id": contest.programme["id"], "q": "%_ab"}
    found = contest.act("merit_organization_profile_list", **data)
    assert [row["organization_id"] for row in found["results"]] == [odd["id"]]
    contest.act(
        "merit_organization_profile_update",
        programme_id=contest.programme["id"],
        organization=odd["id"],
        type="odd",
    )
    found = contest.act("merit_organization_profile_list", missing=True, **data)
    assert found["results"] == []
    assert "odd" in found["known"]["type"]


def test_stages_and_categories_of_drafts_change(contest: Contest):
    """What isn't given stays; after publication nothing changes."""
    edition = contest.ready()
    stage = contest.act(
        "merit_stage_create",
        edition_id=edition["id"],
        code="one",
        position=1,
        title="Uno",
    )
    changed = contest.act("merit_stage_update", id=stage["id"], weight="2.5")
    assert changed == stage | {"weight": "2.5"}
    category = contest.category(edition["id"])
    changed = contest.act(
        "merit_category_update", id=category, predicate={"level": ["local"]}, places=3
    )
    assert (changed["predicate"], changed["places"]) == ({"level": ["local"]}, 3)
    contest.act("merit_edition_publish", id=edition["id"])
    refused = errors("merit_category_update", contest.secretary, id=category, places=1)
    assert refused == {"published": ["The edition is published already."]}
