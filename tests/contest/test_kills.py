"""Workers of contests that are killed: nothing is lost, nothing happens twice."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest.people import Contest, iso
from tests.kernel import workers

from ckan import model

from ckanext.merit import contest_jobs, jobs, mail
from ckanext.merit.interfaces import Kind
from ckanext.merit.logic.contest import outbox
from ckanext.merit.model import audit
from ckanext.merit.model.contest_entry import Entry, Invitation
from ckanext.merit.model.contest_jury import Assignment, Juror
from ckanext.merit.model.contest_result import Outbox

pytestmark = pytest.mark.usefixtures("clean_db")


def hasty(kinds: list[Kind]) -> list[Kind]:
    """Give kinds leases that a test can wait for."""
    lease = timedelta(seconds=1)
    return [
        Kind(kind.name, kind.handle, kind.discover, batch=kind.batch, lease=lease)
        for kind in kinds
    ]


CLOCK = hasty(contest_jobs.kinds())
MAIL = hasty(mail.kinds())


class _Talk(socketserver.StreamRequestHandler):
    """As much of a mail server as a message needs."""

    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            if word == "DATA":
                self._say("354 go on")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.server.taken += 1  # type: ignore[attr-defined]
            self._say("221 bye" if word == "QUIT" else "250 yes")
            if word == "QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A mail server that other processes reach; it counts messages."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as found:
        found.taken = 0  # type: ignore[attr-defined]
        found.daemon_threads = True
        address = f"127.0.0.1:{found.server_address[1]}"
        monkeypatch.setenv("CKAN_SMTP_SERVER", address)
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


def overdue(contest: Contest) -> tuple[str, dict[str, tuple[Any, str]]]:
    """Make one row of each kind whose time is over; gives them by what they become."""
    edition = contest.evaluating()
    key = edition["id"]
    juror, entry = contest.juror(key), contest.entered(key)
    link = {"edition_id": key, "email": "a@b.pe", "role": "juror"}
    task = contest.assigned(juror, entry, due_at=iso(1))
    rows = {
        "assignment": (Assignment, task["id"]),
        "juror": (Juror, contest.juror(key, state="invited").id),
        "invitation": (
            Invitation,
            contest.act("merit_invitation_create", **link)["id"],
        ),
        "entry": (Entry, contest.entered(key, "draft")["id"]),
    }
    contest.close(key, "enrolment")
    for table, row in rows.values():
        column = "expires_at" if table in {Juror, Invitation} else "due_at"
        moved = {column: sa.func.clock_timestamp()}
        model.Session.execute(sa.update(table).where(table.id == row).values(moved))
    model.Session.commit()
    return key, rows


@pytest.mark.parametrize("failpoint", ["claimed", "handled", "committed"])
def test_a_killed_clock_makes_each_transition_once(clean_db: None, failpoint: str):
    """All rows end where they should, with one record of each on the trail."""
    key, rows = overdue(Contest())
    assert workers.run(failpoint, None, kinds="tests.contest.test_kills:CLOCK") == [
        -9,
        0,
    ]
    model.Session.rollback()
    states = {
        kind: model.Session.scalar(sa.select(table.state).where(table.id == row))
        for kind, (table, row) in rows.items()
    }
    assert states == {
        "assignment": "expired",
        "juror": "expired",
        "invitation": "expired",
        "entry": "lapsed",
    }
    done = sorted(
        (link.body["object_type"], link.body["act"])
        for link in audit.links(model.Session, key)
        if link.body["actor"] == "system"
    )
    assert done == [
        ("assignment", "expire"),
        ("entry", "lapse"),
        ("invitation", "expire"),
        ("juror", "expire"),
    ]


@pytest.mark.parametrize(
    ("failpoint", "copies"), [("claimed", 1), ("handled", 2), ("committed", 1)]
)
def test_a_killed_postman_loses_no_letter(
    clean_db: None, server: Any, failpoint: str, copies: int
):
    """Killed between sending and noting it, a second copy leaves, and never a third."""
    contest = Contest()
    edition = contest.published()
    payload = {
        "edition_id": edition["id"],
        "user_id": contest.secretary["id"],
        "subject": "s",
        "text": "t",
    }
    outbox.put("one", "mailing_one", payload)
    model.Session.commit()
    here = "tests.contest.test_kills:MAIL"
    assert workers.run(failpoint, None, kinds=here) == [-9, 0]
    model.Session.rollback()
    row: Any = model.Session.get(Outbox, "one", populate_existing=True)
    assert (row.sent_at is not None, server.taken) == (True, copies)
    jobs.work(once=True, kinds=MAIL)
    assert server.taken == copies
