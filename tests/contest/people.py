"""People of a test, each with one role, and calls on their behalf."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model
from ckan.model.types import make_uuid
from ckan.tests import factories, helpers

from ckanext.merit.model.contest import Phase, RoleHolder

RULES = """
merit: 1
id: test
root:
  of:
  - {code: licence, weight: 3, scale: [0, 10], panel: {quorum: 1}}
  - {code: format, scale: [0, 10], panel: {quorum: 1}}
"""


def call(action: str, user: Any, /, **data: Any) -> Any:
    """Call an action as somebody: a user dict, a name, or None for anonymous."""
    name = user["name"] if isinstance(user, dict) else user
    context = {"user": name or "", "ignore_auth": False}
    return helpers.call_action(action, context, **data)


def iso(days: float) -> str:
    """Give the instant some days from now."""
    return (datetime.now(timezone.utc) + timedelta(days=days)).isoformat()


def person() -> dict[str, Any]:
    """Make a user at a mail domain that tells nothing; CKAN's action is slow."""
    name = make_uuid()
    user = model.User(
        name=name, fullname=factories.fake.name(), email=f"{name}@gmail.com"
    )
    model.Session.add(user)
    model.Session.commit()
    return {key: getattr(user, key) for key in ("id", "name", "fullname", "email")}


def organization(**members: dict[str, Any]) -> dict[str, Any]:
    """Make an organisation with one user for each capacity; CKAN's action is slow."""
    name = make_uuid()
    made = model.Group(
        name=name,
        title=f"{factories.fake.company()} {name[:8]}",
        type="organization",
        is_organization=True,
    )
    model.Session.add(made)
    for capacity, user in members.items():
        member = model.Member(
            made, table_name="user", table_id=user["id"], capacity=capacity
        )
        model.Session.add(member)
    model.Session.commit()
    return {key: getattr(made, key) for key in ("id", "name", "title")}


def holder(programme_id: str, role: str, edition_id: str | None = None) -> Any:
    """Make a user with a role."""
    user = person()
    model.Session.add(
        RoleHolder(
            programme_id=programme_id,
            edition_id=edition_id,
            user_id=user["id"],
            role=role,
        )
    )
    model.Session.commit()
    return user


def attackable(entry: dict[str, Any], target: str) -> str:
    """Give something that an appeal against this can name."""
    if target == "score":
        return "licence"
    results = call("merit_publication_list", None, edition_id=entry["edition_id"])
    return results[0]["id"] if target == "rank" and results else entry["id"]


class Contest:
    """A programme with a secretariat, and editions made through the actions."""

    def __init__(self) -> None:
        self.sysadmin = factories.Sysadmin()
        self.programme = call(
            "merit_programme_create", self.sysadmin, name=make_uuid(), title="Premio"
        )
        self.secretary = holder(self.programme["id"], "secretariat")
        self.chair = holder(self.programme["id"], "chair")

    def draft(self, **values: Any) -> dict[str, Any]:
        """Make an edition as a draft."""
        values = {"slug": make_uuid(), "kind": "award", "title": "2026", **values}
        programme_id = self.programme["id"]
        return self.act("merit_edition_create", programme_id=programme_id, **values)

    def act(self, action: str, /, **data: Any) -> Any:
        """Call an action as the secretariat."""
        return call(action, self.secretary, **data)

    def phase(self, edition_id: str, kind: str, opens: float, closes: float) -> Any:
        """Add a phase, in days from now."""
        return self.act(
            "merit_phase_create",
            edition_id=edition_id,
            kind=kind,
            opens_at=iso(opens),
            closes_at=iso(closes),
        )

    def ready(self, **values: Any) -> dict[str, Any]:
        """Make a draft that could be published: enrolment is open."""
        edition = self.draft(**values)
        self.act(
            "merit_category_create",
            edition_id=edition["id"],
            code="all",
            position=1,
            title="Todas",
        )
        self.phase(edition["id"], "enrolment", -1, 10)
        self.rules(edition["id"])
        return edition

    def rules(self, edition_id: str, source: str = RULES) -> dict[str, Any]:
        """Put rules in force."""
        rules = self.act("merit_rule_set_create", edition_id=edition_id, source=source)
        return self.act("merit_rule_set_put_in_force", id=rules["id"], reason="r")

    def published(self, **values: Any) -> dict[str, Any]:
        """Make a published edition."""
        return self.act("merit_edition_publish", id=self.ready(**values)["id"])

    def entity(self, **profile: Any) -> Entity:
        """Make an organisation with an admin and an editor."""
        return Entity(self, profile)

    def category(self, edition_id: str) -> str:
        """Give the id of the first category."""
        shown = self.act("merit_edition_show", id=edition_id)
        return shown["categories"][0]["id"]

    def entered(self, edition_id: str, state: str = "admitted") -> dict[str, Any]:
        """Make an entry of a new entity, up to a state."""
        entity = self.entity()
        entry = entity.prepare(edition_id, draft={"plan": "x"})
        if state != "draft":
            entity.act("merit_entry_submit", id=entry["id"])
        if state == "admitted":
            self.act("merit_entry_admit", id=entry["id"])
        return entry | {"entity": entity}

    def juror(self, edition_id: str, *, state: str = "accepted", **data: Any) -> Juror:
        """Make a juror, invited or accepted."""
        return Juror(self, edition_id, state, data)

    def evaluating(self, **values: Any) -> dict[str, Any]:
        """Make a published edition in which entering and judging overlap for tests.

        Its calendar is set below the actions, which would refuse it.
        """
        edition = self.ready(**values)
        now = datetime.now(timezone.utc)
        for kind in ("jury", "appeals"):
            model.Session.add(
                Phase(
                    edition_id=edition["id"],
                    kind=kind,
                    opens_at=now - timedelta(hours=1),
                    closes_at=now + timedelta(days=9),
                )
            )
        model.Session.commit()
        return self.act("merit_edition_publish", id=edition["id"])

    def assigned(self, juror: Juror, entry: dict[str, Any], **data: Any) -> Any:
        """Give an entry to a juror."""
        return self.act(
            "merit_assignment_create", juror_id=juror.id, entry_id=entry["id"], **data
        )

    def scored(self, *values: tuple[Any, Any], **more: Any) -> dict[str, Any]:
        """Make an edition whose jury is over: one juror, one entry per pair of scores.

        Returns the edition with its `entries`, `tasks` and `juror`.
        """
        edition = self.evaluating(**more)
        juror = self.juror(edition["id"])
        entries = [self.entered(edition["id"]) for _ in values]
        tasks = [self.assigned(juror, entry) for entry in entries]
        for task, (licence, form) in zip(tasks, values, strict=True):
            juror.review(task, licence, form)
        self.close(edition["id"], "jury")
        return edition | {"entries": entries, "tasks": tasks, "juror": juror}

    def close(self, edition_id: str, kind: str) -> None:
        """Move a phase into the past, below the actions."""
        clock = sa.func.clock_timestamp()
        model.Session.execute(
            sa.update(Phase)
            .where(Phase.edition_id == edition_id, Phase.kind == kind)
            .values(closes_at=clock, opens_at=clock - sa.text("interval '9 days'"))
        )
        model.Session.commit()

    def approved(self, edition_id: str) -> dict[str, Any]:
        """Compute a run and approve it."""
        run = self.act("merit_run_compute", edition_id=edition_id)
        call("merit_run_approve", self.chair, id=run["id"])
        return self.act("merit_run_approve", id=run["id"])

    def provisional(self, *values: tuple[Any, Any], **more: Any) -> dict[str, Any]:
        """Make an edition with published provisional results.

        Returns it as `scored` does, with the `run` and the `publication`.
        """
        edition = self.scored(*values, **more)
        run = self.approved(edition["id"])
        done = self.act("merit_run_publish", id=run["id"], kind="provisional")
        return edition | {"run": run, "publication": done}

    def final(self, *values: tuple[Any, Any], **more: Any) -> dict[str, Any]:
        """Make an edition with final results."""
        edition = self.provisional(*values, **more)
        self.close(edition["id"], "appeals")
        run_id = edition["run"]["id"]
        done = self.act("merit_run_publish", id=run_id, kind="final")
        return edition | {"publication": done}

    def upheld(
        self, entry: dict[str, Any], target: str, target_id: str | None = None
    ) -> dict[str, Any]:
        """File an appeal of an entry and uphold it."""
        target_id = target_id or attackable(entry, target)
        appeal = entry["entity"].act(
            "merit_appeal_file",
            entry_id=entry["id"],
            target=target,
            target_id=target_id,
            ground="Bases 4.2",
            text="Pedimos revisar",
        )
        self.act("merit_appeal_admit", id=appeal["id"])
        data = {"id": appeal["id"], "decision": "uphold", "reason": "Fundado"}
        self.act("merit_appeal_decide", **data)
        return call("merit_appeal_decide", self.chair, **data)

    def rescored(self, edition: dict[str, Any], number: int, value: str) -> None:
        """Give an entry of what `scored` makes other scores, after an upheld appeal."""
        juror, task = edition["juror"], edition["tasks"][number]
        self.upheld(edition["entries"][number], "score", "licence")
        review = juror.act("merit_assignment_show", id=task["id"])["review"]
        call("merit_review_reopen", self.chair, id=review["id"], reason="r")
        juror.review(task, value, value, version=review["version"])


class Juror:
    """A user on the jury of an edition."""

    def __init__(
        self, contest: Contest, edition_id: str, state: str, data: dict[str, Any]
    ) -> None:
        self.user = data.pop("who", None) or person()
        row = contest.act(
            "merit_juror_invite",
            edition_id=edition_id,
            user=self.user["name"],
            expires_at=iso(5),
            **data,
        )
        self.id = row["id"]
        if state == "accepted":
            self.act(
                "merit_juror_accept",
                id=self.id,
                confidentiality=True,
                no_conflict=True,
            )

    def act(self, action: str, /, **data: Any) -> Any:
        """Call an action as the juror."""
        return call(action, self.user, **data)

    def review(
        self,
        task: dict[str, Any],
        licence: Any = "7",
        form: Any = "5",
        *,
        version: int = 0,
    ) -> dict[str, Any]:
        """Write and submit a review."""
        saved = self.act(
            "merit_review_save",
            assignment_id=task["id"],
            version=version,
            scores={"licence": licence, "format": form},
        )
        return self.act(
            "merit_review_submit",
            assignment_id=task["id"],
            version=saved["version"],
        )


class Entity:
    """An organisation with its people."""

    def __init__(self, contest: Contest, profile: dict[str, Any]) -> None:
        self.contest = contest
        self.admin, self.editor = person(), person()
        self.organization = organization(admin=self.admin, editor=self.editor)
        self.id = self.organization["id"]
        if profile:
            contest.act(
                "merit_organization_profile_update",
                programme_id=contest.programme["id"],
                organization=self.id,
                **profile,
            )

    def act(self, action: str, /, **data: Any) -> Any:
        """Call an action as the organisation's admin."""
        return call(action, self.admin, **data)

    def prepare(self, edition_id: str, **data: Any) -> dict[str, Any]:
        """Begin an entry."""
        return self.act(
            "merit_entry_prepare",
            edition_id=edition_id,
            category_id=self.contest.category(edition_id),
            organization_id=self.id,
            **data,
        )


def errors(action: str, user: Any, /, **data: Any) -> Any:
    """Call an action that is expected to be refused; give its errors."""
    try:
        call(action, user, **data)
    except tk.ValidationError as error:
        return error.error_dict
    raise AssertionError(f"{action} was not refused")
