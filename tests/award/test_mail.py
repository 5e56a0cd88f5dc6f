"""Those behind an entry are told when something happens to their evidence."""

from __future__ import annotations

from typing import Any

import pytest
from tests.award.people import Award, submit
from tests.contest.people import iso
from tests.contest.test_mail import deliver, sent

pytestmark = pytest.mark.usefixtures("clean_db", "folder")
SECRET = "sentinel 7.3519"


@pytest.mark.parametrize(
    ("act", "data", "subject"),
    [
        ("return", {"due_at": iso(3), "reason": SECRET}, "has to be corrected"),
        ("reject", {"reason": SECRET}, "a decision on evidence"),
        ("accept", {"level": "none", "reason": SECRET}, "a decision on evidence"),
    ],
)
def test_a_message_without_the_reason(
    mail_server: Any, act: str, data: dict[str, Any], subject: str
):
    """Mail says that there is something to read; what, only the portal tells."""
    award = Award()
    entry = award.enrolled(award.published()["id"])
    row = submit(entry)
    deliver()
    mail_server.clear_smtp_messages()
    award.act(f"merit_award_evidence_{act}", id=row["id"], **data)
    deliver()
    found = sent(mail_server)
    about, body = found[entry["entity"].admin["email"]]
    assert (subject in about, SECRET in body) == (True, False)
    assert award.chair["email"] not in found
