"""The sample catalogue that is shipped: complete, small, good and bad."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from ckanext.merit.demo import source
from ckanext.merit.demo.catalogue import Catalogue, Dataset, parse
from ckanext.merit.demo.cli import SAMPLE
from ckanext.merit.domain.indicators import Options, measure
from ckanext.merit.domain.quality import assess
from ckanext.merit.quality import mapping, profiles
from ckanext.merit.quality.collect import Collector

FILES = SAMPLE.parent / "files"
MAPPING = Path(mapping.__file__).parents[1] / "rules/mapping/default.yaml"
BANDS = {"gold", "silver", "bronze", "none"}
OPEN = {"cc-by", "cc-by-sa", "cc-zero", "odc-odbl"}


@pytest.fixture(autouse=True)
def load_plugins():
    """Nothing of CKAN is needed here."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The sample as mapped."""
    return parse(source.read(SAMPLE.read_bytes()))


def test_every_file_is_used_and_there(catalogue):
    """No distribution points at nothing, no file lies about."""
    named = {path for each in catalogue.datasets for path in each.files.values()}
    assert named == {f"files/{path.name}" for path in FILES.iterdir()}


def test_the_sample_is_small():
    """It travels in every installation: 600 kB at most."""
    paths = [path for path in SAMPLE.parent.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in paths) <= 600_000


def test_nothing_is_skipped(catalogue):
    """Every dataset can be loaded; what is noted are the gaps made on purpose."""
    assert [each for each in catalogue.notices if each.skipped] == []


def test_several_entities_can_be_ranked(catalogue):
    """A league needs entities with five datasets or more, and one with fewer."""
    counts = Counter(each.package["author"] for each in catalogue.datasets)
    sizes = sorted(counts.values())
    assert (len(sizes), sizes[0] < 5, sizes[1] >= 5) == (8, True, True)


def test_private_and_draft_datasets_are_among_them(catalogue):
    """Visibility can be tried with the sample."""
    private = [each.identifier for each in catalogue.datasets if _hidden(each.package)]
    assert private == ["salud-08", "educ-08"]


@pytest.mark.parametrize("path", sorted(FILES.glob("*.json")), ids=lambda p: p.name)
def test_json_files_are_json(path: Path):
    """Every JSON file of the sample parses."""
    assert json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(FILES.glob("*.csv")) if path.name != "lirio-reclamos.csv"],
    ids=lambda p: p.name,
)
def test_csv_files_are_tables(path: Path):
    """Each is UTF-8 with one header and as many cells in every row."""
    with path.open(encoding="utf-8", newline="") as stream:
        widths = {len(row) for row in csv.reader(stream, strict=True)}
    assert len(widths) == 1


def test_documented_columns_are_those_of_the_file(catalogue):
    """A data dictionary in the sample names its file's columns, in order."""
    for dataset in catalogue.datasets:
        for resource in dataset.package["resources"]:
            path = dataset.files.get(resource["id"], "")
            if path.endswith(".csv") and "attributesDescription" in resource:
                with (SAMPLE.parent / path).open(encoding="utf-8") as stream:
                    header = next(csv.reader(stream))
                said = json.loads(resource["attributesDescription"])
                assert [column["title"] for column in said] == header


def test_every_band_is_shown(catalogue):
    """Gold, silver, bronze and none: there is something to see and to mend."""
    loaded = profiles.get("metadata-1.0")
    collector = Collector(mapping.load(MAPPING), site_url="http://andara.example")
    bands: Counter[str] = Counter()
    for dataset in catalogue.datasets:
        if not _hidden(dataset.package):
            facts = collector.facts(_shown(dataset))
            found = measure(
                facts, loaded.vocabularies, now=catalogue.modified, options=Options()
            )
            bands[assess(loaded.profile, found).to_dict()["band"] or "none"] += 1
    assert {band for band, count in bands.items() if count >= 6} == BANDS


def _shown(dataset: Dataset) -> dict[str, object]:
    """The dataset as CKAN would show it after the load."""
    package = dataset.package
    resources = [
        {**each, "url_type": "upload"} if each["id"] in dataset.files else each
        for each in package["resources"]
    ]
    return {
        "state": "active",
        **package,
        "resources": resources,
        "organization": {"title": package["author"]},
        "isopen": package["license_id"] in OPEN,
    }


def _hidden(package: dict[str, object]) -> bool:
    return package.get("private") is True or package.get("state") == "draft"
