"""What an edition has given so far, when its results or its winners change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.logic.contest import names, trail
from ckanext.merit.logic.contest.embargo import is_out
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.prizes import Proposal
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_result import Distinction, ScoreRun

__all__ = ["ENDED", "Held", "outdate"]

#: States that hold no place any more.
ENDED = ("forfeited", "revoked", "superseded", "corrected")
#: Those of entries that lost a distinction: they get no other one.
_LOST = ("forfeited", "revoked")
#: What the rules decide.
_RULED = ("place", "level")
_UNANNOUNCED = ("proposed", "verifying", "confirmed")

Key = tuple[str, str, int | None, str]


def outdate(context: Any, edition: Edition, run: ScoreRun) -> None:
    """Supersede what was not announced yet and rests on results that were corrected.

    Args:
        context: CKAN's.
        edition: Locked.
        run: Whose results are in force now.
    """
    rows = model.Session.scalars(
        sa.select(Distinction)
        .join(ScoreRun, ScoreRun.id == Distinction.run_id)
        .where(
            Distinction.edition_id == edition.id,
            Distinction.state.in_(_UNANNOUNCED),
            ScoreRun.state == "superseded",
        )
        .order_by(Distinction.id)
        .with_for_update(of=Distinction)
    )
    for row in rows.all():
        _outdate(context, row, run)


class Held:
    """The distinctions of a locked edition.

    Attributes:
        lost: Entries that forfeited or lost a distinction.
        void: Category and place of the places that nobody gets.
    """

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        rows = model.Session.scalars(
            sa.select(Distinction)
            .where(Distinction.edition_id == edition.id)
            .order_by(Distinction.id)
            .with_for_update()
        ).all()
        self.lost = {row.entry_id for row in rows if row.state in _LOST}
        standing = [row for row in rows if row.state not in ENDED]
        self.void = {
            (row.category_id, row.place) for row in standing if row.entry_id is None
        }
        self._ruled = [
            row for row in standing if row.entry_id is not None and row.type in _RULED
        ]

    def settle(
        self, context: Any, run: ScoreRun, wanted: Iterable[Proposal]
    ) -> list[Proposal]:
        """Keep what still holds, supersede the rest; give what is to be proposed.

        Raises:
            ContestError: ``announced``, if something else was announced;
                ``not_visible``, if everybody would learn of results too early.
        """
        missing = {
            (item.object, item.type, item.place, item.level): item for item in wanted
        }
        wrong = []
        for row in self._ruled:
            if row.entry_id in self.lost:
                continue
            holds = missing.pop(_key(row), None) is not None
            if row.state != "announced" and not holds:
                _outdate(context, row, run)
            elif not holds:
                wrong.append(row)
            elif row.run_id != run.id:
                self._carry(context, row, run)
        if wrong:
            text = tk._(
                "Other distinctions are announced. Note first that these are "
                "corrected: {entries}"
            )
            titles = names.of_entries(row.entry_id for row in wrong).values()
            raise ContestError(
                "announced", text.format(entries=", ".join(sorted(titles)))
            )
        return list(missing.values())

    def _carry(self, context: Any, row: Distinction, run: ScoreRun) -> None:
        """Let an announced distinction rest on the results that bear it out again."""
        if not is_out(self.edition.id, run_id=run.id):
            text = tk._(
                "The corrected results are not visible yet. Propose once they are."
            )
            raise ContestError("not_visible", text)
        row.run_id = run.id
        change = trail.Change(reason=f"run {run.number}")
        trail.note(context, "carry", row, edition_id=row.edition_id, change=change)


def _outdate(context: Any, row: Distinction, run: ScoreRun) -> None:
    reason = f"run {run.number}"
    transit(context, row, "outdate", edition_id=row.edition_id, reason=reason)


def _key(row: Distinction) -> Key:
    level = (row.citation or {}).get("level", "") if row.type == "level" else ""
    return row.entry_id, row.type, row.place, level
