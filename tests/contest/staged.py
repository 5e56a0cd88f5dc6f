"""An edition in two stages, each with a criterion of its own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from tests.contest.people import Contest, call

from ckan import model

from ckanext.merit.model.contest_jury import Review

STAGES = ("first", "second")
RULES = """
merit: 1
id: staged
root:
  of:
  - {code: first, of: [{code: licence, scale: [0, 10], panel: {quorum: 1}}]}
  - {code: second, of: [{code: format, scale: [0, 10], panel: {quorum: 1}}]}
"""
_CRITERIA = {"first": "licence", "second": "format"}


class Staged(Contest):
    """A contest in stages; entries of `judged` are reviewed in both."""

    stages: dict[str, str]

    def rules(self, edition_id: str, source: str = RULES) -> dict[str, Any]:
        """Make the stages, and put the rules in force."""
        self.stages = {
            code: self.act(
                "merit_stage_create",
                edition_id=edition_id,
                code=code,
                position=number,
                title=code,
            )["id"]
            for number, code in enumerate(STAGES, 1)
        }
        return super().rules(edition_id, source)

    def judged(self) -> dict[str, Any]:
        """Make an edition with one entry that a juror reviewed in both stages."""
        edition = self.evaluating()
        juror = self.juror(edition["id"])
        entry = self.entered(edition["id"])
        tasks = {}
        for code, stage_id in self.stages.items():
            tasks[code] = task = self.assigned(juror, entry, stage_id=stage_id)
            data = {"assignment_id": task["id"], "scores": {_CRITERIA[code]: "5"}}
            saved = juror.act("merit_review_save", version=0, **data)
            juror.act(
                "merit_review_submit",
                assignment_id=task["id"],
                version=saved["version"],
            )
            model.Session.execute(
                sa.update(Review)
                .where(Review.assignment_id == task["id"])
                .values(feedback=code)
            )
            model.Session.commit()
        self.close(edition["id"], "jury")
        return edition | {"entries": [entry], "tasks": tasks, "juror": juror}

    def approved_stage(self, edition_id: str, code: str) -> dict[str, Any]:
        """Compute and approve a run of a stage."""
        stage_id = self.stages[code]
        run = self.act("merit_run_compute", edition_id=edition_id, stage_id=stage_id)
        call("merit_run_approve", self.chair, id=run["id"])
        return self.act("merit_run_approve", id=run["id"])
