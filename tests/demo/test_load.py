"""Catalogues into a real portal."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pysolr
import pytest
import sqlalchemy as sa

from ckan import model
from ckan.tests import factories, helpers

from ckanext.merit.demo.catalogue import parse
from ckanext.merit.demo.load import Loader, Outcome
from ckanext.merit.demo.source import Source

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

CSV = "mes,camas\n2018-01,12\n"


def entry(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A dataset with one resource."""
    return {
        "title": f"Camas del hospital {number}",
        "identifier": f"salud_{number}",
        "publisher": {"name": "Ministerio de Salud"},
        "license": "CC BY 4.0",
        "theme": ["salu"],
        "keyword": ["camas", "salud"],
        "accrualPeriodicity": "R/P1M",
        "distribution": [
            {
                "identifier": f"salud_{number}_0",
                "title": "Camas",
                "format": "CSV",
                "downloadURL": f"http://salud.example/{number}.csv",
                "issued": "2017-01-02T03:04:05",
                "modified": "2018-02-03T04:05:06",
                "field": [{"title": "mes", "description": "Mes"}],
            }
        ],
        **fields,
    }


def load(
    *entries: Any, files: Path | None = None, now: datetime | None = None
) -> Outcome:
    """Load a catalogue of the given entries."""
    top = {
        "title": "Datos",
        "identifier": "andara",
        "modified": "2018-03-01",
        "themeTaxonomy": [{"id": "salu", "label": "Salud"}],
    }
    lines = tuple(enumerate(entries, start=1))
    loader = Loader(parse(Source(top, lines)), files=files, now=now)
    for _dataset in loader.datasets():
        pass
    return loader.outcome


def show(name: str) -> dict[str, Any]:
    """A dataset as CKAN shows it."""
    return helpers.call_action("package_show", id=name)


def row_versions() -> list[tuple[str, ...]]:
    """The transaction that wrote each row of a dataset, as PostgreSQL counts."""
    query = (
        "SELECT id, xmin::text FROM package UNION ALL SELECT id, xmin::text "
        'FROM resource UNION ALL SELECT id, xmin::text FROM "group" ORDER BY 1'
    )
    return [tuple(row) for row in model.Session.execute(sa.text(query))]


def counts(outcome: Outcome) -> dict[str, int]:
    """What happened to the datasets, without zeros."""
    return {what: n for what, n in outcome.datasets.items() if n}


def test_a_dataset_arrives_with_owner_group_and_dates():
    """Publisher, theme, licence, fields and the data's own dates are CKAN's now."""
    outcome = load(entry())
    assert (counts(outcome), outcome.notices) == ({"created": 1}, [])
    dataset = show("camas-del-hospital-1")
    resource = dataset["resources"][0]
    assert {
        "organization": dataset["organization"]["title"],
        "groups": [group["title"] for group in dataset["groups"]],
        "isopen": dataset["isopen"],
        "tags": [tag["name"] for tag in dataset["tags"]],
        "extras": {each["key"]: each["value"] for each in dataset["extras"]},
        "created": resource["created"],
        "last_modified": resource["last_modified"],
        "columns": resource["attributesDescription"],
        "url": resource["url"],
    } == {
        "organization": "Ministerio de Salud",
        "groups": ["Salud"],
        "isopen": True,
        "tags": ["camas", "salud"],
        "extras": {
            "accrualPeriodicity": "R/P1M",
            "identifier": "salud_1",
            "theme": '["salu"]',
        },
        "created": "2017-01-02T03:04:05",
        "last_modified": "2018-02-03T04:05:06",
        "columns": '[{"title": "mes", "description": "Mes"}]',
        "url": "http://salud.example/1.csv",
    }


def test_what_was_loaded_can_be_found():
    """The index is committed at the end of the load."""
    load(entry(1), entry(2))
    found = helpers.call_action("package_search", q="", rows=0)
    assert found["count"] == 2


def test_solr_commits_once_and_the_setting_is_put_back(ckan_config):
    """During the load CKAN doesn't wait for Solr; afterwards it does as before."""
    before = ckan_config.get("ckan.search.solr_commit")
    load(entry())
    assert ckan_config.get("ckan.search.solr_commit") == before


def test_a_second_load_writes_nothing():
    """Not one row version changes when the same file is loaded again."""
    load(entry(1), entry(2, visibility="private"))
    model.Session.remove()
    before = row_versions()
    outcome = load(entry(1), entry(2, visibility="private"))
    model.Session.remove()
    assert counts(outcome) == {"unchanged": 2}
    assert dict(outcome.organizations) == {"unchanged": 1}
    assert row_versions() == before


def test_a_changed_dataset_is_updated_under_its_name():
    """A new title changes the title, not the address; others stay as they are."""
    load(entry(1), entry(2))
    outcome = load(entry(1, title="Camas por servicio"), entry(2))
    assert counts(outcome) == {"updated": 1, "unchanged": 1}
    assert show("camas-del-hospital-1")["title"] == "Camas por servicio"


def test_edits_on_the_portal_survive_an_unchanged_file():
    """Only a newer file overwrites what somebody corrected here."""
    load(entry())
    helpers.call_action("package_patch", id="camas-del-hospital-1", title="Camas (v2)")
    assert counts(load(entry())) == {"unchanged": 1}
    assert show("camas-del-hospital-1")["title"] == "Camas (v2)"


def test_a_dataset_deleted_here_stays_deleted():
    """Loading again doesn't undo a deletion, and says so."""
    load(entry())
    helpers.call_action("package_delete", id="camas-del-hospital-1")
    outcome = load(entry(title="Otro título"))
    assert counts(outcome) == {"skipped": 1}
    assert [each.reason for each in outcome.notices] == ["deleted_here"]


def test_names_that_are_taken_get_a_piece_of_the_id():
    """Whoever had the name before keeps it."""
    helpers.call_action("package_create", name="camas-del-hospital-1")
    factories.Organization(name="ministerio-de-salud")
    assert counts(load(entry())) == {"created": 1}
    query = sa.select(model.Package.name).order_by(sa.func.length(model.Package.name))
    names = list(model.Session.scalars(query))
    assert names[0] == "camas-del-hospital-1"
    assert names[1].startswith("camas-del-hospital-1-")
    found = helpers.call_action("package_show", id=names[1])["organization"]["name"]
    assert found.startswith("ministerio-de-salud-")


def test_private_and_draft_datasets_are_not_found():
    """Visibility of the sample catalogue holds in CKAN."""
    load(entry(1, visibility="private"), entry(2, visibility="draft"), entry(3))
    found = helpers.call_action("package_search", q="")
    assert [each["name"] for each in found["results"]] == ["camas-del-hospital-3"]
    states = [show(f"camas-del-hospital-{n}")["state"] for n in (1, 2, 3)]
    assert states == ["active", "draft", "active"]


def test_files_of_the_catalogue_are_uploaded_with_their_own_dates(tmp_path):
    """A relative address is a file; the dates are the data's, not the upload's."""
    (tmp_path / "datos").mkdir()
    (tmp_path / "datos" / "camas.csv").write_text(CSV)
    local = {"title": "Camas", "format": "CSV", "downloadURL": "datos/camas.csv"}
    dated = entry(distribution=[{**local, "modified": "2018-02-03"}])
    assert counts(load(dated, files=tmp_path)) == {"created": 1}
    dataset = show("camas-del-hospital-1")
    resource = dataset["resources"][0]
    assert resource["url"].endswith(f"/resource/{resource['id']}/download/camas.csv")
    chosen = [resource[key] for key in ("url_type", "size", "last_modified")]
    assert chosen == ["upload", len(CSV), "2018-02-03T00:00:00"]
    assert dataset["state"] == "active"
    assert counts(load(dated, files=tmp_path)) == {"unchanged": 1}


def test_an_uploaded_file_can_be_downloaded(tmp_path, app):
    """What was uploaded is served under the resource's address."""
    (tmp_path / "camas.csv").write_text(CSV)
    load(entry(distribution=[{"downloadURL": "camas.csv"}]), files=tmp_path)
    url = show("camas-del-hospital-1")["resources"][0]["url"]
    assert app.get(url).body == CSV


def test_no_file_outside_the_folder_is_read(tmp_path):
    """A link that leaves the folder counts as missing, and is noted."""
    secret = tmp_path / "secret.csv"
    secret.write_text("x")
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "a.csv").symlink_to(secret)
    outcome = load(entry(distribution=[{"downloadURL": "a.csv"}]), files=folder)
    noted = [(each.reason, each.detail) for each in outcome.notices]
    assert noted == [("file_missing", "a.csv")]
    assert show("camas-del-hospital-1")["resources"][0]["url_type"] is None


def test_dates_can_be_moved_to_today():
    """All dates move by the age of the catalogue; loading later changes nothing."""
    now = datetime(2018, 3, 11, 15, tzinfo=timezone.utc)
    load(entry(), now=now)
    resource = show("camas-del-hospital-1")["resources"][0]
    assert resource["last_modified"] == "2018-02-13T04:05:06"
    later = datetime(2020, 1, 1, tzinfo=timezone.utc)
    assert counts(load(entry(), now=later)) == {"unchanged": 1}


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "T" + "".join(map(chr, range(0x4E00, 0x4E00 + 4000)))},
        {"description": "x" * 1_000_000},
        {"description": "nul \x00, surrogate \ud800, bell \x07"},
        {"spatial": "x" * 40_000},
        {"landingPage": "http://a.example/" + "x" * 40_000},
        {"license": "x" * 40_000},
        {"publisher": {"name": "n" * 5_000, "mbox": "no es un correo"}},
        {"contactPoint": {"fn": ["a"], "hasEmail": "x" * 50_000}},
        {"keyword": ["(x)", "a,b", "é" * 200, None, 7]},
        {"temporal": {"startDate": None}, "modified": "ayer", "issued": 20180101},
        {"distribution": [{"title": "a", "format": "f" * 40_000}]},
        {"distribution": [{"downloadURL": "http://a.example/" + "x" * 40_000}]},
        {"distribution": [{"type": "t" * 40_000, "mediaType": ["x" * 40_000]}]},
        {"distribution": [{"byteSize": -1, "issued": "2018-13-45", "field": [[], 1]}]},
        {"distribution": [{"byteSize": 2**62, "downloadURL": "mailto:x@y.example"}]},
        {"distribution": "x", "theme": {"a": "b"}, "language": 3},
    ],
)
def test_absurd_values_are_stored_without_loss_of_the_dataset(fields):
    """What PostgreSQL, Solr or CKAN refuse is left out; the dataset arrives."""
    outcome = load(entry(**fields), entry(2))
    assert counts(outcome) == {"created": 2}
    assert helpers.call_action("package_search", q="", rows=0)["count"] == 2


def test_a_dataset_that_solr_refuses_does_not_stop_the_load(monkeypatch):
    """The others are loaded (CKAN 2.11 only logs the refusal, 2.12 stores nothing)."""
    add = pysolr.Solr.add

    def refuse(self: pysolr.Solr, docs: list[dict[str, Any]], **options: Any) -> Any:
        if docs[0]["title"] == "Camas del hospital 1":
            raise pysolr.SolrError("immense term")
        return add(self, docs, **options)

    monkeypatch.setattr(pysolr.Solr, "add", refuse)
    outcome = load(entry(1), entry(2))
    assert sum(outcome.datasets.values()) == 2
    found = helpers.call_action("package_search", q="")["results"]
    assert [each["name"] for each in found] == ["camas-del-hospital-2"]


def test_what_ckan_refuses_is_skipped_with_its_sentence():
    """A resource id of another dataset is refused; the rest is loaded."""
    load(entry(1))
    taken = show("camas-del-hospital-1")["resources"][0]["id"]
    helpers.call_action("dataset_purge", id="camas-del-hospital-1")
    thief = {"id": taken, "url": "http://a.example"}
    helpers.call_action("package_create", name="thief", resources=[thief])
    outcome = load(entry(1), entry(2))
    assert counts(outcome) == {"skipped": 1, "created": 1}
    assert [each.reason for each in outcome.notices] == ["refused"]
