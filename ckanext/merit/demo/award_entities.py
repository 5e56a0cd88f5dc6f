"""The entities of the sample award: what they enter, show and appeal."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

import ckantoolkit as tk
from ckan import model

from ckanext.merit.demo.award_texts import (
    LETTER,
    LOCAL,
    MOST_ENTITIES,
    PEOPLE,
    REGIONS,
)

__all__ = ["Entity", "call", "organizations"]


@dataclass
class Entity:
    """An organisation, its admin, and its entry once it has one."""

    organization: model.Group
    admin: str
    entry_id: str = ""

    @property
    def name(self) -> str:
        """The organisation's title."""
        return self.organization.title or self.organization.name

    @property
    def is_local(self) -> bool:
        """Whether its name is that of a regional or local government."""
        return any(word in self.name.lower() for word in LOCAL)

    @property
    def region(self) -> str:
        """The region that a local government is in; empty for all others."""
        found = (name for word, name in REGIONS.items() if word in self.name.lower())
        return next(found, "")

    def act(self, action: str, /, **data: Any) -> Any:
        """Call an action as its admin."""
        return call(self.admin, action, **data)

    def enter(self, edition: str, category: str, *, large: bool) -> None:
        """Enter an edition; with ``large`` give all that the larger rules ask for."""
        plan = f"{self.name} publica sus datos con un plan anual y un calendario."
        entry = self.act(
            "merit_entry_prepare",
            edition_id=edition,
            category_id=category,
            organization_id=self.organization.id,
            draft={} if large else {"plan": plan},
        )
        self.entry_id = entry["id"]
        if large:
            self._complete()
        self.act("merit_entry_submit", id=self.entry_id)

    def claim(self, criterion: str, level: str, reference: str) -> str:
        """Submit a piece of evidence; give its id."""
        piece = self.act(
            "merit_award_evidence_save",
            entry_id=self.entry_id,
            criterion=criterion,
            kind="url",
            reference=reference,
            claimed=level,
            note="Publicado en el sitio de la entidad.",
        )
        self.act("merit_award_evidence_submit", id=piece["id"])
        return piece["id"]

    def appeal(self, target: str, target_id: str) -> Any:
        """File an appeal."""
        return self.act(
            "merit_appeal_file",
            entry_id=self.entry_id,
            target=target,
            target_id=target_id,
            ground="Bases, artículo 12",
            text="Pedimos revisar la decisión: adjuntamos lo que faltaba en plazo.",
        )

    def _complete(self) -> None:
        """Give the team, the declarations and the letter."""
        letter = self.act(
            "merit_award_file_create",
            entry_id=self.entry_id,
            purpose="letter",
            upload=FileStorage(io.BytesIO(LETTER), filename="carta.pdf"),
        )
        draft = {
            "team": [
                {"name": name, "role": role, "email": f"{role}@andara.example"}
                for role, name in PEOPLE
            ],
            "declarations": {"rules": True, "privacy": True},
            "letter": letter["id"],
        }
        self.act("merit_entry_update", id=self.entry_id, version=1, draft=draft)


def call(who: str, action: str, /, **data: Any) -> Any:
    """Call an action as somebody, with that person's rights."""
    user = model.User.get(who)
    context: Any = {"user": who, "auth_user_obj": user, "ignore_auth": False}
    try:
        return tk.get_action(action)(context, data)
    except tk.ValidationError as error:
        raise RuntimeError(f"{who} {action}: {error.error_dict}") from error


def organizations() -> list[model.Group]:
    """The publishers with most datasets, ties by name."""
    count = sa.func.count(model.Package.id)
    query = (
        sa.select(model.Group)
        .join(model.Package, model.Package.owner_org == model.Group.id)
        .where(model.Group.is_organization.is_(True), model.Group.state == "active")
        .where(model.Package.state == "active", model.Package.private.is_(False))
        .group_by(model.Group.id)
        .order_by(count.desc(), model.Group.name)
        .limit(MOST_ENTITIES)
    )
    return list(model.Session.scalars(query))
