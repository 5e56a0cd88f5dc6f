"""What a dataset or resource declares as its licence, and whether it is open."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ckanext.merit.domain.facts import Facts
from ckanext.merit.domain.quality_vocabularies import Licence, Vocabularies
from ckanext.merit.domain.text import LONGEST_NAME, evidence, is_web_address


class LicenceFact(NamedTuple):
    """A licence as declared.

    Attributes:
        declared: a real licence: not "not specified", and of a mere kind
            (``other-open``) only with its own title or address.
        open: by the portal's licence list or the vocabulary.
        iri: address in the vocabulary, else the one given, else ``""``.
        text: what people call it; ``""`` when nothing was declared.
        known: the vocabulary knows it.
    """

    declared: bool
    open: bool
    iri: str
    text: str
    known: bool


NO_LICENCE = LicenceFact(False, False, "", "", False)


def licence_of(facts: Facts, vocabularies: Vocabularies) -> LicenceFact:
    """Read the dataset's own licence."""
    given = (facts.licence_id, facts.licence_title, facts.licence_url)
    if any(len(text) > LONGEST_NAME for text in given):
        given = (given[0][:LONGEST_NAME], evidence(given[1]), given[2][:LONGEST_NAME])
    return _licence_of(vocabularies, *given, facts.licence_open is True)


def resource_licence(text: str, vocabularies: Vocabularies) -> LicenceFact:
    """Read a resource's own licence: an id, a title or an address."""
    if is_web_address(text):
        return _licence_of(vocabularies, "", "", text[:LONGEST_NAME], False)
    return _licence_of(vocabularies, "", evidence(text), "", False)


@lru_cache(maxsize=4096)
def _licence_of(
    vocabularies: Vocabularies, name: str, title: str, url: str, is_open: bool
) -> LicenceFact:
    name, title, url = name.strip(), title.strip(), url.strip()
    looked_up = {text: vocabularies.licence(text) for text in (name, url, title)}
    for text, licence in looked_up.items():
        if licence is not None and licence.status in ("open", "closed"):
            opened = is_open or licence.status == "open"
            shown = evidence(title or licence.code.replace("_", "-") or text)
            return LicenceFact(True, opened, licence.iri, shown, True)
    iri = url if is_web_address(url) else ""
    own = [text for text in (title, name) if text and not _says_little(looked_up[text])]
    if own or iri:
        shown = evidence(own[0] if own else title or url)
        return LicenceFact(True, is_open, iri, shown, False)
    generic = [
        text
        for text in (title, name)
        if text and (kind := looked_up[text]) is not None and kind.status == "generic"
    ]
    if not generic:
        return NO_LICENCE
    return LicenceFact(False, is_open, "", evidence(generic[0]), False)


def _says_little(licence: Licence | None) -> bool:
    return licence is not None and licence.status in ("generic", "none")
