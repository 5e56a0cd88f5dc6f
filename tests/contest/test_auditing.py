"""The audit trail as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest.people import Contest, call, errors, holder, person

import ckantoolkit as tk
from ckan import model
from ckan.cli.cli import ckan


def test_those_who_run_or_audit_an_edition_read_its_trail(contest: Contest):
    """Latest first, without digests of what was written."""
    edition = contest.draft()
    contest.act("merit_edition_update", id=edition["id"], version=1, title="x")
    for user in (contest.secretary, contest.chair, contest.sysadmin):
        found = call("merit_audit_list", user, edition_id=edition["id"])
        assert [item["act"] for item in found["results"]] == ["update", "create"]
    observer = holder(contest.programme["id"], "observer")
    assert call("merit_audit_list", observer, edition_id=edition["id"])["count"] == 2
    with pytest.raises(tk.NotAuthorized):
        call("merit_audit_list", person(), edition_id=edition["id"])


@pytest.fixture
def forged(contest: Contest) -> Iterator[str]:
    """A chain whose second record its owner has rewritten; mended afterwards."""
    edition = contest.draft()
    contest.act("merit_edition_update", id=edition["id"], version=1, title="x")
    _rewrite(edition["id"], "forged", "update")
    yield edition["id"]
    _rewrite(edition["id"], "update", "forged")


def _rewrite(chain: str, new: str, old: str) -> None:
    session = model.Session
    session.execute(sa.text("ALTER TABLE merit_audit DISABLE TRIGGER ALL"))
    statement = "UPDATE merit_audit SET act = :new WHERE chain = :c AND act = :old"
    session.execute(sa.text(statement), {"new": new, "c": chain, "old": old})
    session.execute(sa.text("ALTER TABLE merit_audit ENABLE TRIGGER ALL"))
    session.commit()


def test_the_command_names_the_first_bad_record(cli: Any, forged: str):
    """And fails, so that cron tells."""
    result = cli.invoke(ckan, ["merit", "audit", "verify", "--chain", forged])
    assert result.exit_code == 1
    assert "record 2 was changed after it was written" in result.output


def test_the_command_prints_heads_to_keep(cli: Any, contest: Contest):
    """With a head that was kept, a chain that is shorter now is found."""
    edition = contest.draft()
    command = ["merit", "audit", "verify", "--chain", edition["id"]]
    result = cli.invoke(ckan, command)
    assert result.exit_code == 0
    word, chain, seq, kept = result.output.split()[-4:]
    assert (word, chain, seq, len(kept)) == ("good", edition["id"], "1", 64)
    later = cli.invoke(ckan, [*command, "--seq", "2", "--hash", kept])
    assert later.exit_code == 1
    assert "record 2 is missing" in later.output


@pytest.mark.parametrize("lacking", ["chain", "seq", "hash"])
def test_a_part_of_a_head_is_refused(cli: Any, contest: Contest, lacking: str):
    """Else a chain would be called good with which the kept head was never compared."""
    head = {"chain": contest.draft()["id"], "seq": "1", "hash": "0" * 64}
    del head[lacking]
    refused = errors("merit_audit_verify", contest.sysadmin, **head)
    assert list(refused) == [lacking]
    words = [word for name, value in head.items() for word in (f"--{name}", value)]
    result = cli.invoke(ckan, ["merit", "audit", "verify", *words])
    assert result.exit_code == 2
    assert f"--{lacking}: " in result.output
