"""The words of a profile in the page's language, with evidence filled in."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import ckantoolkit as tk

from ckanext.merit.domain.quality import SUSPENDED
from ckanext.merit.quality import profiles, words


class Indicator(NamedTuple):
    """The words of one indicator."""

    id: str
    title: str
    why: str
    fix: str
    field: str
    earns: tuple[str, ...]


class Texts:
    """The words of one profile."""

    def __init__(self, loaded: profiles.LoadedProfile) -> None:
        self._texts = loaded.texts
        self._profile = loaded.profile

    @classmethod
    def of(cls, profile_id: str) -> Texts:
        """The words of a profile of this portal."""
        return cls(profiles.get(profile_id))

    @classmethod
    def active(cls) -> Texts:
        """The words of the profile in force."""
        return cls(profiles.active())

    @property
    def rated(self) -> str:
        """What is rated, such as the quality of the metadata."""
        return tk._(self._texts.title)

    @property
    def min_coverage(self) -> Fraction:
        """The least share of checks that must have been made."""
        return self._profile.min_coverage

    @property
    def min_applicability(self) -> Fraction:
        """The least share of points that must apply."""
        return self._profile.min_applicability

    def indicator(self, indicator_id: str) -> Indicator:
        """The words of an indicator."""
        found = self._texts.indicators[indicator_id]
        title, why, fix = (tk._(each) for each in (found.title, found.why, found.fix))
        return Indicator(indicator_id, title, why, fix, found.field, found.earns)

    def evidence(
        self, indicator_id: str, found: Mapping[str, Any], *, resource: bool = False
    ) -> str:
        """Why an indicator, or one file of it, earned what it earned."""
        return self._texts.reason(
            indicator_id, found, translate=tk._, show=words.shown, resource=resource
        )

    def sentence(self, answer: Mapping[str, Any] | None) -> str:
        """The one sentence about a dataset; nothing where there is no result."""
        sentence = answer and answer["sentence"]
        if answer is None or sentence is None:
            return ""
        if answer["status"] == SUSPENDED:
            return tk._("The portal and the publisher are reviewing this dataset.")
        return self._texts.sentence(sentence, translate=tk._, show=words.shown)

    def dimension(self, dimension_id: str) -> str:
        """The title of a dimension."""
        return tk._(self._texts.dimensions[dimension_id].title)

    def gate(self, gate_id: str) -> str:
        """What holds a badge down, whatever the score."""
        return tk._(self._texts.gates[gate_id])

    def band_meaning(self, band_id: str) -> str:
        """What having a band says about a dataset."""
        return tk._(self._texts.bands[band_id].help)

    def starts(self) -> dict[str, str]:
        """Where each band starts, the lowest first."""
        return {band.id: words.tenths(band.start) for band in self._profile.bands}
