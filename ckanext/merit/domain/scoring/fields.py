"""Reading the fields of a rule file's mappings, each complaint with its line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, NoReturn, cast

from ckanext.merit.domain.scoring import arithmetic

# More digits than any published result has; keeps 10**places small.
MAX_PLACES = 30


class RuleError(ValueError):
    """A rule set is broken. ``line`` is 0 where the tree carries no lines."""

    def __init__(self, message: str, *, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def line_of(value: object, fallback: int = 0) -> int:
    """The line that a node was read from, where its reader kept it."""
    line = getattr(value, "line", fallback)
    return line if isinstance(line, int) else fallback


class Fields:
    """One mapping of the file; every value is text, a sequence or a mapping."""

    def __init__(self, node: object, what: str, *, line: int = 0) -> None:
        """Wrap a mapping.

        Raises:
            RuleError: it isn't a mapping with text keys.
        """
        self.what = what
        self.line = line_of(node, line)
        if not isinstance(node, Mapping):
            raise RuleError(f"{what} must be a mapping", line=self.line)
        self._node: Mapping[Any, Any] = node
        self._lines: Mapping[Any, int] = getattr(self._node, "lines", {})

    def __contains__(self, key: str) -> bool:
        return key in self._node

    def fail(self, message: str, key: str | None = None) -> NoReturn:
        """Raise ``RuleError`` on the line of a key, else of the mapping."""
        raise RuleError(message, line=self.line if key is None else self.line_of(key))

    def line_of(self, key: str) -> int:
        """The line of a key, else of the mapping."""
        return self._lines.get(key, self.line)

    def value(self, key: str) -> object:
        """What a key holds, unread."""
        return self._node[key]

    def only(self, known: Collection[str], required: Collection[str] = ()) -> None:
        """Refuse unknown keys and missing required ones."""
        for key in self._node:
            if key not in known:
                self.fail(f'unknown key "{key}" in {self.what}', key)
        for key in required:
            if key not in self._node:
                self.fail(f'missing key "{key}" in {self.what}')

    def text(self, key: str, default: str = "") -> str:
        """The text of a key; present but empty is an error."""
        if key not in self._node:
            return default
        value = self._node[key]
        if not isinstance(value, str) or not value:
            self.fail(f'"{key}" must be a text', key)
        if not value.isprintable():
            self.fail(f'"{key}" must be plain text on one line', key)
        return str(value)

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """One of the choices, by default the first."""
        value = self.text(key, choices[0])
        if value not in choices:
            self.fail(f'"{key}" must be one of {", ".join(choices)}', key)
        return value

    def flag(self, key: str) -> bool:
        """True or false, by default false."""
        return self.choice(key, ("false", "true")) == "true"

    def number(self, key: str, default: Fraction) -> Fraction:
        """A decimal number."""
        if key not in self._node:
            return default
        text = self.text(key)
        try:
            return arithmetic.number(text)
        except ValueError as error:
            self.fail(f'"{key}": {error}', key)

    def integer(self, key: str, default: int, *, least: int = 0) -> int:
        """A whole number from ``least`` to a million."""
        value = self.number(key, Fraction(default))
        if value.denominator != 1 or not least <= value <= 1_000_000:
            self.fail(f'"{key}" must be a whole number from {least}', key)
        return value.numerator

    def places(self, key: str) -> int | None:
        """A number of decimal places, or None for ``none`` or no key."""
        if self.text(key, "none") == "none":
            return None
        places = self.integer(key, 0)
        if places > MAX_PLACES:
            self.fail(f'"{key}" must be at most {MAX_PLACES}', key)
        return places

    def items(self, key: str) -> list[Any]:
        """The items of a sequence with at least one of them; [] when absent."""
        if key not in self._node:
            return []
        value = self._node[key]
        if isinstance(value, str) or not isinstance(value, Sequence) or not value:
            self.fail(f'"{key}" must be a list that is not empty', key)
        return list(cast("Sequence[Any]", value))

    def texts(self, key: str) -> list[str]:
        """The items of a list of distinct, non-empty texts."""
        items = self.items(key)
        for item in items:
            if not isinstance(item, str) or not item:
                self.fail(f'"{key}" must be a list of texts', key)
        if len(set(items)) < len(items):
            self.fail(f'"{key}" names something twice', key)
        return [str(item) for item in items]

    def ends(self, key: str) -> tuple[Fraction, Fraction]:
        """Two different numbers."""
        items = self.items(key)
        if len(items) != 2 or not all(isinstance(item, str) for item in items):
            self.fail(f'"{key}" must be two numbers', key)
        try:
            first, second = (arithmetic.number(item) for item in items)
        except ValueError as error:
            self.fail(f'"{key}": {error}', key)
        if first == second:
            self.fail(f'the two numbers of "{key}" must differ', key)
        return first, second

    def mapping(self, key: str) -> Fields:
        """The mapping of a key."""
        return Fields(self._node[key], f'"{key}"', line=self.line_of(key))

    def labels(self) -> list[str]:
        """The keys in file order.

        Raises:
            RuleError: one of them is empty or not text.
        """
        for key in self._node:
            if not isinstance(key, str) or not key:
                self.fail(f"{self.what} has an empty key", key)
        return list(self._node)
