"""Awards whose rules ask machines, with entities that publish datasets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from tests.contest.people import Contest, Entity

import ckantoolkit as tk
from ckan import model
from ckan.model.types import make_uuid
from ckan.tests import factories

from ckanext.merit.model.award_machine import Finding
from ckanext.merit.model.contest_entry import Observation

RULES = """
merit: 1
id: machines
integrity: {hearing_days: 5, duplicates: , unusable: , removed: , deleted: }
root:
  of:
  - code: new
    title: {es: Conjuntos nuevos, en: New datasets}
    source: auto
    metric: new_datasets
    goalposts: [0, 4]
  - code: licences
    weight: 2
    source: auto
    metric: open_licences
    missing: zero
    goalposts: [0, 1]
  - code: quality
    source: auto
    metric: mean_quality
    parameters: {least: 1}
    missing: zero
    goalposts: [0, 100]
  - code: licence
    scale: [0, 10]
    panel: {quorum: 1}
  - code: format
    scale: [0, 10]
    panel: {quorum: 1}
"""
#: Everything that metadata can say, so that only what a test takes away is missing.
GOOD = {
    "notes": "Gasto ejecutado por la entidad, por partida y mes. " * 4,
    "license_id": "cc-by",
    "tags": [{"name": name} for name in ("gasto", "presupuesto", "partidas")],
    "maintainer_email": "datos@muni.gob.pe",
}


class Machines(Contest):
    """A contest whose rules ask machines."""

    def rules(self, edition_id: str, source: str = RULES) -> dict[str, Any]:
        """Put our rules in force."""
        return super().rules(edition_id, source)

    def take(self, edition_id: str, kind: str = "cut_off", **data: Any) -> Any:
        """Take a snapshot."""
        return self.act(
            "merit_award_snapshot_take", edition_id=edition_id, kind=kind, **data
        )


def publish(entity: Entity, title: str | None = None, **fields: Any) -> Any:
    """Publish a dataset of an entity: a good one, unless told otherwise."""
    url = f"https://muni.gob.pe/{make_uuid()}.csv"
    resources = fields.pop("resources", [{"url": url, "format": "CSV"}])
    user = fields.pop("by", None)
    context = {"user": user["name"], "ignore_auth": True} if user else {}
    return factories.Dataset(
        **{"title": title or f"Gasto {make_uuid()}", **GOOD, **fields},
        owner_org=entity.id,
        resources=resources,
        context=context,
    )


def age(package: dict[str, Any], days: float) -> None:
    """Make a dataset older than it is."""
    row: Any = model.Package.get(package["id"])
    row.metadata_created -= timedelta(days=days)
    model.Session.commit()


def value(entry: dict[str, Any], criterion: str, snapshot: dict[str, Any]) -> Any:
    """The value of a criterion on a snapshot."""
    return model.Session.scalar(
        sa.select(Observation.value).where(
            Observation.entry_id == entry["id"],
            Observation.criterion == criterion,
            Observation.snapshot_id == snapshot["id"],
        )
    )


def expire(finding: dict[str, Any]) -> None:
    """Let the time for an answer pass, below the actions."""
    row: Any = model.Session.get(Finding, finding["id"])
    row.due_at = sa.func.clock_timestamp()
    model.Session.commit()


def work(action: str, *keys: str) -> Any:
    """Do what background work does."""
    context: Any = {"ignore_auth": True, "user": ""}
    return tk.get_action(action)(context, {"keys": list(keys)})
