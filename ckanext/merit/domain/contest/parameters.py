"""Parameters that rules give to what a machine does: declared, checked, read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from ckanext.merit.domain.scoring import arithmetic

__all__ = ["Parameter", "Values", "problems"]

YES = "yes"
NO = "no"


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    Attributes:
        name: Key in the rule file.
        default: Text that stands for a parameter that the rules don't give.
        title: What it means, one phrase in English.
        least: Smallest number allowed; None: no limit.
        most: Largest number allowed; None: no limit.
        whole: Whether it is a whole number.
        choices: Words allowed, instead of a number.
    """

    name: str
    default: str
    title: str
    least: Fraction | None = None
    most: Fraction | None = None
    whole: bool = False
    choices: tuple[str, ...] = ()

    @classmethod
    def count(cls, name: str, default: str, title: str) -> Parameter:
        """Declare a whole number from 1 to a million."""
        least, most = Fraction(1), Fraction(10**6)
        return cls(name, default, title, least, most, whole=True)

    @classmethod
    def share(cls, name: str, default: str, title: str) -> Parameter:
        """Declare a share from 0 to 1."""
        return cls(name, default, title, least=Fraction(0), most=Fraction(1))

    @classmethod
    def points(cls, name: str, default: str, title: str) -> Parameter:
        """Declare points of a quality score, from 0 to 100."""
        return cls(name, default, title, least=Fraction(0), most=Fraction(100))

    @classmethod
    def flag(cls, name: str, default: str, title: str) -> Parameter:
        """Declare a choice between yes and no."""
        return cls(name, default, title, choices=(YES, NO))

    def problem(self, text: Any) -> str | None:
        """Say what is wrong with a value, if anything."""
        if self.choices:
            if text in self.choices:
                return None
            return f'"{self.name}" must be one of {", ".join(self.choices)}'
        if not isinstance(text, str) or not arithmetic.is_number(text):
            return f'"{self.name}" must be a number'
        value = Fraction(text)
        if self.whole and value.denominator != 1:
            return f'"{self.name}" must be a whole number'
        return self._out_of_range(value)

    def _out_of_range(self, value: Fraction) -> str | None:
        if self.least is not None and value < self.least:
            return f'"{self.name}" must be at least {self.least}'
        if self.most is not None and value > self.most:
            return f'"{self.name}" must be at most {self.most}'
        return None


def problems(known: Iterable[Parameter], given: Any) -> Iterator[str]:
    """Say what is wrong with the parameters that rules give.

    Args:
        known: Those declared.
        given: By name, as read from the rule file; None for none.
    """
    declared = {parameter.name: parameter for parameter in known}
    if given is None or given == "":
        return
    if not isinstance(given, Mapping):
        yield "parameters must be a mapping"
        return
    for name, text in cast("Mapping[str, Any]", given).items():
        if name not in declared:
            allowed = ", ".join(declared) or "none"
            yield f'unknown parameter "{name}"; known: {allowed}'
        elif problem := declared[name].problem(text):
            yield problem


class Values:
    """Parameters as given, with the defaults of those that weren't.

    Raises:
        ValueError: For values that ``problems`` would name.
    """

    def __init__(self, known: Iterable[Parameter], given: Any = None) -> None:
        declared = tuple(known)
        if found := list(problems(declared, given)):
            raise ValueError("; ".join(found))
        texts = {parameter.name: parameter.default for parameter in declared}
        self.texts: dict[str, str] = texts | dict(given or {})

    def number(self, name: str) -> Fraction:
        """Read a number."""
        return Fraction(self.texts[name])

    def whole(self, name: str) -> int:
        """Read a whole number."""
        return self.number(name).numerator

    def flag(self, name: str) -> bool:
        """Read a choice between yes and no."""
        return self.texts[name] == YES
