"""From ids of datasets to results: read, collect, measure, score; writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import ckantoolkit as tk
from ckan import model

from ckanext.merit import config
from ckanext.merit.domain import indicators
from ckanext.merit.domain.canonical import digest
from ckanext.merit.domain.quality import (
    ENGINE_VERSION,
    Measured,
    Result,
    assess,
)
from ckanext.merit.model import catalogue, quality_store, quality_suspensions
from ckanext.merit.model.quality_due import Rules
from ckanext.merit.quality import mapping, profiles
from ckanext.merit.quality.collect import Collector

__all__ = [
    "Evaluation",
    "Evaluator",
    "Surroundings",
    "counted_types",
    "rules",
    "surroundings",
]


class Evaluation(NamedTuple):
    """What was found about one dataset.

    ``next_change`` is the earliest instant at which time alone changes a value.
    """

    record: catalogue.Record
    measurements: tuple[Measured, ...]
    result: Result
    next_change: datetime | None


class Surroundings(NamedTuple):
    """What a result depends on beside the dataset's own record.

    Attributes:
        twins: numbers of other datasets with the same title, by id, if any.
        suspended: ids of datasets whose badge an administrator suspended.
    """

    twins: Mapping[str, int]
    suspended: Collection[str]


def surroundings(ids: Sequence[str]) -> Surroundings:
    """Read them for some datasets."""
    return Surroundings(
        quality_store.twins(model.Session, ids),
        quality_suspensions.suspended(model.Session, ids),
    )


def counted_types() -> list[str]:
    """Return the dataset types that get a score."""
    return config.dataset_types()


def rules(profile: Any) -> Rules:
    """Return what an assessment by this profile is marked with.

    To the engine's version belongs what the portal set, such as ``1+0f3ab2c4d5e6``: a
    change of the field mapping makes everything due as another engine does.
    """
    engine = ENGINE_VERSION + _own_settings()
    return Rules(profile.id, profile.version, profile.sha256, engine)


def _own_settings() -> str:
    used, contacts = mapping.active(), config.portal_contacts()
    if used == mapping.shipped() and not contacts:
        return ""
    settings = {
        "mapping": used.to_dict(),
        "contacts": sorted(map(indicators.contact_key, contacts)),
    }
    return f"+{digest(settings)[:12]}"


class Evaluator:
    """Evaluates datasets by one profile at one time, with the portal's options."""

    def __init__(self, loaded: profiles.LoadedProfile, *, now: datetime) -> None:
        self.loaded = loaded
        self.now = now
        contacts = config.portal_contacts()
        self._options = indicators.Options(
            portal_contacts=frozenset(map(indicators.contact_key, contacts))
        )
        self._collector = Collector(
            mapping.active(),
            site_url=tk.config["ckan.site_url"] + (tk.config["ckan.root_path"] or ""),
            language=tk.config["ckan.locale_default"],
            portal_contacts=contacts,
        )

    def evaluate(
        self, records: Sequence[catalogue.Record], around: Surroundings
    ) -> list[Evaluation]:
        """Evaluate some datasets.

        Step by step for all of them: with its code and data at hand, the processor
        does the same work for many in about a fifth less time.
        """
        profile, vocabularies = self.loaded.profile, self.loaded.vocabularies
        twins, now, options = around.twins.get, self.now, self._options
        found = [
            self._collector.facts(record, twins=twins(record["id"], 0))
            for record in records
        ]
        measured = [
            indicators.measure(facts, vocabularies, now=now, options=options)
            for facts in found
        ]
        changes = [
            indicators.next_change(facts, vocabularies, now=now) for facts in found
        ]
        results = [assess(profile, measurements) for measurements in measured]
        for place, record in enumerate(records):
            if record["id"] in around.suspended:
                results[place] = results[place].suspended()
        return list(map(Evaluation, records, measured, results, changes))
