"""Datasets with a score, people with and without rights, and counted statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from ckan.lib import search
from ckan.tests import factories
from ckan.tests.helpers import call_action

Headers = dict[str, str]
Dataset = dict[str, Any]


class People(NamedTuple):
    """Request headers of one person of each kind; empty for nobody."""

    anonymous: Headers
    stranger: Headers
    member: Headers
    editor: Headers
    sysadmin: Headers


class Entity(NamedTuple):
    """An organisation and the people around it."""

    organization: dict[str, Any]
    people: People


@pytest.fixture
def entity(
    non_clean_db: None,
    as_user: Callable[[dict[str, Any]], Headers],
) -> Entity:
    """An organisation with a member and an editor; others may be there too."""
    stranger, member, editor = (factories.User() for _ in range(3))
    organization = factories.Organization(
        title="Ministerio de Salud",
        users=[
            {"name": member["name"], "capacity": "member"},
            {"name": editor["name"], "capacity": "editor"},
        ],
    )
    users = (stranger, member, editor, factories.Sysadmin())
    return Entity(organization, People({}, *(as_user(each) for each in users)))


@pytest.fixture
def publish(entity: Entity) -> Callable[..., Dataset]:
    """A function that creates a dataset of the entity, assesses and indexes it."""

    def create(**fields: Any) -> Dataset:
        defaults: dict[str, Any] = {
            "title": "Hospitales públicos por distrito",
            "notes": "Todos los hospitales públicos, con su dirección. " * 3,
            "owner_org": entity.organization["id"],
            "license_id": "cc-by",
            "resources": [
                {"name": "Lista", "url": "https://e.test/a.csv", "format": "CSV"}
            ],
        }
        dataset = factories.Dataset(**{**defaults, **fields})
        assess(dataset)
        return dataset

    return create


def assess(*datasets: Dataset) -> None:
    """Assess datasets now and index what came out."""
    ids = [dataset["id"] for dataset in datasets]
    call_action("merit_quality_assess", ids=ids)
    search.rebuild(package_ids=ids)
    search.commit()
