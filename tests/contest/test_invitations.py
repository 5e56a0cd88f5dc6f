"""Invitations by link: for one address, once, in time, and never told to others."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest.people import Contest, call, errors, person

import ckantoolkit as tk
from ckan import model
from ckan.model.types import make_uuid

from ckanext.merit.logic.contest import invitations, letters, links
from ckanext.merit.model.contest_entry import Invitation
from ckanext.merit.model.contest_result import Outbox


def invited(contest: Contest, email: str, **data: Any) -> tuple[Any, str]:
    """Invite an address; gives the edition and the token of the link."""
    edition = contest.published()
    values = {"edition_id": edition["id"], "role": "juror", **data}
    row = contest.act("merit_invitation_create", email=email, **values)
    return edition, links.token_of(row["id"])


def letter_of(token: str) -> letters.Letter | None:
    row: Any = links.found(token)
    message: Any = model.Session.get(Outbox, f"invitation:{row.id}")
    return letters.letter(message.kind, message.payload)


def test_a_juror_accepts_by_link(contest: Contest):
    """With the account of the address; the declarations of jurors come next."""
    user = person()
    edition, token = invited(contest, user["email"].upper(), institution="PUCP")
    shown = call("merit_invitation_show", user, token=token)
    assert (shown["role"], shown["state"], shown["yours"]) == ("juror", "pending", True)
    call("merit_invitation_accept", user, token=token)
    (juror,) = contest.act("merit_juror_list", edition_id=edition["id"])
    assert (juror["user_id"], juror["state"], juror["institution"]) == (
        user["id"],
        "invited",
        "PUCP",
    )


def test_a_role_by_link(contest: Contest):
    """An observer holds the role of this edition once accepted."""
    user = person()
    edition, token = invited(contest, user["email"], role="observer")
    call("merit_invitation_accept", user, token=token)
    access = call("merit_edition_access_show", user, id=edition["id"])
    assert access["roles"] == ["O"]


def test_a_link_works_once(contest: Contest):
    """The second time it says that it was used."""
    user = person()
    _, token = invited(contest, user["email"])
    call("merit_invitation_accept", user, token=token)
    assert list(errors("merit_invitation_accept", user, token=token)) == ["used"]
    assert call("merit_invitation_show", None, token=token)["state"] == "accepted"


@pytest.mark.parametrize("act", ["merit_invitation_accept", "merit_invitation_decline"])
def test_a_link_is_bound_to_its_address(contest: Contest, act: str):
    """Whoever got it forwarded can do nothing with it."""
    _, token = invited(contest, person()["email"])
    for other in (person(), contest.secretary, contest.sysadmin, None):
        with pytest.raises(tk.NotAuthorized):
            call(act, other, token=token)


def test_a_link_ends(contest: Contest):
    """After its time, and when it is taken back."""
    user = person()
    _, late = invited(contest, user["email"])
    model.Session.execute(
        sa.update(Invitation)
        .where(Invitation.token_sha256 == links.digest_of(late))
        .values(expires_at=sa.func.clock_timestamp())
    )
    model.Session.commit()
    assert list(errors("merit_invitation_accept", user, token=late)) == ["expired"]
    assert call("merit_invitation_show", None, token=late)["state"] == "expired"
    _, back = invited(contest, user["email"])
    row: Any = links.found(back)
    contest.act("merit_invitation_revoke", id=row.id, reason="r")
    assert list(errors("merit_invitation_accept", user, token=back)) == ["used"]


def test_declining(contest: Contest):
    """It leaves no role, and the link is used."""
    user = person()
    edition, token = invited(contest, user["email"])
    call("merit_invitation_decline", user, token=token)
    assert contest.act("merit_juror_list", edition_id=edition["id"]) == []
    assert links.found(token).state == "declined"  # type: ignore[union-attr]


@pytest.mark.parametrize("token", ["", "x" * 43, "é" * 43, "x" * 5000, None, [], 7])
def test_other_links_lead_nowhere(contest: Contest, token: Any):
    """Guessing tells nothing."""
    wrong = (tk.ObjectNotFound, tk.ValidationError)
    with pytest.raises(wrong):
        call("merit_invitation_show", None, token=token)


def test_neither_link_nor_address_is_stored(contest: Contest):
    """The row holds digests, the outbox no link, the answer no address."""
    address = person()["email"]
    edition, token = invited(contest, address)
    row: Any = links.found(token)
    message: Any = model.Session.get(Outbox, f"invitation:{row.id}")
    (shown,) = contest.act("merit_invitation_list", edition_id=edition["id"])
    stored = f"{vars(row)} {message.payload} {shown}"
    assert token not in stored
    assert address not in f"{vars(row)} {shown}"
    assert shown["detail"]["hint"] == f"{address[0]}…@gmail.com"


def test_the_mail_has_the_link(contest: Contest):
    """In the language of the invitation, to the address."""
    address = person()["email"]
    _, token = invited(contest, address, language="es")
    letter = letter_of(token)
    assert letter is not None
    assert letter.address == address
    assert f"/contest-invitation/{token}" in letter.body


def test_an_account_is_made_by_link(contest: Contest):
    """For the address that was invited only; then it can accept."""
    address = f"{make_uuid()}@gmail.com"
    _, token = invited(contest, address)
    data = {"token": token, "name": make_uuid(), "password": "a long enough word"}
    refused = errors("merit_invitation_register", None, email="b@c.pe", **data)
    assert list(refused) == ["email"]
    made = call("merit_invitation_register", None, email=address, **data)
    call("merit_invitation_accept", made["name"], token=token)
    assert model.User.get(made["name"]).sysadmin is False  # type: ignore[union-attr]


def test_an_account_is_made_once(contest: Contest):
    """The address has one account, and a used link makes none."""
    address = f"{make_uuid()}@gmail.com"
    _, token = invited(contest, address)
    data = {"token": token, "email": address, "password": "a long enough word"}
    made = call("merit_invitation_register", None, name=make_uuid(), **data)
    refused = errors("merit_invitation_register", None, name=make_uuid(), **data)
    assert list(refused) == ["email"]
    call("merit_invitation_decline", made["name"], token=token)
    refused = errors("merit_invitation_register", None, name=make_uuid(), **data)
    assert list(refused) == ["used"]


def test_an_address_is_invited_once_at_a_time(contest: Contest):
    """A second one waits until the first is answered or over."""
    edition, _ = invited(contest, "a@b.pe")
    data = {"edition_id": edition["id"], "email": "A@b.pe ", "role": "juror"}
    refused = errors("merit_invitation_create", contest.secretary, **data)
    assert list(refused) == ["pending"]
    model.Session.execute(
        sa.update(Invitation)
        .where(Invitation.target_id == edition["id"])
        .values(expires_at=sa.func.clock_timestamp())
    )
    model.Session.commit()
    assert contest.act("merit_invitation_create", **data)["state"] == "pending"


def test_invitations_per_day_are_limited(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
):
    """Nobody uses the portal to write to the world."""
    monkeypatch.setattr(invitations, "PER_DAY", 1)
    edition, _ = invited(contest, "a@b.pe")
    data = {"edition_id": edition["id"], "email": "c@b.pe", "role": "juror"}
    refused = errors("merit_invitation_create", contest.secretary, **data)
    assert list(refused) == ["too_many"]


@pytest.mark.parametrize(
    "address", ["a@b.pe\r\nBcc: x@c.pe", "a@b.pe,x@c.pe", "a b@c.pe", "a", "@b.pe"]
)
def test_an_invitation_has_one_address(contest: Contest, address: str):
    """Nothing else passes."""
    edition = contest.published()
    data = {"edition_id": edition["id"], "email": address, "role": "juror"}
    refused = errors("merit_invitation_create", contest.secretary, **data)
    assert list(refused) == ["email"]


def test_the_chair_invites_jurors_only(contest: Contest):
    """Roles are for the secretariat to give."""
    edition = contest.published()
    data = {"edition_id": edition["id"], "email": "a@b.pe"}
    call("merit_invitation_create", contest.chair, role="juror", **data)
    with pytest.raises(tk.NotAuthorized):
        call("merit_invitation_create", contest.chair, role="observer", **data)
