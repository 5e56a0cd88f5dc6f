"""Fixtures of the quality tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from tests.quality.asking import assess

from ckan import model
from ckan.tests import factories, helpers

GOOD = {
    "title": "Arbolado urbano de Altovalle 2023",
    "notes": (
        "Censo de los árboles en veredas y plazas: especie, diámetro, estado "
        "sanitario y ubicación de cada ejemplar, relevado por la municipalidad."
    ),
    "license_id": "cc-by",
    "maintainer_email": "aquiroga@altovalle.example",
    "tags": [{"name": "arbolado"}, {"name": "censo"}, {"name": "plazas"}],
    "extras": [
        {"key": "frequency", "value": "irregular"},
        {"key": "theme", "value": "ENVI"},
        {"key": "spatial", "value": "Altovalle"},
        {"key": "temporal", "value": "2023-01-01/2023-12-31"},
        {"key": "access_rights", "value": "PUBLIC"},
    ],
    "resources": [
        {
            "name": "Censo",
            "url": "http://altovalle.example/censo.csv",
            "format": "CSV",
            "mimetype": "text/csv",
        }
    ],
}


@pytest.fixture
def dataset() -> Callable[..., dict[str, Any]]:
    """A function that makes a good dataset; parameters replace its fields."""

    def make(**fields: Any) -> dict[str, Any]:
        return factories.Dataset(**{**GOOD, **fields})

    return make


@pytest.fixture
def rows() -> Callable[..., list[dict[str, Any]]]:
    """A function: SQL and parameters -> rows as dicts, read past the session."""

    def read(sql: str, **parameters: Any) -> list[dict[str, Any]]:
        with model.meta.engine.connect() as connection:
            found = connection.execute(sa.text(sql), parameters)
            return [dict(row._mapping) for row in found]

    return read


@pytest.fixture
def entity() -> dict[str, Any]:
    """An organisation with an editor, a member, and somebody who isn't one."""
    people = {name: factories.User() for name in ("editor", "member", "outsider")}
    users = [
        {"name": people[capacity]["name"], "capacity": capacity}
        for capacity in ("editor", "member")
    ]
    return {**factories.Organization(users=users), "people": people}


@pytest.fixture
def catalogue(dataset: Any, entity: dict[str, Any]) -> dict[str, Any]:
    """Public datasets of three scores, one not assessed, and hidden ones."""
    made = {
        "good": dataset(title="Árboles", owner_org=entity["id"]),
        "poor": dataset(title="Bancos", owner_org=entity["id"], tags=[], notes=""),
        "bad": dataset(title="Calles", resources=[], license_id="", tags=[]),
        "private": dataset(title="Deudas", owner_org=entity["id"], private=True),
        "draft": dataset(title="Esbozo", owner_org=entity["id"], state="draft"),
        "deleted": dataset(title="Fuera", owner_org=entity["id"]),
    }
    assess(*(package["id"] for package in made.values()))
    made["new"] = dataset(title="Gatos", owner_org=entity["id"])
    helpers.call_action("package_delete", id=made["deleted"]["id"])
    model.Session.expire_all()
    return made
