"""Programmes, roles and profiles of organisations."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest import rows
from tests.contest.people import Contest, call, errors, person

import ckantoolkit as tk
from ckan import model
from ckan.model.types import make_uuid
from ckan.tests import factories

from ckanext.merit.domain.audit import verify
from ckanext.merit.model import audit


def test_a_programme_has_titles_by_language(contest: Contest):
    """Plain text is in the portal's language; more languages come as a mapping."""
    assert contest.programme["title"] == {"en": "Premio"}
    other = call(
        "merit_programme_create",
        contest.sysadmin,
        name=make_uuid(),
        title={"es": "Premio", "en": "Award"},
    )
    assert other["title"] == {"es": "Premio", "en": "Award"}


def test_names_of_programmes_are_given_once(contest: Contest):
    """The second programme with a name is refused with a sentence."""
    assert errors(
        "merit_programme_create",
        contest.sysadmin,
        name=contest.programme["name"],
        title="x",
    ) == {"conflict": ["There is a programme with this name."]}


def test_a_programme_is_described_anew(contest: Contest):
    """Organisations are named by name or id; what isn't given is taken off."""
    owner, other = contest.entity().organization, contest.entity().organization
    data = {"id": contest.programme["id"], "title": {"es": "Sello", "en": "Seal"}}
    changed = call(
        "merit_programme_update",
        contest.sysadmin,
        owner_org=owner["name"],
        co_recognisers=[other["name"], owner["id"]],
        **data,
    )
    assert changed == contest.programme | {
        "title": data["title"],
        "owner_org": owner["id"],
        "co_recognisers": [other["id"], owner["id"]],
    }
    bare = call("merit_programme_update", contest.sysadmin, **data)
    assert (bare["owner_org"], bare["co_recognisers"]) == (None, [])
    with pytest.raises(tk.NotAuthorized):
        contest.act("merit_programme_update", **data)


@pytest.mark.parametrize("field", ["owner_org", "co_recognisers"])
def test_organizations_behind_a_programme_exist(contest: Contest, field: str):
    """Else a misspelt one would keep nobody from competing."""
    given = {"owner_org": "nobody", "co_recognisers": ["nobody"]}[field]
    assert errors(
        "merit_programme_update",
        contest.sysadmin,
        id=contest.programme["id"],
        title="x",
        **{field: given},
    ) == {field: ["There is no organization with this name or id: nobody"]}


def test_only_sysadmins_appoint_the_secretariat(contest: Contest):
    """The secretariat cannot enlarge itself."""
    user = person()
    data = {"programme_id": contest.programme["id"], "user": user["name"]}
    with pytest.raises(tk.NotAuthorized):
        contest.act("merit_secretariat_appoint", **data)
    role = call("merit_secretariat_appoint", contest.sysadmin, **data)
    assert (role["user_id"], role["role"]) == (user["id"], "secretariat")


def test_the_secretariat_cannot_be_granted_as_another_role(contest: Contest):
    """The role of a grant is one of those that the secretariat may give."""
    data = {"programme_id": contest.programme["id"], "user": contest.chair["name"]}
    refused = errors("merit_role_grant", contest.secretary, role="secretariat", **data)
    assert list(refused) == ["role"]


def test_a_role_that_ended_gives_nothing(contest: Contest):
    """After the end of the role its holder is a user like others."""
    edition = contest.draft()
    secretary = contest.secretary
    assert call("merit_edition_show", secretary, id=edition["id"])["id"]
    roles = contest.act("merit_role_list", programme_id=contest.programme["id"])
    role = next(item for item in roles if item["role"] == "secretariat")
    call("merit_secretariat_dismiss", contest.sysadmin, id=role["id"], reason="over")
    with pytest.raises(tk.ObjectNotFound):
        call("merit_edition_show", secretary, id=edition["id"])


def test_the_secretariat_ends_other_roles_only(contest: Contest):
    """A role of the secretariat is ended by sysadmins, the others by it."""
    roles = contest.act("merit_role_list", programme_id=contest.programme["id"])
    ids = {item["role"]: item["id"] for item in roles}
    with pytest.raises(tk.NotAuthorized):
        contest.act("merit_role_end", id=ids["secretariat"], reason="r")
    assert contest.act("merit_role_end", id=ids["chair"], reason="r")["ended_at"]


def test_whoever_competes_cannot_judge(contest: Contest):
    """A team's head is refused as chair of the edition, and of the programme."""
    edition = contest.draft()
    user = person()
    team = rows.team(edition["id"], head_id=user["id"])
    rows.entry(edition["id"], team_id=team.id)
    model.Session.commit()
    data = {"programme_id": contest.programme["id"], "user": user["name"]}
    for scope in ({}, {"edition_id": edition["id"]}):
        assert errors(
            "merit_role_grant", contest.secretary, role="chair", **data, **scope
        ) == {"competes": ["This person competes in the edition."]}
    assert contest.act("merit_role_grant", role="observer", **data)["id"]


def test_profiles_are_imported_as_a_whole(contest: Contest):
    """Bad rows are named by line and nothing is changed; good files count rows."""
    town, region = factories.Organization(), factories.Organization()
    header = "organization,type,level,region,size_class\n"
    good = f"{town['name']},municipality,local,Cusco,small\n"
    data = {"programme_id": contest.programme["id"]}
    bad = errors(
        "merit_organization_profile_import",
        contest.secretary,
        csv=header + good + "nobody,x,,,\n",
        **data,
    )
    assert bad == {"csv": ["Line 3: Organization not found: nobody"]}
    listed = "merit_organization_profile_list"
    data["limit"] = 1000
    mine = {town["id"], region["id"]}

    def found() -> dict[str, Any]:
        rows = contest.act(listed, **data)["results"]
        return {p["organization_id"]: p["type"] for p in rows}

    assert {key: found()[key] for key in mine} == dict.fromkeys(mine)
    text = header + good + f"{region['id']},region,,,\n"
    done = contest.act("merit_organization_profile_import", csv=text, **data)
    assert done == {"updated": 2}
    assert {key: found()[key] for key in mine} == {
        town["id"]: "municipality",
        region["id"]: "region",
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_profiles_come_from_any_spreadsheet(contest: Contest, delimiter: str, end: str):
    """Whatever it parts cells and lines with; columns in any order."""
    town = factories.Organization()
    rows = ("type,organization,level,region,size_class", f"x,{town['name']},,,")
    text = end.join(row.replace(",", delimiter) for row in rows)
    data = {"programme_id": contest.programme["id"], "csv": text}
    done = contest.act("merit_organization_profile_import", **data)
    assert done == {"updated": 1}


@pytest.mark.parametrize("length", [1_000, 140_000])
def test_a_field_that_is_too_long_is_refused(contest: Contest, length: int):
    """One by one or from a file; the line is named."""
    town = factories.Organization()
    header = "organization,type,level,region,size_class\n"
    data = {"programme_id": contest.programme["id"]}
    data["csv"] = f"{header}{town['name']},{'x' * length},,,\n"
    refused = errors("merit_organization_profile_import", contest.secretary, **data)
    (text,) = refused["csv"]
    assert text.startswith("Line 2: ")


def test_a_profile_is_replaced(contest: Contest):
    """What isn't given becomes unknown."""
    town = factories.Organization()
    data = {"programme_id": contest.programme["id"], "organization": town["name"]}
    contest.act("merit_organization_profile_update", type="x", region="y", **data)
    after = contest.act("merit_organization_profile_update", region="z", **data)
    assert (after["type"], after["region"]) == (None, "z")


def test_acts_are_on_the_trail(contest: Contest):
    """Each act leaves one record with actor, role and object, and the chain holds."""
    edition = contest.draft()
    contest.act("merit_edition_cancel", id=edition["id"], reason="línea\nnueva")
    links = list(audit.links(model.Session, edition["id"]))
    names = ("actor", "role", "act", "from_state", "to_state", "reason")
    assert [tuple(link.body[name] for name in names) for link in links] == [
        (contest.secretary["id"], "S", "create", None, "draft", None),
        (contest.secretary["id"], "S", "cancel", "draft", "cancelled", "línea nueva"),
    ]
    assert verify(links) is None


def test_a_refused_act_leaves_no_record(contest: Contest):
    """The record vanishes with the act."""
    edition = contest.draft()
    errors("merit_edition_close", contest.secretary, id=edition["id"])
    assert len(list(audit.links(model.Session, edition["id"]))) == 1
