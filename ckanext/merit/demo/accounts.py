"""Accounts for each role of a demonstration, the same ones whenever asked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model
from ckan.types import Context

__all__ = ["Accounts", "admin_of", "named"]

# Letters and digits that nobody mixes up when typing from a screen.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_LENGTH = 12


@dataclass(frozen=True)
class _Role:
    name: str
    role: str
    fullname: str
    entity: int | None = None
    capacity: str = ""
    #: Jurors of the entities' mail domain would be presumed in conflict.
    domain: str = "example.org"


_JURY = "universidad.example"
ROLES = (
    _Role("demo-admin", "sysadmin", "Inés Quiroga (administra el portal)"),
    _Role("demo-entidad1-admin", "entity_admin", "Rosa Mamani", 0, "admin"),
    _Role("demo-entidad1-editor", "entity_editor", "Julián Prado", 0, "editor"),
    _Role("demo-entidad2-admin", "entity_admin", "Teresa Villanueva", 1, "admin"),
    _Role("demo-entidad2-editor", "entity_editor", "Óscar Lema", 1, "editor"),
    _Role("demo-ciudadana", "citizen", "Lucía Ferreyra (ciudadana)"),
    _Role("demo-secretaria", "secretariat", "Carmen Ibarra (secretaría del premio)"),
    _Role(
        "demo-presidenta", "chair", "Elsa Barrientos (preside el jurado)", domain=_JURY
    ),
    _Role("demo-jurado1", "juror", "Hugo Salvatierra (jurado)", domain=_JURY),
    _Role("demo-jurado2", "juror", "Noemí Achával (jurado)", domain=_JURY),
    _Role("demo-jurado3", "juror", "Tomás Urquiza (jurado)", domain=_JURY),
    _Role("demo-veedora", "observer", "Marta Del Río (veedora)", domain=_JURY),
)
NOTES = {
    "sysadmin": "Administers the portal",
    "entity_admin": "Administrator of",
    "entity_editor": "Editor of",
    "citizen": "A registered citizen without rights in any entity",
    "secretariat": "Runs the sample award",
    "chair": "Presides over its jury and approves results",
    "juror": "Scores entries of the sample award",
    "observer": "Reads the sample award's audit trail, changes nothing",
}


def named(role: str) -> tuple[str, ...]:
    """Name the accounts of a role, in their order."""
    return tuple(each.name for each in ROLES if each.role == role)


class Accounts:
    """Creates what is missing and puts right what differs.

    Args:
        kept: passwords of an earlier run by account name; others are generated.
    """

    def __init__(self, kept: dict[str, str]) -> None:
        self.kept = kept

    def ensure(self) -> list[dict[str, str]]:
        """Make all accounts.

        Returns:
            ``[{"role", "name", "password", "note"}]`` in the order of ``ROLES``.
        """
        entities = self.entities()
        return [self.account(role, entities) for role in ROLES]

    def entities(self) -> list[model.Group]:
        """The two entities of the accounts: those they have, else the largest."""
        found = []
        for index in (0, 1):
            entity = _entity_of(next(r.name for r in ROLES if r.entity == index))
            taken = [each.id for each in found]
            found.append(entity or _largest(without=taken))
        return [each for each in found if each]

    def account(self, role: _Role, entities: list[model.Group]) -> dict[str, str]:
        """One account with its right and its password."""
        password = self.kept.get(role.name) or "".join(
            secrets.choice(_ALPHABET) for _ in range(_LENGTH)
        )
        self.user(role, password)
        note = NOTES[role.role]
        if role.entity is not None:
            note = "No entity yet: load a catalogue, then run this again"
            if role.entity < len(entities):
                entity = entities[role.entity]
                self.member(role, entity)
                note = f"{NOTES[role.role]} {entity.title or entity.name}"
        return {
            "role": role.role,
            "name": role.name,
            "password": password,
            "note": note,
        }

    def user(self, role: _Role, password: str) -> None:
        """Create the user, or give an existing one the password in question."""
        user = model.User.get(role.name)
        if not user:
            wanted = {
                "name": role.name,
                "fullname": role.fullname,
                "email": f"{role.name}@{role.domain}",
                "password": password,
            }
            tk.get_action("user_create")(_context(), wanted)
        elif not user.validate_password(password):
            wanted = {"id": user.id, "password": password, "state": "active"}
            tk.get_action("user_patch")(_context(), wanted)
        if role.role == "sysadmin":
            _make_sysadmin(role.name)

    def member(self, role: _Role, entity: model.Group) -> None:
        """Give the user the right in the entity, once."""
        wanted = {"id": entity.id, "username": role.name, "role": role.capacity}
        if _entity_of(role.name) is None:
            tk.get_action("organization_member_create")(_context(), wanted)


def admin_of(organization: model.Group) -> str:
    """Name an admin of an organisation; one is made where there is none.

    That account has a password that nobody knows.
    """
    query = (
        sa.select(model.User.name)
        .join(model.Member, model.Member.table_id == model.User.id)
        .where(model.Member.group_id == organization.id)
        .where(model.Member.table_name == "user", model.Member.state == "active")
        .where(model.Member.capacity == "admin", model.User.state == "active")
        .where(model.User.sysadmin.is_(False))
        .order_by(model.User.name)
    )
    found = model.Session.scalars(query).first()
    if found:
        return found
    name = f"demo-{organization.name}"[:90]
    if not model.User.get(name):
        wanted = {
            "name": name,
            "fullname": f"Representante de {organization.title or organization.name}",
            "email": f"{name}@example.org",
            "password": secrets.token_urlsafe(24),
        }
        tk.get_action("user_create")(_context(), wanted)
    member = {"id": organization.id, "username": name, "role": "admin"}
    tk.get_action("organization_member_create")(_context(), member)
    return name


def _context() -> Context:
    user = tk.get_action("get_site_user")(Context(ignore_auth=True), {})
    return Context(user=user["name"], ignore_auth=True)


def _make_sysadmin(name: str) -> None:
    user = model.User.get(name)
    if user and not user.sysadmin:
        wanted = {"id": user.id, "sysadmin": True}
        tk.get_action("user_patch")(_context(), wanted)


def _entity_of(name: str) -> model.Group | None:
    """The first organisation that a user is a member of."""
    query = (
        sa.select(model.Group)
        .join(model.Member, model.Member.group_id == model.Group.id)
        .join(model.User, model.User.id == model.Member.table_id)
        .where(model.User.name == name, model.Member.table_name == "user")
        .where(model.Member.state == "active", model.Group.state == "active")
        .where(model.Group.is_organization.is_(True))
        .order_by(model.Group.name)
    )
    return model.Session.scalars(query).first()


def _largest(*, without: list[str]) -> model.Group | None:
    """The organisation with most active datasets, ties by name."""
    count = sa.func.count(model.Package.id)
    query = (
        sa.select(model.Group)
        .outerjoin(
            model.Package,
            sa.and_(
                model.Package.owner_org == model.Group.id,
                model.Package.state == "active",
            ),
        )
        .where(model.Group.is_organization.is_(True), model.Group.state == "active")
        .where(model.Group.id.not_in(without))
        .group_by(model.Group.id)
        .order_by(count.desc(), model.Group.name)
    )
    return model.Session.scalars(query).first()
