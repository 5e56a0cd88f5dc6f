"""The audit trail in the database: written with the act, changed by nobody."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.model.types import make_uuid

from ckanext.merit.domain.audit import Broken, verify
from ckanext.merit.model import audit

pytestmark = pytest.mark.usefixtures("tables")


def written(count: int) -> str:
    """Write a chain of its own and return its name."""
    chain = make_uuid()
    for number in range(1, count + 1):
        record = audit.Record(
            chain, "ana", "S", "publish", "edition", f"e{number}", reason="así"
        )
        assert audit.append(model.Session, record) == number
    return chain


def test_a_chain_as_written_verifies():
    """What comes back from the database has the hashes that went in."""
    chain = written(3)
    assert [link.seq for link in audit.links(model.Session, chain)] == [1, 2, 3]
    assert verify(audit.links(model.Session, chain)) is None


def test_chains_are_apart():
    """Each edition has a chain that begins at one."""
    chains = {written(1), written(2)}
    assert chains <= set(audit.chains(model.Session))


def test_a_rollback_leaves_no_record():
    """The record is part of the act's transaction."""
    chain = written(1)
    model.Session.rollback()
    assert list(audit.links(model.Session, chain)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE merit_audit SET actor = 'eve'",
        "DELETE FROM merit_audit",
        "TRUNCATE merit_audit",
    ],
)
def test_the_table_refuses_changes(statement: str):
    """Neither update, delete nor truncate, not even of nothing."""
    with pytest.raises(sa.exc.IntegrityError, match="on merit_audit is refused"):
        model.Session.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE merit_audit SET reason = 'otra' WHERE seq = 2 AND chain = :chain",
            Broken(2, "was changed after it was written"),
        ),
        (
            "DELETE FROM merit_audit WHERE seq = 2 AND chain = :chain",
            Broken(2, "is missing: row 3 comes in its place"),
        ),
        (
            "UPDATE merit_audit SET at = at + interval '1 second' "
            "WHERE seq = 3 AND chain = :chain",
            Broken(3, "was changed after it was written"),
        ),
    ],
)
def test_the_owner_of_the_database_is_found_out(statement: str, expected: Broken):
    """Whoever switches the trigger off is seen by the first bad row."""
    chain = written(3)
    model.Session.execute(sa.text("ALTER TABLE merit_audit DISABLE TRIGGER ALL"))
    model.Session.execute(sa.text(statement), {"chain": chain})
    assert verify(audit.links(model.Session, chain)) == expected


def test_ckan_does_not_empty_it():
    """The table is not in the metadata that CKAN's delete_all() walks."""
    assert audit.table.name not in model.meta.metadata.tables
