"""The bulk read of CKAN's tables says the same as `package_show`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from ckan import model
from ckan.tests import factories, helpers

from ckanext.merit.domain.facts import Facts
from ckanext.merit.model import catalogue
from ckanext.merit.quality import mapping
from ckanext.merit.quality.collect import Collector

DATA = Path(__file__).parent / "data"
KINDS = ["core", "extras", "scheming", "dcat", "andino"]


def facts(record: dict[str, Any]) -> Facts:
    collector = Collector(
        mapping.load(mapping.DEFAULT), site_url="http://test.ckan.net", language="es"
    )
    return collector.facts(record)


def recorded(kind: str) -> dict[str, Any]:
    return json.loads((DATA / f"{kind}.json").read_text("utf-8"))


def create(record: dict[str, Any]) -> None:
    """Make the dataset, as a portal keeps fields that CKAN's own form doesn't have."""
    organization = record["organization"]
    factories.Organization(
        id=organization["id"], name=organization["name"], title=organization["title"]
    )
    for group in record["groups"]:
        factories.Group(id=group["id"], name=group["name"], title=group["title"])
    own = set(record) - set(recorded("core"))
    extras = [
        {"key": key, "value": json.dumps(value) if isinstance(value, list) else value}
        for key, value in record.items()
        if key in own and value
    ]
    package = {key: value for key, value in record.items() if key not in own}
    package["extras"] = [*record["extras"], *extras]
    package["groups"] = [{"id": group["id"]} for group in record["groups"]]
    package["tags"] = [{"name": tag["name"]} for tag in record["tags"]]
    for resource in package["resources"]:
        for key, value in resource.items():
            if isinstance(value, list):
                resource[key] = json.dumps(value)
        if resource["url_type"] == "upload":
            resource["url"] = resource["url"].rsplit("/", 1)[-1]
    site_user = helpers.call_action("get_site_user")["name"]
    context = {"user": site_user, "ignore_auth": True}
    helpers.call_action("package_create", context, **package)


def shown(package_id: str) -> dict[str, Any]:
    return helpers.call_action("package_show", {"use_cache": False}, id=package_id)


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_same_facts_as_package_show():
    """Recorded, shown and read in bulk, a dataset yields the same facts."""
    records = {kind: recorded(kind) for kind in KINDS}
    for record in records.values():
        create(record)
    model.Session.expire_all()
    ids = {kind: record["id"] for kind, record in records.items()}
    read = catalogue.load(model.Session, list(ids.values()))
    expected = {kind: facts(recorded(kind)) for kind in KINDS}
    assert {kind: facts(shown(ids[kind])) for kind in KINDS} == expected
    assert {kind: facts(read[ids[kind]]) for kind in KINDS} == expected


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_statements_do_not_grow(count_sql: Any):
    """One dataset and twenty are read by the same number of statements."""
    for number in range(20):
        factories.Dataset(
            extras=[{"key": "frequency", "value": "monthly"}],
            tags=[{"name": f"tag {number}"}],
            resources=[{"url": "http://x.example/1.csv", "format": "csv"}],
        )
    ids = list(model.Session.execute(sa.select(model.package_table.c.id)).scalars())
    counts = []
    for chosen in (ids[:1], ids):
        with count_sql() as statements:
            read = catalogue.load(model.Session, chosen)
        assert set(read) == set(chosen)
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_what_is_deleted_is_left_out():
    """Deleted resources, tags, groups and extras are no facts any more."""
    group = factories.Group(title="Ambiente")
    dataset = factories.Dataset(
        extras=[{"key": "frequency", "value": "monthly"}],
        tags=[{"name": "agua"}],
        groups=[{"id": group["id"]}],
        resources=[{"url": "http://x.example/1.csv", "format": "csv"}],
    )
    helpers.call_action(
        "package_patch", id=dataset["id"], extras=[], tags=[], resources=[]
    )
    helpers.call_action(
        "member_delete", id=group["id"], object=dataset["id"], object_type="package"
    )
    found = facts(catalogue.load(model.Session, [dataset["id"]])[dataset["id"]])
    assert (found.frequency, found.keywords, found.groups, found.resources) == (
        *("", (), (), ()),
    )


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_unknown_ids_are_left_out():
    """Ids that nobody has are no datasets."""
    assert catalogue.load(model.Session, ["nobody"]) == {}
    assert catalogue.load(model.Session, []) == {}


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_reader_language_changes_nothing(test_request_context: Any):
    """The title of a licence, which CKAN translates, is the same for every reader."""
    dataset = factories.Dataset(license_id="notspecified")
    read = catalogue.load(model.Session, [dataset["id"]])[dataset["id"]]
    with test_request_context("/dataset"), force_locale("es"):
        spanish = catalogue.load(model.Session, [dataset["id"]])[dataset["id"]]
    assert read == spanish
    assert read["license_title"] == "License not specified"
