"""Mail: to the right people, once, in words, and nothing secret in it."""

from __future__ import annotations

import base64
import smtplib
from collections.abc import Callable
from email import message_from_string
from email.header import decode_header, make_header
from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest.people import Contest, call, errors, iso, person

from ckan import model

from ckanext.merit import jobs, mail
from ckanext.merit.logic.contest import letters, outbox
from ckanext.merit.model.contest_entry import Team
from ckanext.merit.model.contest_result import Outbox
from ckanext.merit.model.work import Work

# Deadlines of other tests would be reminded of.
pytestmark = pytest.mark.usefixtures("clean_db")


@pytest.fixture
def contest(clean_db: None) -> Contest:
    """A programme in a portal that has nothing else."""
    return Contest()


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], list[str]]:
    """A server that takes no message: the error it gives, and who was tried."""

    def install(error: Exception) -> list[str]:
        tried: list[str] = []

        class Server:
            def __init__(self, *_: Any) -> None:
                self.broken = False

            def ehlo(self) -> None:
                pass

            def sendmail(self, _: str, to: list[str], __: str) -> None:
                tried.extend(to)
                self.broken = isinstance(error, smtplib.SMTPServerDisconnected)
                raise error

            def quit(self) -> None:
                if self.broken:
                    raise smtplib.SMTPServerDisconnected("please run connect() first")

        monkeypatch.setattr(smtplib, "SMTP", Server)
        return tried

    return install


def deliver() -> None:
    """Send what may leave; failures are tried again at once."""
    model.Session.rollback()
    jobs.work(once=True, kinds=mail.kinds())
    model.Session.rollback()


def again() -> None:
    """Let what failed be due now."""
    model.Session.execute(sa.update(Work).values(due_at=sa.func.clock_timestamp()))
    model.Session.commit()
    deliver()


def sent(server: Any) -> dict[str, tuple[str, str]]:
    """What went out last to each address: subject and body; none went out twice."""
    found, seen = {}, set()
    for _, _, recipients, text in server.get_smtp_messages():
        message = message_from_string(text)
        subject = str(make_header(decode_header(message["Subject"])))
        body = base64.b64decode(str(message.get_payload())).decode()
        (address,) = recipients
        assert (address, subject) not in seen
        seen.add((address, subject))
        found[address] = (subject, body)
    return found


def test_results_reach_those_concerned_once(contest: Contest, mail_server: Any):
    """Representatives, jurors and the secretariat; nobody else, nobody twice.

    No points are in it; with their decimals no id in a link can be taken for them.
    """
    edition = contest.provisional(("7.3519", "7.3519"))
    deliver()
    deliver()
    found = sent(mail_server)
    entity = edition["entries"][0]["entity"]
    results = {
        address for address, (subject, _) in found.items() if "results" in subject
    }
    assert entity.admin["email"] in results
    assert contest.secretary["email"] in results
    assert edition["juror"].user["email"] in results
    assert contest.chair["email"] not in found
    bodies = "".join(body for _, body in found.values())
    assert [points for points in ("7.35", "73.5") if points in bodies] == []


def test_an_embargo_holds_mail_too(contest: Contest, mail_server: Any):
    """Before the instant of the results nothing is said of them."""
    edition = contest.scored(("1", "1"))
    run = contest.approved(edition["id"])
    deliver()
    mail_server.clear_smtp_messages()
    contest.act(
        "merit_run_publish", id=run["id"], kind="provisional", visible_from=iso(1)
    )
    deliver()
    assert sent(mail_server) == {}


def test_those_behind_an_entry_learn_of_decisions(contest: Contest, mail_server: Any):
    """Admission and return, with the deadline but without the reason."""
    edition = contest.published()
    entry = contest.entered(edition["id"], "submitted")
    contest.act(
        "merit_entry_return", id=entry["id"], reason="Falta la carta", due_at=iso(5)
    )
    deliver()
    subject, body = sent(mail_server)[entry["entity"].admin["email"]]
    assert subject == f"2026: {entry['title']} has to be corrected"
    assert "(America/Lima)" in body
    assert "UTC" in body
    assert "Falta la carta" not in body


def test_representative_and_admins_are_written_to(contest: Contest, mail_server: Any):
    """Both, each once; editors are not."""
    edition = contest.published()
    entity, maria = contest.entity(), person()
    entity.add(maria, "member")
    entry = entity.prepare(edition["id"], head=maria["name"])
    entity.act("merit_entry_submit", id=entry["id"])
    contest.act("merit_entry_admit", id=entry["id"])
    deliver()
    told = {user["email"] for user in (maria, entity.admin)}
    assert set(sent(mail_server)) == told


def test_in_the_language_of_the_portal(
    contest: Contest,
    mail_server: Any,
    monkeypatch: pytest.MonkeyPatch,
    ckan_config: Any,
):
    """Where nothing is known of the person."""
    monkeypatch.setitem(ckan_config, "ckan.locale_default", "es")
    edition = contest.published(title={"en": "Award", "es": "Premio"})
    entry = contest.entered(edition["id"])
    deliver()
    subject, _ = sent(mail_server)[entry["entity"].admin["email"]]
    assert subject.startswith("Premio: ")


def test_reminders_before_a_deadline(contest: Contest, mail_server: Any):
    """Once for each deadline; whoever has submitted is left in peace."""
    edition = contest.ready()
    contest.act("merit_edition_publish", id=edition["id"])
    (phase,) = contest.act("merit_edition_show", id=edition["id"])["phases"]
    late = contest.entered(edition["id"], "draft")
    done = contest.entered(edition["id"], "submitted")
    deliver()
    assert sent(mail_server) == {}
    model.Session.execute(
        sa.text(
            "UPDATE merit_phase SET closes_at = clock_timestamp() + interval '2 days'"
            " WHERE id = :id"
        ),
        phase,
    )
    model.Session.commit()
    deliver()
    deliver()
    found = sent(mail_server)
    subject, _ = found[late["entity"].admin["email"]]
    assert subject == f"2026: {late['title']} is not submitted yet"
    assert done["entity"].admin["email"] not in found


def test_a_message_to_a_group(contest: Contest, mail_server: Any):
    """Looked at first, then sent once to each; its author is in the audit trail."""
    edition = contest.published()
    entries = [contest.entered(edition["id"]) for _ in range(2)]
    for entry in entries:
        model.Session.execute(
            sa.update(Team)
            .where(Team.organization_id == entry["entity"].id)
            .values(head_id=entry["entity"].admin["id"])
        )
    contest.entered(edition["id"], "draft")
    deliver()
    mail_server.clear_smtp_messages()
    data = {
        "edition_id": edition["id"],
        "segment": "entries_admitted",
        "subject": "Taller de {edition}",
        "text": "Estimada {name}: {link} {other} {0}",
    }
    looked = contest.act("merit_mail_preview", **data)
    assert (looked["count"], looked["sent"]) == (2, False)
    assert looked["subject"] == "Taller de 2026"
    assert "{other} {0}" in looked["body"]
    assert contest.act("merit_mail_send", **data) == {"count": 2}
    assert list(errors("merit_mail_send", contest.secretary, **data)) == ["sent"]
    deliver()
    found = sent(mail_server)
    admins = {entry["entity"].admin["email"] for entry in entries}
    assert set(found) == admins
    trail = contest.act("merit_audit_list", edition_id=edition["id"])["results"]
    assert "write to entries_admitted" in {row["act"] for row in trail}


def test_an_empty_group_is_said(contest: Contest):
    """No message to nobody."""
    data = {"segment": "jurors", "subject": "s", "text": "t"}
    edition = contest.published()
    refused = errors(
        "merit_mail_send", contest.secretary, edition_id=edition["id"], **data
    )
    assert list(refused) == ["nobody"]


def test_a_subject_is_one_line(contest: Contest):
    """No header can be added to a message."""
    edition = contest.published()
    refused = errors(
        "merit_mail_preview",
        contest.secretary,
        edition_id=edition["id"],
        segment="jurors",
        subject="a\r\nBcc: x@example.com",
        text="t",
    )
    assert list(refused) == ["subject"]


@pytest.mark.parametrize(
    "address", ["a@b.pe\r\nBcc: x@c.pe", "a@b.pe, x@c.pe", "a", "", "<a@b.pe>"]
)
def test_a_message_has_one_address(contest: Contest, address: str):
    """Whatever else it is, nobody is written to."""
    edition = contest.published()
    payload = {"email": address, "edition_id": edition["id"]}
    assert letters.letter("mailing_one", payload) is None


def test_a_simulation_writes_to_nobody(contest: Contest, mail_server: Any):
    """The entities in it never entered."""
    edition = contest.published(simulation=True)
    contest.entered(edition["id"])
    deliver()
    assert sent(mail_server) == {}


def one(contest: Contest, **more: str) -> Outbox:
    """Write a message to one person."""
    edition = contest.published()
    payload = {
        "edition_id": edition["id"],
        "user_id": contest.secretary["id"],
        "subject": "s",
        "text": "t",
        **more,
    }
    outbox.put("one", "mailing_one", payload)
    model.Session.commit()
    return model.Session.get(Outbox, "one")  # type: ignore[return-value]


def test_a_refused_address_is_not_tried_again(
    contest: Contest, failing: Callable[[Exception], list[str]]
):
    """550 stops; why is kept with the message."""
    row = one(contest)
    tried = failing(smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}))
    deliver()
    again()
    assert (len(tried), row.sent_at) == (1, None)
    assert row.payload["refused"] == "the server answered 550"


def test_a_refused_address_is_forgotten(
    contest: Contest, failing: Callable[[Exception], list[str]]
):
    """It was only needed to get there, whether it did or not."""
    row = one(contest, email="ana@muni.gob.pe")
    failing(smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}))
    deliver()
    model.Session.refresh(row)
    assert ("email" in row.payload, "refused" in row.payload) == (False, True)


@pytest.mark.parametrize("code", [421, 451])
def test_a_busy_server_is_tried_again(
    contest: Contest, failing: Callable[[Exception], list[str]], code: int
):
    """As often as other work; nothing is lost."""
    row = one(contest)
    tried = failing(smtplib.SMTPDataError(code, b"later"))
    deliver()
    again()
    again()
    assert (len(tried), "refused" in row.payload, row.sent_at) == (3, False, None)


def test_a_broken_connection_leads_to_two_copies_at_most(
    contest: Contest, failing: Callable[[Exception], list[str]]
):
    """It may have taken the message before it broke off."""
    row = one(contest)
    tried = failing(smtplib.SMTPServerDisconnected("gone"))
    deliver()
    for _ in range(3):
        again()
    assert len(tried) == 2
    assert "stayed open" in row.payload["refused"]


@pytest.mark.parametrize(("option", "unset"), [("server", ""), ("mail_from", None)])
def test_mail_waits_for_a_server_and_a_sender(
    contest: Contest,
    monkeypatch: pytest.MonkeyPatch,
    ckan_config: Any,
    mail_server: Any,
    option: str,
    unset: str | None,
):
    """Without them in the configuration nothing is lost, or marked as sent."""
    row = one(contest)
    monkeypatch.setitem(ckan_config, f"smtp.{option}", unset)
    deliver()
    assert (row.sent_at, sent(mail_server)) == (None, {})


def test_only_the_secretariat_writes(contest: Contest):
    """Neither the chair nor an entity."""
    edition = contest.published()
    data = {"segment": "jurors", "subject": "s", "text": "t"}
    with pytest.raises(Exception, match="not allowed"):
        call("merit_mail_preview", contest.chair, edition_id=edition["id"], **data)
