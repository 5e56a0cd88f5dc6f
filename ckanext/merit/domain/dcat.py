"""A dataset as DCAT-AP record, and which of DCAT-AP 3.0.1's constraints it breaks.

The constraints are those of the profile's SHACL shapes that a mapped record can
break (https://semiceu.github.io/DCAT-AP/releases/3.0.0/, release 3.0.1).
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias
from urllib.parse import quote

from ckanext.merit.domain.dates import parse_date, parse_period
from ckanext.merit.domain.facts import (
    DOCUMENTATION,
    SERVICE,
    VISUALISATION,
    Facts,
    ResourceFacts,
)
from ckanext.merit.domain.quality_licences import (
    LicenceFact,
    licence_of,
    resource_licence,
)
from ckanext.merit.domain.quality_vocabularies import IANA, Vocabularies
from ckanext.merit.domain.text import LONGEST_NAME, is_iri


class Iri(str):
    """A text that stands as an IRI; any other text in a record is a literal."""

    __slots__ = ()


# An IRI, a literal, a typed date, or nothing.
Term: TypeAlias = "Iri | str | date | None"
Violation: TypeAlias = tuple[str, str]


_TITLE: Violation = ("Dataset_Shape", "dct:title")
_DESCRIPTION: Violation = ("Dataset_Shape", "dct:description")
_THEME: Violation = ("Dataset_Shape", "dcat:theme")
_PAGE: Violation = ("Dataset_Shape", "foaf:page")
_FREQUENCY: Violation = ("Dataset_Shape", "dct:accrualPeriodicity")
_ACCESS_RIGHTS: Violation = ("Dataset_Shape", "dct:accessRights")
_TEMPORAL: Violation = ("Dataset_Shape", "dct:temporal")
_AGENT_NAME: Violation = ("Agent_Shape", "foaf:name")


# Paths of the properties of a distribution that want an IRI, from `download_url` on.
_TERM_PATHS = ("dcat:downloadURL", "dct:format", "dcat:mediaType", "dct:license")


class Service(NamedTuple):
    """dcat:DataService behind a distribution."""

    title: str
    endpoint_url: Term
    endpoint_description: Term


class Distribution(NamedTuple):
    """dcat:Distribution; ``""`` and ``None`` are left out of the record."""

    id: str
    title: str
    description: str
    access_url: Term
    download_url: Term
    format: Term
    media_type: Term
    licence: Term
    issued: datetime | None
    modified: datetime | None
    service: Service | None


class _Terms(NamedTuple):
    """What a declared format and media type become."""

    format: Term
    media_type: Term
    is_service: bool


class PeriodOfTime(NamedTuple):
    """dct:PeriodOfTime."""

    start: Term
    end: Term


class Record(NamedTuple):
    """dcat:Dataset with everything below it.

    Attributes:
        publisher: name of the foaf:Agent, ``None`` where there is no agent.
        temporal: a period, or the text that couldn't be read as one.
        spatial: an IRI, or the text that a dct:Location carries.
    """

    title: str
    description: str
    keywords: tuple[str, ...]
    themes: tuple[Term, ...]
    frequency: Term
    access_rights: Term
    publisher: str | None
    contact_name: str
    contact_email: str
    contact_url: str
    temporal: PeriodOfTime | str | None
    spatial: Term
    provenance: str
    pages: tuple[Term, ...]
    distributions: tuple[Distribution, ...]


def to_record(facts: Facts, vocabularies: Vocabularies) -> Record:
    """Map a dataset to DCAT-AP.

    What a vocabulary knows becomes its IRI and what looks like one stays one; any
    other value of a property that wants an IRI stays a literal, so that it shows
    as a violation. Of several themes only the known ones are mapped if any is.
    """
    frequency = vocabularies.frequency(facts.frequency)
    rights = vocabularies.access_right(facts.access_rights)
    licence = licence_of(facts, vocabularies)
    pages = [_address(each) for each in facts.documentation if each]
    distributions: list[Distribution] = []
    for each in facts.resources:
        if each.kind in (DOCUMENTATION, VISUALISATION):
            pages.append(_address(each.url))
            continue
        own = resource_licence(each.licence, vocabularies) if each.licence else None
        term = _licence_term(own) if own else _licence_term(licence)
        distributions.append(_distribution(each, vocabularies, licence=term))
    return Record(
        title=facts.title.strip(),
        description=facts.description.strip(),
        keywords=facts.keywords,
        themes=_themes(facts, vocabularies),
        frequency=Iri(frequency.iri) if frequency else _address(facts.frequency),
        access_rights=Iri(rights.iri) if rights else _address(facts.access_rights),
        publisher=_publisher(facts),
        contact_name=facts.contact_name,
        contact_email=facts.contact_email,
        contact_url=facts.contact_url,
        temporal=_temporal(facts),
        spatial=_address(facts.spatial),
        provenance=facts.provenance,
        pages=tuple(page for page in pages if page),
        distributions=tuple(distributions),
    )


def violations(record: Record) -> frozenset[Violation]:
    """Return the broken constraints as (shape, path), each once.

    Properties that the record cannot break, such as a keyword being a literal, are
    not looked at; nor are the types of a period's dates, which the shapes ask for by
    a property (``sh:shape``) that SHACL doesn't know.
    """
    themes, pages = record.themes, record.pages
    broken = {
        *([_TITLE] if not record.title else ()),
        *([_DESCRIPTION] if not record.description else ()),
        *([_THEME] if str in map(type, themes) else ()),
        *([_PAGE] if str in map(type, pages) else ()),
        *([_FREQUENCY] if type(record.frequency) is str else ()),
        *([_ACCESS_RIGHTS] if type(record.access_rights) is str else ()),
        *([_AGENT_NAME] if record.publisher == "" else ()),
        *([_TEMPORAL] if isinstance(record.temporal, str) else ()),
    }
    for distribution in record.distributions:
        _add_broken(broken, distribution)
    return frozenset(broken)


def _add_broken(broken: set[Violation], distribution: Distribution) -> None:
    if type(distribution.access_url) is not Iri:
        broken.add(("Distribution_Shape", "dcat:accessURL"))
    for path, term in zip(_TERM_PATHS, distribution[4:8], strict=True):
        # An IRI is a text of its own type.
        if type(term) is str:
            broken.add(("Distribution_Shape", path))
    service = distribution.service
    if service is None:
        return
    if not service.title:
        broken.add(("DataService_Shape", "dct:title"))
    if type(service.endpoint_url) is not Iri:
        broken.add(("DataService_Shape", "dcat:endpointURL"))
    if type(service.endpoint_description) is str:
        broken.add(("DataService_Shape", "dcat:endpointDescription"))


def _distribution(
    resource: ResourceFacts, vocabularies: Vocabularies, *, licence: Term
) -> Distribution:
    terms = _terms(
        vocabularies,
        resource.format[: LONGEST_NAME + 1],
        resource.media_type[: LONGEST_NAME + 1],
    )
    address = _address(resource.access_url) or _address(resource.url)
    address = address or _address(resource.download_url)
    if resource.is_upload and type(address) is not Iri:
        # An uploaded file always has an address on the portal.
        address = Iri(f"urn:resource:{quote(resource.id, safe='', errors='replace')}")
    title, service = resource.name.strip(), None
    if terms.is_service or resource.kind == SERVICE:
        service = Service(title, address, _address(resource.endpoint_description))
    return Distribution(
        resource.id,
        title,
        resource.description,
        address,
        _address(resource.download_url),
        terms.format,
        terms.media_type,
        licence,
        resource.created,
        resource.modified,
        service,
    )


@lru_cache(maxsize=8192)
def _terms(vocabularies: Vocabularies, format_: str, media_type: str) -> _Terms:
    file_type = vocabularies.file_type(format_)
    registered = vocabularies.media_type(media_type)
    return _Terms(
        Iri(file_type.iri) if file_type else _address(format_),
        Iri(IANA + registered) if registered else _address(media_type),
        file_type is not None and file_type.service,
    )


def _address(text: str) -> Term:
    # Most addresses are left out.
    if not text or not (text := text.strip()):
        return None
    return Iri(text) if is_iri(text) else text


def _licence_term(licence: LicenceFact) -> Term:
    return Iri(licence.iri) if licence.iri else licence.text or None


def _themes(facts: Facts, vocabularies: Vocabularies) -> tuple[Term, ...]:
    known = {theme.iri for each in facts.themes if (theme := vocabularies.theme(each))}
    known.update(
        theme.iri for each in facts.groups if (theme := vocabularies.theme(each))
    )
    if known:
        return tuple(Iri(each) for each in sorted(known))
    return tuple(term for each in facts.themes if (term := _address(each)))


def _publisher(facts: Facts) -> str | None:
    name = facts.publisher.strip()
    return name if name or facts.organization_id else None


def _temporal(facts: Facts) -> PeriodOfTime | str | None:
    if facts.temporal_start.strip() or facts.temporal_end.strip():
        return PeriodOfTime(_day(facts.temporal_start), _day(facts.temporal_end))
    text = facts.temporal.strip()
    period = parse_period(text) if text else None
    if period is not None:
        return PeriodOfTime(period.start, period.end)
    return text or None


def _day(text: str) -> Term:
    return parse_date(text) or text.strip() or None
