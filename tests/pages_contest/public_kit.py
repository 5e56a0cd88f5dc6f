"""What tests of public pages need: addresses, parsed pages, rows by the thousand."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from tests.contest.people import Contest

from ckan import model
from ckan.model.types import make_uuid

from ckanext.merit.domain.canonical import digest
from ckanext.merit.model.contest_result import Publication

#: Rules with all that a page has to explain.
RULES = """
merit: 1
id: explained
tie_break: [openness, first_places]
policy: {jury: public}
prizes: {levels: {gold: "85"}, places: 1}
root:
  of:
  - code: openness
    weight: 3
    title: {es: Apertura, en: Openness}
    of:
    - code: licence
      title: {es: Licencia, en: Licence}
      help: {es: "¿Es abierta?", en: "Is it open?"}
      source: jury
      scale: [0, 10]
      step: "0.5"
      panel: {quorum: 1}
      alignment: ["https://opendatacharter.org/principles/", "javascript:alert(1)"]
  - code: format
    title: {es: Formato, en: Format}
    source: jury
    levels: {bad: "0", fair: "0.5", good: "1"}
    panel: {quorum: 1}
    knockout: "0.1"
"""


def address(contest: Contest, edition: dict[str, Any], path: str = "") -> str:
    """Give the address of a page of an edition."""
    return f"/contests/{contest.programme['name']}/{edition['slug']}{path}"


def opened(app: Any, path: str, **options: Any) -> Any:
    """Open a page that must be there, and parse it."""
    answer = app.get(path, **options)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.body, "lxml").select_one(".merit-page")


def words(node: Any) -> str:
    """Give the text of a page on one line."""
    return " ".join(node.get_text(" ").split())


def table(node: Any) -> list[list[str]]:
    """Give the cells of the first table of a page."""
    rows = node.select("table tbody")[0].select("tr")
    return [[words(cell) for cell in row.select("th, td")] for row in rows]


def published_rows(edition: dict[str, Any], count: int, lines: int = 4) -> str:
    """Publish made-up results of many entries, as a correction of the real ones."""
    real: Any = model.Session.get(Publication, edition["publication"]["id"])
    codes = ["licence", "format", *(f"line{n}" for n in range(lines - 2))]
    body = dict(real.body)
    body["rows"] = [
        {
            "entry_id": make_uuid(),
            "points": dict.fromkeys(codes, "12.50"),
            "maxima": dict.fromkeys(codes, "25.00"),
            "coverage": "1",
            "total": f"{100 - n / count * 50:.2f}",
            "rank": n + 1,
            "organization_id": make_uuid(),
            "title": f"Municipalidad distrital de San Juan de la Costa {n:04}",
            "category": "all",
            "region": f"Región {n % 25}",
            "tie_break": "",
            "flags": [],
        }
        for n in range(count)
    ]
    row = Publication(
        edition_id=edition["id"],
        number=real.number + 1,
        kind=real.kind,
        run_id=real.run_id,
        visible_from=real.visible_from,
        body=body,
        sha256=digest(body),
        published_by="somebody",
    )
    model.Session.add(row)
    model.Session.commit()
    return row.id
