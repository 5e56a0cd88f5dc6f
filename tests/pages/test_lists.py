"""Badges in lists of datasets: right, complete, and one statement per page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckan.tests import factories

# Lists and figures need a portal that holds nothing else.
pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def chips(body: str) -> list[str]:
    soup = BeautifulSoup(body, "lxml")
    return [" ".join(each.get_text(" ").split()) for each in soup.select(".merit-item")]


def test_every_dataset_of_a_list_has_its_badge(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """Search and organisation page show band and score of each dataset."""
    publish()
    publish(title="Otra cosa muy distinta")
    paths = ["/dataset/", f"/organization/{entity.organization['name']}"]
    assert [len(chips(app.get(path).body)) for path in paths] == [2, 2]


def test_badge_says_what_is_rated(app: Any, publish: Callable[..., Any]):
    """A badge in a list names what is rated, the band and the score in words."""
    publish()
    assert chips(app.get("/dataset/").body) == [
        "Quality of the metadata: No badge yet · 45.9 of 100"
    ]


def test_private_datasets_have_none(app: Any, entity: Any, publish: Callable[..., Any]):
    """In a member's list private datasets show no badge."""
    publish(private=True)
    path = f"/organization/{entity.organization['name']}"
    body = app.get(path, headers=entity.people.member).body
    assert ("Hospitales" in body, chips(body)) == (True, [])


@pytest.mark.parametrize("who", ["anonymous", "member"])
@pytest.mark.parametrize("path", ["/dataset/", "/organization/{name}"])
def test_number_of_statements_does_not_grow(
    app: Any,
    entity: Any,
    publish: Callable[..., Any],
    count_sql: Callable[[], Any],
    path: str,
    who: str,
):
    """A page with many datasets costs as many statements as a page with one."""
    headers = getattr(entity.people, who)
    address = path.format(name=entity.organization["name"])
    counts = []
    for extra in (1, 14):
        for number in range(extra):
            publish(title=f"Conjunto {extra} {number}")
        app.get(address, headers=headers)
        with count_sql() as statements:
            body = app.get(address, headers=headers).body
        mine = [s for s in statements if "merit_assessment" in s]
        counts.append((len(chips(body)), len(mine)))
    assert counts == [(1, 1), (15, 1)]


def test_dataset_page_costs_one_statement(
    app: Any, publish: Callable[..., Any], count_sql: Callable[[], Any]
):
    """The page of a public dataset reads our tables once."""
    name = publish()["name"]
    app.get(f"/dataset/{name}")
    with count_sql() as statements:
        app.get(f"/dataset/{name}")
    assert len([s for s in statements if "merit_" in s]) == 1


def test_a_search_by_the_api_costs_nothing(
    app: Any, publish: Callable[..., Any], count_sql: Callable[[], Any]
):
    """package_search over HTTP does not read our tables."""
    publish()
    with count_sql() as statements:
        app.get("/api/3/action/package_search")
    assert [s for s in statements if "merit_" in s] == []


def test_facet_filters_and_speaks_the_language(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """The facet offers bands by their names and leaves only such datasets."""
    publish(title="Sin distintivo por ahora", notes="")
    good = publish(
        title="Distritos sanitarios de la provincia",
        tags=[{"name": name} for name in ("salud", "distritos", "mapas")],
        maintainer_email="datos@salud.test",
        extras=[
            {"key": "frequency", "value": "annual"},
            {"key": "theme", "value": "HEAL"},
            {"key": "spatial", "value": "PE"},
            {"key": "temporal", "value": "2019-01-01/2024-12-31"},
        ],
    )
    body = app.get("/es/dataset/?merit_quality_band=silver").body
    soup = BeautifulSoup(body, "lxml")
    titles = [each.get_text(strip=True) for each in soup.select(".dataset-heading a")]
    pills = [each.get_text(strip=True) for each in soup.select(".filtered.pill")]
    assert (titles, pills) == ([good["title"]], ["Plata"])


def test_sort_by_quality(app: Any, publish: Callable[..., Any]):
    """The search offers an order by quality: best first, not rated last."""
    poor, fair = publish(title="Pobre en metadatos", notes=""), publish()
    unrated = factories.Dataset(title="Todavía sin revisar")
    body = app.get(
        "/dataset/?sort=merit_quality_rank+desc,+metadata_modified+desc"
    ).body
    soup = BeautifulSoup(body, "lxml")
    titles = [each.get_text(strip=True) for each in soup.select(".dataset-heading a")]
    chosen = soup.select("#field-order-by option[selected]")
    expected = [each["title"] for each in (fair, poor, unrated)]
    assert (titles, [each.get_text(strip=True) for each in chosen]) == (
        expected,
        ["Quality"],
    )


def test_sort_is_offered_for_datasets_only(app: Any, entity: Any):
    """Lists of organisations are not sorted by the quality of datasets."""
    body = app.get("/organization/").body
    assert "merit_quality_rank" not in body


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("/dataset/?q=hospitales&page=1", "/dataset/?q=hospitales&tags=salud"),
        ("/es/dataset/?q=p%C3%BAblicos", "/es/dataset/?q=p%C3%BAblicos&tags=salud"),
        ("/dataset/?tags=salud&_tags_limit=0", "/dataset/?_tags_limit=0"),
    ],
)
def test_facets_lead_where_ckan_leads(
    app: Any, publish: Callable[..., Any], asked: str, answer: str
):
    """A facet's link keeps language and question, drops the page and what is on."""
    publish(tags=[{"name": "salud"}])
    assert facet_link(app.get(asked).body, "salud") == answer


def test_facets_of_an_organisation_lead_to_its_own_page(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """A facet's link on an organisation's page stays with that organisation."""
    publish(tags=[{"name": "salud"}])
    address = f"/organization/{entity.organization['name']}"
    answer = app.get(facet_link(app.get(address).body, "salud")).body
    title = BeautifulSoup(answer, "lxml").title.text.split(" - ")[0].strip()
    assert (title, len(chips(answer))) == (entity.organization["title"], 1)


def facet_link(body: str, label: str) -> str:
    links = BeautifulSoup(body, "lxml").select(".nav-facet a")
    (found,) = [a for a in links if a.select_one(".item-label").text == label]
    return found["href"]
