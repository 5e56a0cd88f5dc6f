"""Two sample editions of an award, made through the real actions.

A demonstration cannot wait for phases to pass, so its calendar is moved into the past
between the acts, below the actions; nothing else is.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa

import ckan.plugins as p
from ckan import model

from ckanext.merit.demo.award_entities import Entity, call, organizations
from ckanext.merit.demo.award_texts import (
    CALENDAR,
    CATEGORIES,
    EVIDENCE,
    FEEDBACK,
    JUDGED,
    LARGE_CALENDAR,
    LARGE_JUDGED,
    LARGE_RULES,
    PROGRAMME,
    QUESTIONS,
    RULES,
    STAGES,
    SUMMARY,
    TITLE,
    ZONE,
)
from ckanext.merit.model.contest import Phase, Programme

__all__ = ["Contests", "Staff"]


@dataclass(frozen=True)
class Staff:
    """Names of the accounts that run and judge the award."""

    sysadmin: str
    secretary: str
    chair: str
    observer: str
    jurors: tuple[str, ...]


class Contests:
    """Makes the sample editions, once.

    Args:
        staff: Who runs and judges.
        admin_of: Gives the name of an admin of an organisation.
        now: The instant around which the calendars lie.
    """

    def __init__(
        self,
        staff: Staff,
        *,
        admin_of: Callable[[model.Group], str],
        now: datetime | None = None,
    ) -> None:
        self.staff = staff
        self.admin_of = admin_of
        self.now = now or datetime.now(timezone.utc)
        self.large = p.plugin_loaded("merit_award")
        self.dice = random.Random("premio-andara")  # noqa: S311 - sample scores

    def make(self) -> Iterator[str]:
        """Make what is missing; say each step."""
        if _exists(PROGRAMME):
            yield "the award exists already"
            return
        yield "the programme and who runs it"
        programme = call(
            self.staff.sysadmin, "merit_programme_create", name=PROGRAMME, title=TITLE
        )
        self._appoint(programme["id"])
        yield "a finished edition"
        self._finished(programme["id"])
        yield "a running edition"
        self._running(programme["id"])

    def _appoint(self, programme_id: str) -> None:
        call(
            self.staff.sysadmin,
            "merit_secretariat_appoint",
            programme_id=programme_id,
            user=self.staff.secretary,
        )
        for name, role in (
            (self.staff.chair, "chair"),
            (self.staff.observer, "observer"),
        ):
            self._office(
                "merit_role_grant", programme_id=programme_id, user=name, role=role
            )
        for organization in organizations():
            entity = Entity(organization, "")
            self._office(
                "merit_organization_profile_update",
                programme_id=programme_id,
                organization=organization.name,
                level="local" if entity.is_local else "national",
                region=entity.region,
            )

    def _finished(self, programme_id: str) -> None:
        edition = self._published(programme_id, "2025", "Edición 2025")
        entities = self._enrolled(edition)
        self._travel(edition, 25)
        for entity in entities:
            self._office("merit_entry_admit", id=entity.entry_id)
        jurors = self._jury(edition)
        self._travel(edition, 30)
        self._assign(edition)
        for name in jurors:
            self._judge(edition, name)
        self._travel(edition, 16)
        run = self._approved(edition)
        self._office("merit_run_publish", id=run, kind="provisional")
        self._travel(edition, 5)
        self._decided_appeal(edition, entities[-1])
        self._travel(edition, 12)
        self._office("merit_run_publish", id=run, kind="final")
        self._distinctions(edition, run)
        self._travel(edition, 10)
        self._office("merit_edition_close", id=edition)

    def _running(self, programme_id: str) -> None:
        edition = self._published(
            programme_id, "2026", "Edición 2026", large=self.large
        )
        for title, text in QUESTIONS:
            asked = call(
                self.staff.observer,
                "merit_question_ask",
                edition_id=edition,
                title=title,
            )
            self._office("merit_question_answer", id=asked["id"], text=text)
        self._office(
            "merit_announcement_create",
            edition_id=edition,
            kind="news",
            title="Abierta la convocatoria 2026",
            text="Las entidades pueden inscribirse hasta el cierre de la fase.",
        )
        entities = self._enrolled(edition, large=self.large)
        self._travel(edition, 25)
        if self.large:
            self._evidence(entities[:-1])
        for entity in entities[:-1]:
            self._office("merit_entry_admit", id=entity.entry_id)
        rejected = entities[-1]
        self._office(
            "merit_entry_reject",
            id=rejected.entry_id,
            reason="La carta no está firmada por la titular de la entidad.",
        )
        rejected.appeal("admission", rejected.entry_id)
        jurors = self._jury(edition)
        self._travel(edition, 30)
        self._assign(edition)
        # One has finished, one is in the middle, the others have not begun.
        judged = LARGE_JUDGED if self.large else JUDGED
        self._judge(edition, jurors[0], judged=judged)
        self._judge(edition, jurors[1], judged=judged, most=2)

    def _published(
        self, programme_id: str, slug: str, title: str, *, large: bool = False
    ) -> str:
        edition = self._office(
            "merit_edition_create",
            programme_id=programme_id,
            slug=slug,
            kind="award",
            title={"es": f"{TITLE['es']}. {title}", "en": f"{TITLE['en']} {slug}"},
            summary=SUMMARY,
            contact="premio@andara.example",
        )["id"]
        self._parts(edition, large=large)
        rules = self._office(
            "merit_rule_set_create",
            edition_id=edition,
            source=(LARGE_RULES if large else RULES).read_text("utf-8"),
        )
        self._office("merit_rule_set_put_in_force", id=rules["id"])
        self._office("merit_edition_publish", id=edition)
        return edition

    def _parts(self, edition: str, *, large: bool) -> None:
        """Add categories, stages and the calendar."""
        for position, (code, name, level) in enumerate(CATEGORIES, start=1):
            self._office(
                "merit_category_create",
                edition_id=edition,
                code=code,
                position=position,
                title=name,
                predicate={"level": [level]},
            )
        for position, (code, name) in enumerate(STAGES if large else (), start=1):
            self._office(
                "merit_stage_create",
                edition_id=edition,
                code=code,
                position=position,
                title=name,
            )
        # Days of a calendar begin at midnight where its people live.
        today = self.now.astimezone(ZONE).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        opened = today - timedelta(days=1)
        calendar = CALENDAR | (LARGE_CALENDAR if large else {})
        for kind, (opens, closes) in calendar.items():
            self._office(
                "merit_phase_create",
                edition_id=edition,
                kind=kind,
                opens_at=(opened + timedelta(days=opens)).isoformat(),
                closes_at=(opened + timedelta(days=closes)).isoformat(),
            )

    def _enrolled(self, edition: str, *, large: bool = False) -> list[Entity]:
        shown = self._office("merit_edition_show", id=edition)
        categories = {row["code"]: row["id"] for row in shown["categories"]}
        found = [Entity(each, self.admin_of(each)) for each in organizations()]
        for entity in found:
            code = "territorial" if entity.is_local else "nacional"
            entity.enter(edition, categories[code], large=large)
        return found

    def _evidence(self, entities: list[Entity]) -> None:
        """Evidence of some entities: accepted, returned, and still waiting."""
        for number, entity in enumerate(entities[:4]):
            for criterion, level, reference in EVIDENCE[: 3 - number % 3]:
                piece = entity.claim(criterion, level, reference)
                if criterion == "plan" and number < 2:
                    self._office("merit_award_evidence_accept", id=piece, level=level)
                elif criterion == "inventory" and number == 0:
                    self._office(
                        "merit_award_evidence_return",
                        id=piece,
                        reason="El enlace no muestra la fecha del inventario.",
                        due_at=(self.now + timedelta(days=10)).isoformat(),
                    )

    def _jury(self, edition: str) -> list[str]:
        expires = (self.now + timedelta(days=20)).isoformat()
        for name in self.staff.jurors:
            invited = self._office(
                "merit_juror_invite",
                edition_id=edition,
                user=name,
                institution="Universidad de Andara",
                expires_at=expires,
            )
            call(
                name,
                "merit_juror_accept",
                id=invited["id"],
                confidentiality=True,
                no_conflict=True,
            )
        return list(self.staff.jurors)

    def _assign(self, edition: str) -> None:
        self._office(
            "merit_assignment_plan", edition_id=edition, per_entry=3, seed=PROGRAMME
        )

    def _judge(
        self,
        edition: str,
        juror: str,
        *,
        judged: dict[str, tuple[str, ...]] = JUDGED,
        most: int = 99,
    ) -> None:
        tasks = call(juror, "merit_assignment_mine", edition_id=edition)
        for task in tasks[:most]:
            scores = {code: self.dice.choice(v) for code, v in judged.items()}
            saved = call(
                juror,
                "merit_review_save",
                assignment_id=task["id"],
                version=0,
                scores=scores,
                comment="Revisé los conjuntos y la documentación.",
                feedback=self.dice.choice(FEEDBACK),
            )
            call(
                juror,
                "merit_review_submit",
                assignment_id=task["id"],
                version=saved["version"],
            )

    def _approved(self, edition: str) -> str:
        run = self._office("merit_run_compute", edition_id=edition)["id"]
        call(self.staff.chair, "merit_run_approve", id=run)
        self._office("merit_run_approve", id=run)
        return run

    def _decided_appeal(self, edition: str, entity: Entity) -> None:
        results = self._office("merit_publication_list", edition_id=edition)
        appeal = entity.appeal("rank", results[0]["id"])
        self._office("merit_appeal_admit", id=appeal["id"])
        decision = {
            "id": appeal["id"],
            "decision": "dismiss",
            "reason": "Los puntos publicados son los de las planillas del jurado.",
        }
        call(self.staff.chair, "merit_appeal_decide", **decision)
        self._office("merit_appeal_decide", **decision)
        self._office("merit_appeal_close", id=appeal["id"])

    def _distinctions(self, edition: str, run: str) -> None:
        self._office("merit_distinction_propose", id=run)
        listed = self._office("merit_distinction_draft_list", edition_id=edition)
        for row in listed:
            for act in ("verify", "confirm", "announce"):
                self._office(f"merit_distinction_{act}", id=row["id"])

    def _travel(self, edition: str, days: int) -> None:
        """Move the calendar into the past, as if days had gone by."""
        gone = timedelta(days=days)
        model.Session.execute(
            sa.update(Phase)
            .where(Phase.edition_id == edition)
            .values(opens_at=Phase.opens_at - gone, closes_at=Phase.closes_at - gone)
            .execution_options(synchronize_session=False)
        )
        model.Session.commit()
        model.Session.expire_all()

    def _office(self, action: str, **data: Any) -> Any:
        return call(self.staff.secretary, action, **data)


def _exists(programme: str) -> bool:
    found = sa.select(Programme.id).where(Programme.name == programme)
    return model.Session.scalar(found) is not None
