"""An award for load: entities with admins, enrolments and evidence to hand in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from _editions import NOW, Bench

from ckan import model

from ckanext.merit.model import award, contest, contest_entry

__all__ = ["Award", "Place"]

ADMINS = 20
PHASES = ("enrolment", "evidence")
CRITERION = "plan"
RULES = f"""
merit: 1
id: load
root:
  of:
  - code: {CRITERION}
    source: evidence
    missing: zero
    levels: {{none: 0, partial: 0.5, full: 1}}
"""


@dataclass(frozen=True)
class Place:
    """An entry, its admin's token, and a piece of evidence as a draft."""

    entry_id: str
    token: str
    piece_id: str = ""


class Award:
    """An edition whose enrolment and evidence are open.

    Args:
        bench: People and a programme.
        slug: Of the edition.
        size: Enrolments to submit, and as many admitted entries with evidence.
    """

    def __init__(self, bench: Bench, slug: str, size: int) -> None:
        self.bench, self.slug = bench, slug
        self.edition_id, self.category_id = self._edition()
        users = [bench.user(f"{slug}-admin-{n}") for n in range(ADMINS)]
        self.admins = [(user, bench.token(user)) for user in users]
        self.enrolments = [self._enrolment(n) for n in range(size)]
        self.evidence = [self._evidence(size + n) for n in range(size)]
        model.Session.commit()

    @property
    def address(self) -> str:
        """The path of the edition's pages."""
        return f"/contests/bench/{self.slug}"

    def closes_in(self, seconds: float) -> None:
        """Move the close of enrolment and evidence, by the database's clock."""
        closes = sa.func.clock_timestamp() + timedelta(seconds=seconds)
        model.Session.execute(
            sa.update(contest.Phase)
            .where(contest.Phase.edition_id == self.edition_id)
            .values(closes_at=closes)
        )
        model.Session.commit()

    def submitted(self) -> dict[str, Any]:
        """Ids of what is handed in, with the instant it was."""
        piece, version = award.Evidence, contest_entry.EntryVersion
        entry = contest_entry.Entry
        pieces = sa.select(piece.id, piece.submitted_at).join(
            entry, entry.id == piece.entry_id
        )
        enrolled = sa.select(entry.id, version.submitted_at).join(
            version, version.entry_id == entry.id
        )
        found: dict[str, Any] = {}
        for statement in (
            pieces.where(piece.submitted_at.isnot(None)),
            enrolled,
        ):
            here = statement.where(entry.edition_id == self.edition_id)
            found |= {row[0]: row[1] for row in model.Session.execute(here)}
        model.Session.remove()
        return found

    def _edition(self) -> tuple[str, str]:
        bench = self.bench
        edition = bench.act(
            bench.secretary,
            "merit_edition_create",
            programme_id=bench.programme_id,
            slug=self.slug,
            kind="award",
            title=self.slug,
        )["id"]
        category = contest.Category(
            edition_id=edition, code="all", position=1, title={}, predicate={}
        )
        bench.add(category)
        for kind in PHASES:
            bench.add(
                contest.Phase(
                    edition_id=edition,
                    kind=kind,
                    opens_at=NOW - timedelta(days=1),
                    closes_at=NOW + timedelta(days=1),
                )
            )
        model.Session.commit()
        bench.rules(edition, RULES)
        bench.act(bench.secretary, "merit_edition_publish", id=edition)
        return edition, category.id

    def _enrolment(self, number: int) -> Place:
        user, token = self.admins[number % ADMINS]
        entry = self.bench.act(
            user,
            "merit_entry_prepare",
            edition_id=self.edition_id,
            category_id=self.category_id,
            organization_id=self._organization(number, user),
            draft={"plan": "x"},
        )
        return Place(entry["id"], token)

    def _evidence(self, number: int) -> Place:
        place = self._enrolment(number)
        table = contest_entry.Entry
        model.Session.execute(
            sa.update(table).where(table.id == place.entry_id).values(state="admitted")
        )
        model.Session.commit()
        user, token = self.admins[number % ADMINS]
        piece = self.bench.act(
            user, "merit_award_evidence_save", **self.piece(place.entry_id)
        )
        return Place(place.entry_id, token, piece["id"])

    def version(self, piece_id: str) -> int:
        """The version of a piece that is stored now."""
        found = sa.select(award.Evidence.version).where(award.Evidence.id == piece_id)
        version = model.Session.execute(found).scalar_one()
        model.Session.remove()
        return version

    @staticmethod
    def piece(entry_id: str) -> dict[str, Any]:
        """Describe a piece of evidence."""
        return {
            "entry_id": entry_id,
            "criterion": CRITERION,
            "kind": "text",
            "reference": "Resolution 5",
            "claimed": "full",
        }

    def _organization(self, number: int, user: Any) -> str:
        name = f"{self.slug}-{number}"
        row = model.Group(
            name=name, title=name, type="organization", is_organization=True
        )
        self.bench.add(row)
        self.bench.add(
            model.Member(
                group=row, table_name="user", table_id=user.id, capacity="admin"
            )
        )
        return row.id
