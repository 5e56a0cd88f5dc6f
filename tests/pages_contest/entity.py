"""An entity in tests: its addresses, and requests of its people."""

from __future__ import annotations

import io
import re
from typing import Any

from tests.award.people import PDF
from tests.contest.people import Contest

from ckan.tests import factories


class Desk:
    """An award's pages, seen by people with API tokens."""

    def __init__(self, app: Any, award: Contest, edition: dict[str, Any]) -> None:
        self.app = app
        self.award = award
        self.edition = edition
        self.root = f"/contests/{award.programme['name']}/{edition['slug']}"
        self.headers: dict[str, dict[str, str]] = {}

    def get(self, user: Any, path: str = "", **options: Any) -> Any:
        """Open a page below the edition."""
        return self.app.get(
            self.root + path,
            headers=self._as(user),
            follow_redirects=False,
            **options,
        )

    def post(self, user: Any, path: str, /, **data: Any) -> Any:
        """Send a form; pairs of bytes and name are files."""
        sent = {
            name: (io.BytesIO(value[0]), value[1])
            if isinstance(value, tuple)
            else value
            for name, value in data.items()
        }
        return self.app.post(
            self.root + path,
            headers=self._as(user),
            data=sent,
            follow_redirects=False,
            content_type="multipart/form-data",
        )

    def _as(self, user: Any) -> dict[str, str]:
        if user is None:
            return {}
        if user["name"] not in self.headers:
            token = factories.APIToken(user=user["name"])["token"]
            self.headers[user["name"]] = {"Authorization": token}
        return self.headers[user["name"]]


def enrolment(**changes: Any) -> dict[str, Any]:
    """What a whole form of an enrolment sends."""
    return {
        "version": "1",
        "title": "Municipalidad de Ayna",
        "team-0-name": "Ana Quispe",
        "team-0-role": "head",
        "team-0-email": "ana@muni.gob.pe",
        "team-1-name": "Luz Rojas",
        "team-1-role": "data_officer",
        "team-1-email": "luz@muni.gob.pe",
        "declaration-terms": "true",
        "letter": (PDF, "carta.pdf"),
        "preview": "1",
        **changes,
    }


def said(page: Any) -> str:
    """The words of a page's own part, on one line."""
    body = page.body.partition('class="module-content merit-page"')[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))
