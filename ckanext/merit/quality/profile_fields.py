"""Reads the mappings of a profile's file key by key, each complaint with its line."""

from __future__ import annotations

import re
from collections.abc import Collection
from fractions import Fraction
from typing import Any, NoReturn, TypeVar, cast

from ckanext.merit import rulefile
from ckanext.merit.quality.profile_texts import PLACEHOLDERS, placeholders
from ckanext.merit.rulefile import Map, Text

__all__ = ["NAME", "Fields", "fail"]

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,6})?(?:/[1-9]\d{0,5})?")
_T = TypeVar("_T")


def fail(node: Map, key: str, message: str, filename: str) -> NoReturn:
    line = node.lines.get(key, node.line)
    rulefile.fail(line, message, filename=filename)


class Fields:
    """One mapping of a file, read key by key."""

    def __init__(self, node: Any, filename: str, *, line: int = 1) -> None:
        if not isinstance(node, Map):
            rulefile.fail(
                getattr(node, "line", line), "expected a mapping", filename=filename
            )
        self.node = node
        self.filename = filename

    def only(self, required: Collection[str], optional: Collection[str] = ()) -> None:
        rulefile.check_keys(
            self.node, required=required, optional=optional, filename=self.filename
        )

    def fail(self, key: str, message: str) -> NoReturn:
        fail(self.node, key, message, self.filename)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.node.get(key, default)
        if not isinstance(value, str) or not (value or default is not None):
            self.fail(key, f'"{key}" must be a text')
        return str(value)

    def name(self, key: str = "id") -> str:
        value = self.text(key)
        if not NAME.fullmatch(value):
            self.fail(key, f'"{value}" is no name')
        return value

    def number(self, key: str, default: str | None = None) -> Fraction:
        value = self.text(key, default)
        if not _NUMBER.fullmatch(value):
            self.fail(key, f'"{key}" must be a number, not "{value}"')
        amount, _, divisor = value.partition("/")
        return Fraction(amount) / int(divisor or 1)

    def share(self, key: str, default: str | None = None) -> Fraction:
        value = self.number(key, default)
        if value > 1:
            self.fail(key, f'"{key}" must be between 0 and 1')
        return value

    def whole(self, key: str, *, least: int, most: int, default: str = "") -> int:
        value = self.text(key, default) if default else self.text(key)
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            self.fail(key, f'"{key}" must be a whole number, {least} to {most}')
        return int(value)

    def choice(self, key: str, known: Collection[_T], default: str = "") -> _T:
        value = self.text(key, default) if default else self.text(key)
        if value not in known:
            words = ", ".join(sorted(map(str, known)))
            self.fail(key, f'"{key}" must be one of {words}, not "{value}"')
        return cast("_T", value)

    def below(self, key: str) -> Fields:
        line = self.node.lines.get(key, self.node.line)
        return Fields(self.node.get(key), self.filename, line=line)

    def maps(self, key: str) -> list[Map]:
        value = self.node.get(key, [])
        if not isinstance(value, list) or not all(
            isinstance(each, Map) for each in value
        ):
            self.fail(key, f'"{key}" must be a list of mappings')
        return value

    def each(self, key: str) -> list[Fields]:
        found = [Fields(each, self.filename) for each in self.maps(key)]
        seen: set[str] = set()
        for fields in found:
            name = fields.name()
            if name in seen:
                fields.fail("id", f'"{name}" is there twice')
            seen.add(name)
        return found

    def names(self, key: str) -> tuple[str, ...]:
        value = self.node.get(key, [])
        if not isinstance(value, list) or not all(
            isinstance(each, Text) for each in value
        ):
            self.fail(key, f'"{key}" must be a list of texts')
        return tuple(str(each) for each in value)

    def templates(self, key: str) -> dict[str, str]:
        """Read texts by code; only known evidence may be mentioned in them."""
        if key not in self.node:
            return {}
        fields = self.below(key)
        found = {name: fields.text(name) for name in fields.node}
        for name, template in found.items():
            for unknown in placeholders(template) - PLACEHOLDERS:
                fields.fail(name, f"no evidence is called {{{unknown}}}")
        return found
