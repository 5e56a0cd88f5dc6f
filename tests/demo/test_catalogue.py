"""From a data.json to what CKAN's actions take."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.merit.demo.catalogue import Catalogue, Dataset, parse
from ckanext.merit.demo.source import Source


@pytest.fixture(autouse=True)
def load_plugins():
    """Nothing of CKAN is needed here."""


ENTRY = {
    "title": "Internaciones",
    "identifier": "salud_1",
    "publisher": {"name": "Ministerio de Salud", "mbox": "datos@salud.example"},
}


def mapped(*entries: Any, **members: Any) -> Catalogue:
    """A catalogue of the given entries, one per line from 10 on."""
    lines = tuple((10 + n, entry) for n, entry in enumerate(entries))
    top = {"title": "Datos Andara", "identifier": "andara", **members}
    return parse(Source(top, lines))


def one(**fields: Any) -> Dataset:
    """The dataset of one entry with the given fields."""
    return mapped({**ENTRY, **fields}).datasets[0]


def extras(dataset: Dataset) -> dict[str, str]:
    """Extras as a dict."""
    return {each["key"]: each["value"] for each in dataset.package["extras"]}


def reasons(catalogue: Catalogue) -> list[tuple[int, str, str]]:
    """(line, reason, detail) of the notices."""
    return [(each.line, each.reason, each.detail) for each in catalogue.notices]


def test_core_fields_go_to_ckans_own():
    """Title, text, page, licence and people land where CKAN shows them."""
    package = one(
        description="Altas y bajas",
        landingPage="http://salud.example/1",
        license="Creative Commons Attribution",
        contactPoint={"fn": "Mesa de datos", "hasEmail": "mailto:mesa@salud.example"},
        keyword=["salud", "camas"],
    ).package
    chosen = {
        key: package[key]
        for key in (
            *("name", "title", "notes", "url", "license_id", "author", "author_email"),
            *("maintainer", "maintainer_email", "tags"),
        )
    }
    assert chosen == {
        "name": "internaciones",
        "title": "Internaciones",
        "notes": "Altas y bajas",
        "url": "http://salud.example/1",
        "license_id": "cc-by",
        "author": "Ministerio de Salud",
        "author_email": "datos@salud.example",
        "maintainer": "Mesa de datos",
        "maintainer_email": "mesa@salud.example",
        "tags": [{"name": "salud"}, {"name": "camas"}],
    }


def test_other_fields_keep_their_names():
    """What CKAN has no field for is an extra named as in the file."""
    dataset = one(
        accrualPeriodicity="R/P1M",
        superTheme=["HEAL"],
        language=["spa"],
        temporal="2015-01-01/2017-12-31",
        spatial={"type": "Point", "coordinates": [1, 2]},
        issued="2017-01-02",
        version="3",
        unknown="left out",
    )
    assert extras(dataset) == {
        "accrualPeriodicity": "R/P1M",
        "identifier": "salud_1",
        "issued": "2017-01-02",
        "language": '["spa"]',
        "spatial": '{"coordinates": [1, 2], "type": "Point"}',
        "superTheme": '["HEAL"]',
        "temporal": "2015-01-01/2017-12-31",
        "dataVersion": "3",
    }


@pytest.mark.parametrize(
    "written",
    [
        {"startDate": "2015", "endDate": "2017"},
        [{"startDate": "2015", "endDate": "2017"}],
        ["2015", "2017"],
        "2015/2017",
    ],
)
def test_periods_become_intervals(written):
    """However the period is written, it is stored as start/end."""
    assert extras(one(temporal=written))["temporal"] == "2015/2017"


def test_a_distribution_becomes_a_resource():
    """Address, dates, format and column notes; dates in UTC as CKAN keeps them."""
    resource = one(
        distribution={
            "identifier": "salud_1_0",
            "title": "Internaciones por mes",
            "description": "Un renglón por mes",
            "format": "CSV",
            "mediaType": "text/csv",
            "accessURL": "http://salud.example/1",
            "downloadURL": "http://salud.example/1.csv",
            "byteSize": 120,
            "fileName": "1.csv",
            "issued": "2017-01-02T00:00:00-03:00",
            "modified": "2018-01-02",
            "field": [
                {"title": "mes", "type": "date", "description": "Mes", "x": 1},
                "no",
            ],
        }
    ).package["resources"][0]
    resource.pop("id")
    assert resource == {
        "name": "Internaciones por mes",
        "description": "Un renglón por mes",
        "url": "http://salud.example/1.csv",
        "format": "CSV",
        "mimetype": "text/csv",
        "size": 120,
        "created": "2017-01-02T03:00:00",
        "last_modified": "2018-01-02T00:00:00",
        "accessURL": "http://salud.example/1",
        "downloadURL": "http://salud.example/1.csv",
        "fileName": "1.csv",
        "issued": "2017-01-02T00:00:00-03:00",
        "modified": "2018-01-02",
        "attributesDescription": json.dumps(
            [{"title": "mes", "type": "date", "description": "Mes"}]
        ),
    }


def test_the_datasets_dates_stand_in():
    """A distribution without dates has those of its dataset (Project Open Data)."""
    entry = {"issued": "2017-01-02", "modified": "2018-03-04"}
    dataset = one(**entry, distribution=[{"downloadURL": "http://a.example/1.csv"}])
    resource = dataset.package["resources"][0]
    dates = (resource["created"], resource["last_modified"])
    assert dates == ("2017-01-02T00:00:00", "2018-03-04T00:00:00")


def test_the_shared_licence_of_distributions_counts():
    """DCAT puts licences on distributions: one that all share is the dataset's."""
    shared = [{"license": "odc-by"}, {"license": "odc-by"}]
    assert one(distribution=shared).package["license_id"] == "odc-by"
    mixed = [{"license": "odc-by"}, {"license": "cc-by"}]
    assert one(distribution=mixed).package["license_id"] == ""


def test_themes_of_the_catalogue_become_groups():
    """A dataset joins the groups of the themes that the catalogue defines."""
    taxonomy = [{"id": "salu", "label": "Salud", "description": "Hospitales"}, "x", {}]
    entry = {**ENTRY, "theme": ["salu", "otro"]}
    catalogue = mapped(entry, themeTaxonomy=taxonomy)
    group = catalogue.groups["salu"]
    assert (group["name"], group["title"]) == ("salud", "Salud")
    assert catalogue.datasets[0].package["groups"] == [{"id": group["id"]}]


def test_publishers_differ_as_they_are_written():
    """Two spellings are two organisations, with readable and different names."""
    second = {**ENTRY, "identifier": "2", "publisher": {"name": "Ministerio de Salud "}}
    catalogue = mapped(ENTRY, second)
    found = list(catalogue.organizations.values())
    assert [each["title"] for each in found] == ["Ministerio de Salud"] * 2
    names = ["ministerio-de-salud", f"ministerio-de-salud-{found[1]['id'][:8]}"]
    assert [each["name"] for each in found] == names


def test_a_publishers_description_is_the_organisations():
    """What the file says about a publisher is shown on the organisation's page."""
    publisher = {"name": "Salud", "description": "Hospitales"}
    catalogue = mapped({**ENTRY, "publisher": publisher})
    found = [each["description"] for each in catalogue.organizations.values()]
    assert found == ["Hospitales"]


def test_publishers_can_be_merged_on_request():
    """Case, spaces and a final full stop make no difference then."""
    second = {**ENTRY, "identifier": "2", "publisher": "MINISTERIO  de Salud. "}
    lines = ((1, ENTRY), (2, second))
    catalogue = parse(Source({}, lines), merge_publishers=True)
    found = [each["title"] for each in catalogue.organizations.values()]
    assert found == ["Ministerio de Salud"]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("x", [(10, "not_an_object", "x")]),
        ({"identifier": "1", "title": " "}, [(10, "no_title", "")]),
        ({"identifier": "1"}, [(10, "no_title", "")]),
    ],
)
def test_what_cannot_be_loaded_is_skipped_with_a_reason(entry, expected):
    """No dataset comes of it, and the notice says why."""
    catalogue = mapped(entry)
    assert (catalogue.datasets, reasons(catalogue)) == ([], expected)
    assert catalogue.notices[0].skipped


def test_a_second_dataset_of_one_identifier_is_skipped():
    """The first one stays; the notice points at the second."""
    catalogue = mapped(ENTRY, {**ENTRY, "title": "Otra"})
    assert len(catalogue.datasets) == 1
    assert reasons(catalogue) == [(11, "duplicate_identifier", "Otra")]


def test_equal_titles_get_different_names():
    """Two datasets may have one title, not one address."""
    catalogue = mapped(ENTRY, {**ENTRY, "identifier": "2"})
    second = catalogue.datasets[1].package
    assert second["name"] == f"internaciones-{second['id'][:8]}"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"identifier": None}, ("no_identifier", "")),
        ({"publisher": None}, ("no_publisher", "")),
        ({"publisher": {"mbox": "x@y.example"}}, ("no_publisher", "")),
        ({"contactPoint": {"hasEmail": "mesa"}}, ("not_an_email", "mesa")),
        ({"keyword": ["agua/saneamiento"]}, ("keyword_changed", "agua/saneamiento")),
        ({"spatial": "x" * 33_000}, ("too_long", "spatial")),
        ({"landingPage": "x" * 33_000}, ("too_long", "landingPage")),
        ({"title": "x" * 9_000}, ("title_cut", "x" * 60 + "…")),
        ({"distribution": [None]}, ("distribution_skipped", "1")),
        ({"distribution": [{"title": "t"}]}, ("no_url", "t")),
        (
            {"distribution": [{"accessURL": "u", "modified": "ayer"}]},
            ("not_a_date", "modified: ayer"),
        ),
        (
            {"distribution": [{"accessURL": "u", "format": "f" * 200}]},
            ("too_long", "format"),
        ),
        (
            {"distribution": [{"accessURL": "u", "downloadURL": "x" * 33_000}]},
            ("too_long", "downloadURL"),
        ),
    ],
)
def test_what_is_changed_on_the_way_is_noted(fields, expected):
    """The dataset is loaded all the same, and the notice says what differs."""
    catalogue = mapped({**ENTRY, **fields})
    assert len(catalogue.datasets) == 1
    assert [(each.reason, each.detail) for each in catalogue.notices] == [expected]
    assert not catalogue.notices[0].skipped


def test_a_contact_that_is_no_address_is_kept_as_text():
    """The gap in the metadata stays visible."""
    dataset = one(contactPoint={"fn": "Mesa", "hasEmail": "mesa de entradas"})
    assert extras(dataset)["contact_email"] == "mesa de entradas"
    assert dataset.package["maintainer_email"] == ""


def test_only_relative_addresses_inside_the_folder_are_files():
    """Absolute addresses and paths that climb are never read from this machine."""
    addresses = ["datos/a.csv", "../b.csv", "/etc/passwd", "http://a.example/c.csv"]
    dataset = one(distribution=[{"downloadURL": each} for each in addresses])
    assert list(dataset.files.values()) == ["datos/a.csv"]


@pytest.mark.parametrize(
    ("visibility", "expected"),
    [
        ("private", (True, None)),
        ("draft", (None, "draft")),
        ("deleted", (None, None)),
        (None, (None, None)),
    ],
)
def test_visibility_makes_private_and_draft(visibility, expected):
    """Sample catalogues can hold what the public must not see."""
    package = one(visibility=visibility).package
    assert (package.get("private"), package.get("state")) == expected


def test_the_same_file_gives_the_same_digests():
    """Ids and digests depend on the file alone; another title is another digest."""
    assert one() == one()
    assert one().digest == one().digest
    assert one(title="Otra").digest != one().digest
    assert one(title="Otra").package["id"] == one().package["id"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
distribution_keys = (
    *("identifier", "title", "format", "mediaType", "accessURL", "downloadURL"),
    *("issued", "modified", "byteSize", "field", "license", "type"),
)
dataset_keys = (
    *("identifier", "title", "description", "publisher", "contactPoint", "keyword"),
    *("theme", "temporal", "spatial", "license", "landingPage", "accrualPeriodicity"),
    *("issued", "modified", "distribution", "visibility", "language", "version"),
)


# The first example builds tables of all characters, which takes seconds at times.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(dataset_keys), json_values),
    st.lists(
        st.dictionaries(st.sampled_from(distribution_keys), json_values), max_size=3
    ),
)
def test_no_input_breaks_the_mapping(entry, distributions):
    """Whatever an entry holds, it becomes a dataset or a notice that skips it."""
    catalogue = mapped({"distribution": distributions, **entry}, entry, ENTRY)
    skipped = sum(each.skipped for each in catalogue.notices)
    assert len(catalogue.datasets) + skipped == 3
    for dataset in catalogue.datasets:
        json.dumps(dataset.package, allow_nan=False).encode()
        assert len(dataset.digest) == 64
