"""Indicators of the dataset itself: what its fields say about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ckanext.merit.domain.dates import parse_date, parse_period
from ckanext.merit.domain.facts import Facts, ResourceFacts
from ckanext.merit.domain.indicators_places import is_place
from ckanext.merit.domain.quality_combine import fraction
from ckanext.merit.domain.quality_licences import (
    LicenceFact,
    licence_of,
    resource_licence,
)
from ckanext.merit.domain.quality_profile import (
    HALF,
    MEASURED,
    NO_DETAIL,
    NOT_APPLICABLE,
    ONE,
    ZERO,
    Measurement,
)
from ckanext.merit.domain.quality_vocabularies import Vocabularies
from ckanext.merit.domain.text import (
    evidence,
    has_link,
    is_email,
    is_web_address,
    plain_text,
    title_key,
)

SHORTEST_TITLE, LONGEST_TITLE = 10, 180
LONG_DESCRIPTION = 100
ENOUGH_KEYWORDS = 3
LONG_PROVENANCE = 40
# More keywords, themes or contacts than this aren't looked at one by one.
MOST_VALUES = 1_000
_MOST_CONTACTS = 20
_LONGEST_CONTACT = 2_000

_FILE_ENDING = re.compile(r"\.([A-Za-z0-9]{2,7})\s*\Z")
_SLUG = re.compile(r"[^\W_]+(?:[-_.][^\W_]+){2,}")
_LONGEST_SLUG = 300
_CONTACT_SPLIT = re.compile(r"[,;\s<>|]+")


@dataclass(frozen=True, slots=True)
class Options:
    """What a portal sets about the rules.

    Attributes:
        portal_contacts: addresses of the portal itself, as entered, kept as
            ``contact_key`` makes them; they are no direct contact of a dataset.
    """

    portal_contacts: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        keys = frozenset(map(contact_key, self.portal_contacts))
        object.__setattr__(self, "portal_contacts", keys)


def contact_key(address: str) -> str:
    """Return the form in which two contact addresses are the same."""
    key = address.strip().casefold().removeprefix("mailto:")
    return key.partition("://")[2].removeprefix("www.").rstrip("/") or key


def contact_parts(text: str) -> list[str]:
    """Return the addresses that one text lists."""
    parts = _CONTACT_SPLIT.split(text[:_LONGEST_CONTACT])[:_MOST_CONTACTS]
    return [part for part in parts if part]


def measure_dataset(
    facts: Facts,
    data: Sequence[ResourceFacts],
    vocabularies: Vocabularies,
    options: Options,
) -> list[Measurement]:
    """Measure F1 to F6, A4, R1 to R4 and R6."""
    licence = licence_of(facts, vocabularies)
    return [
        _title(facts, vocabularies),
        _description(facts),
        _keywords(facts),
        _theme(facts, vocabularies),
        _spatial(facts),
        _temporal(facts),
        _access_rights(facts, vocabularies),
        *_licences(licence, data, vocabularies),
        _publisher(facts),
        _contact(facts, options),
        _provenance(facts),
    ]


def _title(facts: Facts, vocabularies: Vocabularies) -> Measurement:
    """Measure F1: length, no file name, no twin; one failure costs half."""
    title = facts.title.strip()
    if not title:
        return Measurement("F1", MEASURED, ZERO, "none")
    length = len(title)
    failed = [
        *(["short"] if length < SHORTEST_TITLE else []),
        *(["long"] if length > LONGEST_TITLE else []),
        *(["file_name"] if is_file_name(title, vocabularies) else []),
        *(["twins"] if facts.twins else []),
    ]
    detail = {"count": length, "twins": facts.twins}
    if not failed:
        return Measurement("F1", MEASURED, ONE, "ok", detail)
    if len(failed) == 1:
        return Measurement("F1", MEASURED, HALF, failed[0], detail)
    return Measurement("F1", MEASURED, ZERO, "several", detail)


def is_file_name(title: str, vocabularies: Vocabularies) -> bool:
    """Say whether a title is only a file's name: ``datos_2019.csv``, ``base_v2``."""
    ending = _FILE_ENDING.search(title[-20:])
    if ending and vocabularies.file_type(ending[1]) is not None:
        return True
    if len(title) > _LONGEST_SLUG or len(title.split(maxsplit=1)) > 1:
        return False
    return "_" in title or _SLUG.fullmatch(title) is not None


def _description(facts: Facts) -> Measurement:
    """Measure F2 by the length of what a reader sees."""
    text = plain_text(facts.description)
    length = len(text)
    if not length:
        return Measurement("F2", MEASURED, ZERO, "none")
    if length <= 2 * len(facts.title) and title_key(text) == title_key(facts.title):
        return Measurement("F2", MEASURED, ZERO, "title")
    detail = {"count": length}
    if length < LONG_DESCRIPTION:
        return Measurement("F2", MEASURED, HALF, "short", detail)
    return Measurement("F2", MEASURED, ONE, "ok", detail)


def _keywords(facts: Facts) -> Measurement:
    """Measure F3."""
    distinct = {title_key(each) for each in facts.keywords[:MOST_VALUES]}
    distinct.discard("")
    count = len(distinct)
    if not count:
        return Measurement("F3", MEASURED, ZERO, "none")
    if count >= ENOUGH_KEYWORDS:
        return Measurement("F3", MEASURED, ONE, "ok", {"count": count})
    reason = "one" if count == 1 else "few"
    return Measurement("F3", MEASURED, HALF, reason, {"count": count})


def _theme(facts: Facts, vocabularies: Vocabularies) -> Measurement:
    """Measure F4: a theme of the vocabulary, a group of that name included."""
    given = (*facts.themes[:MOST_VALUES], *facts.groups[:MOST_VALUES])
    present = ""
    for each in given:
        theme = vocabularies.theme(each)
        if theme is not None:
            return Measurement("F4", MEASURED, ONE, "ok", {"theme": theme.code})
        present = present or each.strip()
    if not present:
        return Measurement("F4", MEASURED, ZERO, "none")
    return Measurement("F4", MEASURED, HALF, "unknown", {"theme": evidence(present)})


def _spatial(facts: Facts) -> Measurement:
    """Measure F5."""
    text = facts.spatial.strip()
    if not text:
        return Measurement("F5", MEASURED, ZERO, "none")
    if is_place(text):
        return Measurement("F5", MEASURED, ONE, "ok")
    return Measurement("F5", MEASURED, HALF, "unreadable", {"text": evidence(text)})


def _temporal(facts: Facts) -> Measurement:
    """Measure F6; a valid start or end is enough."""
    if facts.is_register:
        return Measurement("F6", NOT_APPLICABLE, ZERO, "register")
    given = (facts.temporal_start, facts.temporal_end, facts.temporal)
    start, end = parse_date(given[0]), parse_date(given[1])
    if start is None and end is None:
        period = parse_period(given[2]) or parse_period(given[0])
        start, end = period or (None, None)
    if start is not None and end is not None:
        detail = {"start_date": start.isoformat(), "end_date": end.isoformat()}
        return Measurement("F6", MEASURED, ONE, "ok", detail)
    if start is not None:
        detail = {"start_date": start.isoformat()}
        return Measurement("F6", MEASURED, ONE, "ok_start", detail)
    if end is not None:
        return Measurement("F6", MEASURED, ONE, "ok_end", {"end_date": end.isoformat()})
    text = " ".join(each for each in map(evidence, given) if each)
    if not text:
        return Measurement("F6", MEASURED, ZERO, "none")
    return Measurement("F6", MEASURED, HALF, "unreadable", {"text": evidence(text)})


def _access_rights(facts: Facts, vocabularies: Vocabularies) -> Measurement:
    """Measure A4."""
    text = facts.access_rights.strip()
    if not text:
        return Measurement("A4", MEASURED, ZERO, "none")
    right = vocabularies.access_right(text)
    if right is None:
        return Measurement("A4", MEASURED, HALF, "unknown", {"text": evidence(text)})
    return Measurement("A4", MEASURED, ONE, "ok", {"access": right.code})


def _licences(
    licence: LicenceFact, data: Sequence[ResourceFacts], vocabularies: Vocabularies
) -> tuple[Measurement, Measurement]:
    """Measure R1 and R2; without a licence of the dataset, by its resources'."""
    if not licence.text or not (licence.declared or licence.open):
        own = [
            resource_licence(each.licence, vocabularies)
            for each in data
            if each.licence.strip()
        ]
        declared = sum(each.declared for each in own)
        if declared:
            return _by_resources(own, declared, len(data))
    detail = {"licence": licence.text} if licence.text else NO_DETAIL
    if not licence.text:
        reasons = "none", "none"
    else:
        known = "closed" if licence.known else "unknown"
        reasons = (
            "ok" if licence.declared else "generic",
            "ok" if licence.open else known,
        )
    return (
        Measurement("R1", MEASURED, _yes(licence.declared), reasons[0], detail),
        Measurement("R2", MEASURED, _yes(licence.open), reasons[1], detail),
    )


def _by_resources(
    own: list[LicenceFact], declared: int, total: int
) -> tuple[Measurement, Measurement]:
    opened = sum(each.open for each in own)
    return (
        Measurement(
            "R1",
            MEASURED,
            fraction(declared, total),
            "resources",
            {"count": declared, "total": total},
        ),
        Measurement(
            "R2",
            MEASURED,
            fraction(opened, total),
            "resources",
            {"count": opened, "total": total},
        ),
    )


def _yes(condition: bool) -> Fraction:
    return ONE if condition else ZERO


def _publisher(facts: Facts) -> Measurement:
    """Measure R3."""
    title = facts.publisher.strip()
    if title:
        return Measurement("R3", MEASURED, ONE, "ok", {"publisher": evidence(title)})
    reason = "untitled" if facts.organization_id else "none"
    return Measurement("R3", MEASURED, ZERO, reason)


def _contact(facts: Facts, options: Options) -> Measurement:
    """Measure R4; the address itself is nobody's evidence to read."""
    reason = "none"
    for text, is_valid in (
        (facts.contact_email, is_email),
        (facts.contact_url, is_web_address),
    ):
        for part in contact_parts(text):
            if not is_valid(part):
                reason = "invalid" if reason == "none" else reason
            elif contact_key(part) in options.portal_contacts:
                reason = "portal"
            else:
                return Measurement("R4", MEASURED, ONE, "ok")
    return Measurement("R4", MEASURED, ZERO, reason)


def _provenance(facts: Facts) -> Measurement:
    """Measure R6: a sentence or a link."""
    if has_link(facts.provenance):
        return Measurement("R6", MEASURED, ONE, "link")
    length = len(plain_text(facts.provenance))
    if not length:
        return Measurement("R6", MEASURED, ZERO, "none")
    detail = {"count": length}
    if length < LONG_PROVENANCE:
        return Measurement("R6", MEASURED, ZERO, "short", detail)
    return Measurement("R6", MEASURED, ONE, "ok", detail)
