"""The quality profiles of this portal: those shipped and those it adds by option."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ckanext.merit import rulefile
from ckanext.merit.domain.quality_profile import Indicator, Profile
from ckanext.merit.domain.quality_vocabularies import Vocabularies
from ckanext.merit.domain.quality_vocabulary_files import (
    VocabularyError,
    parse_vocabularies,
)
from ckanext.merit.quality.profile_file import RULES, ProfileFile, read_profile
from ckanext.merit.quality.profile_texts import ProfileTexts

__all__ = [
    "RULES",
    "LoadedProfile",
    "active",
    "get",
    "known",
    "load",
    "load_profile",
    "load_vocabularies",
]

DEFAULT = "metadata-1.0"
_VOCABULARIES = RULES.parent / "vocabularies"


@dataclass(frozen=True, eq=False)
class LoadedProfile:
    """A profile with its words and the vocabularies that it pins.

    Attributes:
        pins: the SHA-256 of each vocabulary, by name.
    """

    profile: Profile
    texts: ProfileTexts
    vocabularies: Vocabularies
    pins: Mapping[str, str]

    def to_dict(self, translate: Callable[[str], str] = str) -> dict[str, Any]:
        """Return everything as JSON-ready dict; fractions are ``n/d`` as text."""
        profile, texts = self.profile, self.texts
        return {
            "id": profile.id,
            "version": profile.version,
            "sha256": profile.sha256,
            "title": translate(texts.title),
            "help": translate(texts.help),
            "closed": profile.closed,
            "na_policy": profile.na_policy,
            "rated": {
                "applicability": str(profile.min_applicability),
                "coverage": str(profile.min_coverage),
            },
            "points": str(sum(each.points for each in profile.indicators)),
            **self._parts(translate),
            "indicators": [
                _indicator_dict(each, texts, translate) for each in profile.indicators
            ],
            "reasons": _translated(texts.reasons, translate),
            "labels": {
                kind: _translated(words, translate)
                for kind, words in texts.labels.items()
            },
            "sentences": _translated(texts.sentences, translate),
            "vocabularies": dict(self.pins),
        }

    def _parts(self, translate: Callable[[str], str]) -> dict[str, Any]:
        profile, texts = self.profile, self.texts
        return {
            "bands": [
                {
                    "id": band.id,
                    "start": str(band.start),
                    **_translated(asdict(texts.bands[band.id]), translate),
                }
                for band in profile.bands
            ],
            "dimensions": [
                {
                    "id": name,
                    "points": str(_points(profile, name)),
                    **_translated(asdict(texts.dimensions[name]), translate),
                }
                for name in profile.dimensions
            ],
            "gates": [
                {
                    "id": gate.id,
                    "indicator": gate.indicator,
                    "cap": gate.cap,
                    "title": translate(texts.gates[gate.id]),
                }
                for gate in profile.gates
            ],
        }


def load(path: str | Path) -> LoadedProfile:
    """Read a profile file with its vocabularies.

    Raises:
        RuleFileError: a broken profile or vocabulary, with file, line and reason.
        OSError: a file cannot be read.
    """
    found = read_profile(Path(path))
    return LoadedProfile(
        found.profile, found.texts, load_vocabularies(found), found.vocabularies
    )


def load_profile(path: str | Path) -> Profile:
    """Read the rule of a profile file, without its words and vocabularies.

    Raises:
        RuleFileError: with file, line and reason.
        OSError: the file cannot be read.
    """
    return read_profile(Path(path)).profile


def load_vocabularies(found: ProfileFile) -> Vocabularies:
    """Read the vocabularies that a profile pins.

    They lie in the folder ``vocabularies`` beside the profile, else in the package.

    Raises:
        RuleFileError: a vocabulary isn't the pinned one, or is broken.
        OSError: a file cannot be read.
    """
    own = found.folder / "vocabularies"
    files = {
        name: own / f"{name}.txt"
        if (own / f"{name}.txt").is_file()
        else _VOCABULARIES / f"{name}.txt"
        for name in found.vocabularies
    }
    pins = tuple(sorted(found.vocabularies.items()))
    return _vocabularies(pins, tuple(files[name] for name, _ in pins))


def get(profile_id: str = DEFAULT) -> LoadedProfile:
    """Return a profile of this portal; the same object until its files change.

    Raises:
        KeyError: there is no such profile.
        RuleFileError, OSError: as ``load``.
    """
    return _loaded(_files())[profile_id]


def known() -> list[str]:
    """Return the ids of this portal's profiles, the shipped ones first."""
    return list(_loaded(_files()))


def active() -> LoadedProfile:
    """Return the profile by which this portal scores.

    Raises:
        ValueError: the option names a profile that isn't there.
        RuleFileError, OSError: as ``load``.
    """
    name = _option("ckanext.merit.quality.profile") or DEFAULT
    try:
        return get(name)
    except KeyError:
        words = ", ".join(known())
        raise ValueError(
            f'ckanext.merit.quality.profile: no profile "{name}" ({words})'
        ) from None


def _files() -> tuple[str, ...]:
    own = _option("ckanext.merit.quality.profile_files") or []
    shipped = (RULES / "metadata-1.0.yaml", RULES / "default-1.0.yaml")
    return (*map(str, shipped), *map(str, own))


def _option(name: str) -> Any:
    try:
        import ckantoolkit as tk  # noqa: PLC0415
    except ImportError:
        # Without CKAN there are no options, only what is shipped.
        return None
    return tk.config.get(name)


@lru_cache(maxsize=4)
def _loaded(files: tuple[str, ...]) -> dict[str, LoadedProfile]:
    found: dict[str, LoadedProfile] = {}
    for path in files:
        loaded = load(path)
        if loaded.profile.id in found:
            message = f'a profile "{loaded.profile.id}" is there already'
            rulefile.fail(1, message, filename=path)
        found[loaded.profile.id] = loaded
    return found


@lru_cache(maxsize=16)
def _vocabularies(
    pins: tuple[tuple[str, str], ...], files: tuple[Path, ...]
) -> Vocabularies:
    texts: dict[str, str] = {}
    for (name, pin), path in zip(pins, files, strict=True):
        data = path.read_bytes()
        found = hashlib.sha256(data).hexdigest()
        if found != pin:
            message = f"SHA-256 is {found}, the profile pins {pin}"
            rulefile.fail(1, message, filename=str(path))
        texts[name] = data.decode("utf-8", "replace")
    try:
        return parse_vocabularies(texts)
    except VocabularyError as error:
        path = files[[name for name, _ in pins].index(error.vocabulary)]
        rulefile.fail(error.line, str(error), filename=str(path))


def _points(profile: Profile, dimension: str) -> Any:
    return sum(
        each.points for each in profile.indicators if each.dimension == dimension
    )


def _indicator_dict(
    indicator: Indicator, texts: ProfileTexts, translate: Callable[[str], str]
) -> dict[str, Any]:
    words = texts.indicators[indicator.id]
    return {
        "id": indicator.id,
        "dimension": indicator.dimension,
        "points": str(indicator.points),
        "level": words.level,
        "aggregate": indicator.aggregate,
        "effort": indicator.effort,
        "requires": list(indicator.requires),
        "earns": list(words.earns),
        "field": words.field,
        "title": translate(words.title),
        "why": translate(words.why),
        "help": translate(words.help),
        "fix": translate(words.fix),
        "standards": list(words.standards),
        "reasons": _translated(words.reasons, translate),
        "resource_reasons": _translated(words.resource_reasons, translate),
        "sentences": {
            "loss": _translated(words.losses, translate),
            "strength": _translated(words.strengths, translate),
        },
    }


def _translated(
    words: Mapping[str, str], translate: Callable[[str], str]
) -> dict[str, str]:
    return {key: translate(text) if text else "" for key, text in words.items()}
