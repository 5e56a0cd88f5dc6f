"""What the rules of an award ask of an enrolment, and what one still lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ckanext.merit.domain.scoring.fields import Fields

__all__ = [
    "ROLES",
    "Declaration",
    "Lack",
    "Requirements",
    "lacks",
    "read_enrolment",
]

ROLES = ("head", "data_officer", "technical", "communications")
MEMBERS = 20
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True)
class Declaration:
    """Something that an entity must declare; ``title`` is text or texts by language."""

    code: str
    title: Any


@dataclass(frozen=True)
class Requirements:
    """What must be given.

    Attributes:
        letter: Whether a signed letter must be attached.
        roles: Roles that somebody must hold.
        declarations: What must be declared.
    """

    letter: bool = False
    roles: tuple[str, ...] = ()
    declarations: tuple[Declaration, ...] = ()


@dataclass(frozen=True)
class Lack:
    """Something missing or wrong.

    Attributes:
        code: ``letter``, ``role``, ``declaration``, ``name``, ``email``, ``members``
            or ``known_role``.
        detail: The role, the declaration's code or the name in question.
    """

    code: str
    detail: str = ""


def read_enrolment(tree: Mapping[str, Any], key: str = "enrolment") -> Requirements:
    """Read what a rule file asks of an enrolment.

    Raises:
        RuleError: With the line.
    """
    top = Fields(tree, "the rule set")
    if key not in top:
        return Requirements()
    fields = top.mapping(key)
    fields.only(("letter", "roles", "declarations"))
    roles = fields.texts("roles")
    for role in roles:
        if role not in ROLES:
            fields.fail(f'"roles" can be {", ".join(ROLES)}', "roles")
    found = [_declaration(item, fields) for item in fields.items("declarations")]
    if len({item.code for item in found}) < len(found):
        fields.fail('"declarations" names a code twice', "declarations")
    return Requirements(fields.flag("letter"), tuple(roles), tuple(found))


def lacks(requirements: Requirements, draft: Mapping[str, Any]) -> Iterator[Lack]:
    """List what keeps an enrolment from being submitted.

    Args:
        requirements: Of the rules.
        draft: ``team``, a list of ``{name, role, email}``; ``declarations``, true by
            code; ``letter``, the id of a file. All optional, of any shape.
    """
    team = _team(draft.get("team"))
    if len(team) > MEMBERS:
        yield Lack("members", str(MEMBERS))
    for member in team:
        yield from _faults(member)
    held = {member["role"] for member in team if member["name"]}
    for role in requirements.roles:
        if role not in held:
            yield Lack("role", role)
    if requirements.letter and not _text(draft.get("letter")):
        yield Lack("letter")
    made = _mapping(draft.get("declarations"))
    for item in requirements.declarations:
        if made.get(item.code) is not True:
            yield Lack("declaration", item.code)


def _declaration(item: object, parent: Fields) -> Declaration:
    fields = Fields(item, "a declaration", line=parent.line_of("declarations"))
    fields.only(("code", "title"), required=("code", "title"))
    title = fields.value("title")
    if not isinstance(title, str):
        languages = fields.mapping("title")
        title = {name: languages.text(name) for name in languages.labels()}
    return Declaration(fields.text("code"), title)


def _team(value: object) -> list[dict[str, str]]:
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return [
        {name: _text(_mapping(item).get(name)) for name in ("name", "role", "email")}
        for item in items
    ]


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _faults(member: dict[str, str]) -> Iterator[Lack]:
    if not member["name"]:
        yield Lack("name", member["email"])
    if member["role"] not in ROLES:
        yield Lack("known_role", member["name"])
    if not _EMAIL.fullmatch(member["email"]):
        yield Lack("email", member["name"])


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
