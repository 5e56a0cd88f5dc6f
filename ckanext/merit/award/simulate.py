"""An award simulated from end to end: every publisher enters, made-up jurors score.

Everything goes through the real actions; only an edition that is marked as a simulation
is touched, and every review says that it is simulated.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit import config
from ckanext.merit.award import simulated_evidence
from ckanext.merit.award.logic.simulation import require_simulation
from ckanext.merit.award.simulated import (
    SIMULATED,
    RefusedError,
    account,
    call,
    enrolment,
    score,
    system,
)
from ckanext.merit.logic.contest.criteria import criteria_of, rules_in_force
from ckanext.merit.logic.contest.transaction import load
from ckanext.merit.model import award_read, contest
from ckanext.merit.model.contest import Edition, Phase, Programme, RuleSet
from ckanext.merit.model.contest_entry import Entry, Snapshot

__all__ = ["EXAMPLE", "Options", "Simulation"]

EXAMPLE = Path(__file__).parents[1] / "rules" / "award" / "example-two-stages.yaml"
#: Days from now: opens, closes.
CALENDAR = {
    "publication_window": (-365, 12),
    "enrolment": (-1, 10),
    "evidence": (-1, 12),
    "screening": (11, 20),
    "jury": (21, 30),
    "provisional": (31, 33),
    "appeals": (33, 43),
}
STAGES = ("publication", "use")
_MANY = 500


@dataclass(frozen=True)
class Options:
    """How to simulate.

    Attributes:
        seed: Of the scores; the same seed gives the same ones.
        jurors: Number of jurors.
        per_entry: Number of jurors per entry.
        rules: The rule file of an edition that has no rules yet.
        progress: Called with each step, in words.
    """

    seed: str = "1"
    jurors: int = 7
    per_entry: int = 3
    rules: Path = EXAMPLE
    progress: Callable[[str], None] = lambda step: None


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    edition_id: str
    snapshot_id: str
    digest: str
    entries: int
    rows: list[dict[str, Any]]


class Simulation:
    """One run on one edition.

    Args:
        address: ``programme/slug``; what isn't there is made, marked as a simulation.
        options: How.
    """

    def __init__(self, address: str, options: Options) -> None:
        self.programme, _, self.slug = address.partition("/")
        self.options = options
        self.edition_id = ""
        self.secretary = self.chair = ""
        self.given: Counter[str] = Counter()

    def run(self) -> Outcome:
        """Simulate.

        Raises:
            RefusedError: the edition is a real one, or was simulated already.
        """
        say = self.options.progress
        say("edition")
        self._prepare()
        self._act("merit_edition_publish", id=self.edition_id)
        self._snapshot("baseline")
        self._travel("enrolment", "opens")
        entries = self._enrol()
        say(f"{len(entries)} entities enrolled")
        self._travel("screening", "opens")
        for key in entries:
            self._act("merit_entry_admit", id=key)
        say(f"{self._evidence(entries)} pieces of evidence decided")
        if self._window() is not None:
            self._travel("publication_window", "closes")
        snapshot = self._snapshot("cut_off")
        say(f"cut-off snapshot {snapshot.sha256[:12]}")
        say(f"{self._dismiss()} findings, dismissed unheard: a simulation")
        jurors = self._jury()
        self._travel("jury", "opens")
        for name in jurors:
            say(f"{self._judge(name)} reviews by {name}")
        self._travel("jury", "closes")
        run = self._published(snapshot.id)
        return Outcome(
            self.edition_id, snapshot.id, run["digest"], len(entries), run["rows"]
        )

    def _prepare(self) -> None:
        key = contest.edition_id(model.Session, self.programme, self.slug)
        if key is None:
            key = self._made()
        edition = load(Edition, key)
        try:
            require_simulation(edition)
        except Exception as error:
            raise RefusedError(str(error)) from error
        if edition.state != "draft":
            raise RefusedError("This edition was published already: name another one.")
        self.edition_id = edition.id
        self._staff(edition)
        self._complete(edition)

    def _made(self) -> str:
        known = model.Session.scalars(
            sa.select(Programme.id).where(Programme.name == self.programme)
        ).first()
        if known is None:
            known = system(
                "merit_programme_create",
                name=self.programme,
                title={"es": "Simulación", "en": "Simulation"},
            )["id"]
        return system(
            "merit_edition_create",
            programme_id=known,
            slug=self.slug,
            kind="award",
            simulation=True,
            title={"es": f"Simulación {self.slug}", "en": f"Simulation {self.slug}"},
        )["id"]

    def _staff(self, edition: Edition) -> None:
        scope = {"programme_id": edition.programme_id, "edition_id": edition.id}
        self.secretary = account("secretary")
        self.chair = account("chair")
        system("merit_secretariat_appoint", **scope, user=self.secretary)
        system("merit_role_grant", **scope, user=self.chair, role="chair")

    def _complete(self, edition: Edition) -> None:
        """Add what the edition lacks; what it has stays."""
        shown = self._act("merit_edition_show", id=edition.id)
        if not shown["categories"]:
            self._act(
                "merit_category_create",
                edition_id=edition.id,
                code="all",
                position=1,
                title={"es": "Todas", "en": "All"},
            )
        if not shown["stages"]:
            for position, code in enumerate(STAGES, start=1):
                self._act(
                    "merit_stage_create",
                    edition_id=edition.id,
                    code=code,
                    position=position,
                    title=code,
                )
        now = datetime.now(timezone.utc)
        for kind, days in {} if shown["phases"] else CALENDAR.items():
            opens, closes = (now + timedelta(days=number) for number in days)
            self._act(
                "merit_phase_create",
                edition_id=edition.id,
                kind=kind,
                opens_at=opens.isoformat(),
                closes_at=closes.isoformat(),
            )
        if shown["rule_set"] is None:
            source = self.options.rules.read_text("utf-8")
            made = self._act(
                "merit_rule_set_create", edition_id=edition.id, source=source
            )
            self._act("merit_rule_set_put_in_force", id=made["id"])

    def _enrol(self) -> list[str]:
        """Enter every organisation with public datasets."""
        shown = self._act("merit_edition_show", id=self.edition_id)
        category = shown["categories"][0]["id"]
        owners = award_read.organizations(model.Session, types=config.dataset_types())
        entries = []
        for key in owners:
            entry = system(
                "merit_entry_prepare",
                edition_id=self.edition_id,
                category_id=category,
                organization_id=key,
            )
            draft = enrolment(entry["id"], self._rules().body)
            system("merit_entry_update", id=entry["id"], version=1, draft=draft)
            system("merit_entry_submit", id=entry["id"])
            entries.append(entry["id"])
        return entries

    def _evidence(self, entries: list[str]) -> int:
        """Give evidence where the calendar has a time for it, and decide it."""
        shown = self._act("merit_edition_show", id=self.edition_id)
        if "evidence" not in {phase["kind"] for phase in shown["phases"]}:
            return 0
        self._travel("evidence", "opens")
        seed = self.options.seed
        return simulated_evidence.play(entries, self.secretary, seed=seed)

    def _snapshot(self, kind: str) -> Snapshot:
        """Take a snapshot, by the clock where the calendar has a window."""
        window = self._window()
        if window is None:
            taken = self._act(
                "merit_award_snapshot_take", edition_id=self.edition_id, kind=kind
            )
        else:
            key = f"phase/{window.id}/{kind}"
            system("merit_award_snapshot_advance", keys=[key])
            listed = self._act("merit_award_snapshot_list", edition_id=self.edition_id)
            taken = next(one for one in listed if one["kind"] == kind)
        while taken["state"] == "collecting":
            system("merit_award_snapshot_advance", keys=[f"taking/{taken['id']}"])
            taken = self._act("merit_award_snapshot_show", id=taken["id"])
        snapshot = load(Snapshot, taken["id"])
        if kind == "cut_off":
            # Of a large catalogue, workers would measure one entry after the other.
            keys = self._entries()
            for start in range(0, len(keys), _MANY):
                part = [f"{snapshot.id}/{key}" for key in keys[start : start + _MANY]]
                system("merit_award_snapshot_examine", keys=part)
        return snapshot

    def _window(self) -> Phase | None:
        return model.Session.scalars(
            sa.select(Phase)
            .where(
                Phase.edition_id == self.edition_id, Phase.kind == "publication_window"
            )
            .order_by(Phase.opens_at.desc())
            .execution_options(populate_existing=True)
        ).first()

    def _entries(self) -> list[str]:
        return list(
            model.Session.scalars(
                sa.select(Entry.id)
                .where(Entry.edition_id == self.edition_id, Entry.state == "admitted")
                .order_by(Entry.id)
            )
        )

    def _dismiss(self) -> int:
        number = 0
        while True:
            found = self._act(
                "merit_award_finding_list", edition_id=self.edition_id, state="open"
            )
            for one in found["results"]:
                number += 1
                self._act(
                    "merit_award_finding_decide",
                    id=one["id"],
                    outcome="dismiss",
                    reason=f"{SIMULATED}: nobody was heard.",
                )
            if not found["results"]:
                return number

    def _jury(self) -> list[str]:
        names = [account(f"juror-{n}") for n in range(1, self.options.jurors + 1)]
        expires = datetime.now(timezone.utc) + timedelta(days=1)
        for name in names:
            invited = self._act(
                "merit_juror_invite",
                edition_id=self.edition_id,
                user=name,
                institution=SIMULATED,
                expires_at=expires.isoformat(),
            )
            call(
                name,
                "merit_juror_accept",
                id=invited["id"],
                confidentiality=True,
                no_conflict=True,
            )
        self._act(
            "merit_assignment_plan",
            edition_id=self.edition_id,
            per_entry=self.options.per_entry,
            seed=self.options.seed,
        )
        return names

    def _judge(self, juror: str) -> int:
        tasks = call(juror, "merit_assignment_mine", edition_id=self.edition_id)
        body = self._rules().body
        for task in tasks:
            entry = load(Entry, task["entry_id"])
            _, leaves, _ = criteria_of(body, entry, task["stage_id"])
            dice = self._dice(entry)
            saved = call(
                juror,
                "merit_review_save",
                assignment_id=task["id"],
                version=0,
                scores={
                    code: score(leaf.measure, dice) for code, leaf in leaves.items()
                },
                comment=f"{SIMULATED} (seed {self.options.seed}): not a judgement.",
            )
            call(
                juror,
                "merit_review_submit",
                assignment_id=task["id"],
                version=saved["version"],
            )
        return len(tasks)

    def _dice(self, entry: Entry) -> random.Random:
        # Neither the random id of the entry nor which juror has it: the same seed
        # gives the same scores.
        owner = entry.organization_id or ""
        self.given[owner] += 1
        text = f"{self.options.seed}:{owner}:{self.given[owner]}"
        return random.Random(text)  # noqa: S311 - simulated scores

    def _published(self, snapshot_id: str) -> dict[str, Any]:
        run = self._act(
            "merit_run_compute", edition_id=self.edition_id, snapshot_id=snapshot_id
        )
        call(self.chair, "merit_run_approve", id=run["id"])
        self._act("merit_run_approve", id=run["id"])
        self._act("merit_run_publish", id=run["id"], kind="provisional")
        self._travel("appeals", "closes")
        self._act("merit_run_publish", id=run["id"], kind="final")
        shown = self._act("merit_run_show", id=run["id"])
        entered = model.Session.execute(
            sa.select(Entry.id, Entry.title).where(Entry.edition_id == self.edition_id)
        )
        titles = {row.id: row.title for row in entered}
        rows = [{**row, "title": titles[row["entry_id"]]} for row in shown["rows"]]
        return {"digest": run["digest"], "rows": rows}

    def _rules(self) -> RuleSet:
        return rules_in_force(load(Edition, self.edition_id))

    def _travel(self, kind: str, bound: str) -> None:
        self._act(
            "merit_award_simulation_travel",
            edition_id=self.edition_id,
            kind=kind,
            bound=bound,
        )

    def _act(self, action: str, /, **data: Any) -> Any:
        return call(self.secretary, action, **data)
