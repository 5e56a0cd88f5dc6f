"""Quality in CKAN's search: what is indexed, for whom, and at what cost."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

import ckantoolkit as tk
from ckan import model
from ckan.lib import search
from ckan.tests import factories, helpers

from ckanext.merit import jobs
from ckanext.merit.quality import profiles
from ckanext.merit.quality.logic import store
from ckanext.merit.quality.logic.evaluate import Evaluator

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

FACET = "merit_quality_band"


def assess(*ids: str) -> None:
    now = datetime.now(timezone.utc)
    store.assess(Evaluator(profiles.active(), now=now), ids)
    model.Session.commit()


def work(kind: str) -> int:
    kinds = [each for each in jobs.kinds_of_plugins() if each.name == kind]
    model.Session.execute(sa.text("UPDATE merit_work SET due_at = now()"))
    model.Session.commit()
    return jobs.work(once=True, kinds=kinds)


def find(**parameters: Any) -> dict[str, Any]:
    parameters = {"facet.field": [FACET], "include_private": True, **parameters}
    return helpers.call_action("package_search", **parameters)


def band_of(package: dict[str, Any]) -> str:
    return helpers.call_action("merit_quality_show", id=package["id"])["band"]


def test_worker_indexes_what_it_assessed(dataset: Any):
    """After the worker's two kinds of work a dataset is found by its band."""
    package = dataset()
    assert work("quality.assess") == 1
    assert work("quality.index") == 1
    found = find(fq=f"{FACET}:{band_of(package)}")
    assert [each["id"] for each in found["results"]] == [package["id"]]
    assert [each["count"] for each in found["search_facets"][FACET]["items"]] == [1]


def test_rank_sorts(dataset: Any):
    """Datasets sort by their score, those without one last, in both directions."""
    best = dataset(title="Árboles de las plazas")["id"]
    worst = dataset(title="Bancos de las plazas", resources=[], tags=[])["id"]
    assess(best, worst)
    work("quality.index")
    none = dataset(title="Canteros de las plazas")["id"]
    for direction, expected in (
        ("desc", [best, worst, none]),
        ("asc", [worst, best, none]),
    ):
        found = find(sort=f"merit_quality_rank {direction}")["results"]
        assert [each["id"] for each in found] == expected


@pytest.mark.parametrize("fields", [{"private": True}, {"state": "draft"}])
def test_hidden_datasets_have_no_fields(dataset: Any, fields: dict[str, Any]):
    """Nothing of a hidden dataset's quality is in the index, whoever searches."""
    organization = factories.Organization()
    package = dataset(owner_org=organization["id"], **fields)
    assess(package["id"])
    search.rebuild(package["id"])
    found = find(include_drafts=True)
    assert [each["id"] for each in found["results"]] == [package["id"]]
    assert found["search_facets"][FACET]["items"] == []
    found = find(fq="merit_quality_rank:[* TO *]", include_drafts=True)
    assert found["count"] == 0


def test_made_private_loses_its_fields(dataset: Any):
    """A dataset that becomes private is found by quality no more, at once."""
    organization = factories.Organization()
    package = dataset(owner_org=organization["id"])
    assess(package["id"])
    work("quality.index")
    assert find(fq="merit_quality_rank:[* TO *]")["count"] == 1
    helpers.call_action("package_patch", id=package["id"], private=True)
    assert find(fq="merit_quality_rank:[* TO *]")["count"] == 0


def test_saving_keeps_the_fields(dataset: Any):
    """CKAN's own indexing after a save keeps band and rank."""
    package = dataset()
    assess(package["id"])
    helpers.call_action("package_patch", id=package["id"], notes="Otra cosa")
    assert find(fq="merit_quality_rank:[* TO *]")["count"] == 1


def test_provisional_has_rank_but_no_band(dataset: Any):
    """A provisional score sorts, but nobody finds it as a badge."""
    package = dataset()
    assess(package["id"])
    model.Session.execute(sa.text("UPDATE merit_assessment SET status = 'provisional'"))
    model.Session.commit()
    search.rebuild(package["id"])
    assert find(fq="merit_quality_rank:[* TO *]")["count"] == 1
    assert find()["search_facets"][FACET]["items"] == []


def test_facet_values_are_translated(dataset: Any, test_request_context: Any):
    """Bands have their names in the reader's language."""
    package = dataset()
    assess(package["id"])
    work("quality.index")
    names = {}
    for language in ("en", "es"):
        with test_request_context("/dataset"), force_locale(language):
            (item,) = find()["search_facets"][FACET]["items"]
            names[language] = item["display_name"]
    assert item["name"] == band_of(package)
    assert names["en"] == item["name"].capitalize()
    assert names["es"] != names["en"]


def test_search_remembers_what_it_found(
    dataset: Any, test_request_context: Any, count_sql: Any
):
    """A page can fetch all its badges at once; the search itself asks for none."""
    ids = {dataset(title=f"Arbolado {n} de Altovalle")["id"] for n in range(3)}
    assess(*ids)
    with test_request_context("/dataset"), count_sql() as seen:
        helpers.call_action("package_search", q="Arbolado")
        assert set(tk.g.merit_quality_ids) == ids
    assert [line for line in seen if "merit_" in line] == []


def test_unchanged_score_is_not_indexed(dataset: Any, rows: Any):
    """A dataset that is saved without changing its score isn't indexed by us."""
    package = dataset(tags=[])
    work("quality.assess")
    work("quality.index")
    helpers.call_action("package_patch", id=package["id"], title="Arbolado de 2024")
    work("quality.assess")
    assert rows("SELECT * FROM merit_work") == []


def test_one_that_cannot_be_indexed_stops_nobody(dataset: Any, rows: Any):
    """A dataset that Solr refuses is tried again alone; the others are indexed."""
    good, bad = (dataset(title=f"Arbolado {n} de Altovalle")["id"] for n in range(2))
    assess(good, bad)
    spoil(bad)
    assert work("quality.index") == 1
    found = find(fq="merit_quality_rank:[* TO *]")["results"]
    assert [each["id"] for each in found] == [good]
    (row,) = rows("SELECT * FROM merit_work WHERE kind = 'quality.index'")
    assert (row["key"], row["attempts"]) == (bad, 1)
    assert row["last_error"]


def spoil(package_id: str) -> None:
    """Give the dataset an extra that is too long for Solr, past CKAN's checks."""
    value = "x" * 40_000
    if hasattr(model, "package_extra_table"):
        statement = (
            "INSERT INTO package_extra (id, package_id, key, value, state) "
            "VALUES ('spoil', :id, 'spoil', :value, 'active')"
        )
    else:
        statement = (
            "UPDATE package SET extras = jsonb_build_object('spoil', "
            "CAST(:value AS text)) WHERE id = :id"
        )
    model.Session.execute(sa.text(statement), {"id": package_id, "value": value})
    model.Session.commit()
    model.Session.expire_all()


def test_purged_dataset_needs_no_index(dataset: Any, rows: Any):
    """What was purged before its turn is done without an error."""
    package = dataset()
    assess(package["id"])
    helpers.call_action("dataset_purge", id=package["id"])
    assert work("quality.index") == 1
    assert rows("SELECT * FROM merit_work WHERE kind = 'quality.index'") == []


def test_facet_is_offered(dataset: Any, app: Any):
    """The search of datasets, organisations and groups offers the facet."""
    organization, group = factories.Organization(), factories.Group()
    package = dataset(owner_org=organization["id"], groups=[{"id": group["id"]}])
    assess(package["id"])
    work("quality.index")
    for path in (
        "/dataset/",
        f"/organization/{organization['name']}",
        f"/group/{group['name']}",
    ):
        assert f"{FACET}={band_of(package)}" in app.get(path, status=200).body
