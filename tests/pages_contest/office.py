"""The office in tests: addresses, and requests of its people."""

from __future__ import annotations

from typing import Any

from tests.contest.people import Contest

from ckan.tests import factories


class Office:
    """An edition's office, seen by people with API tokens."""

    def __init__(self, app: Any, contest: Contest, edition: dict[str, Any]) -> None:
        self.app = app
        self.contest = contest
        self.edition = edition
        self.root = f"/contests/{contest.programme['name']}/{edition['slug']}/office"
        self.headers: dict[str, dict[str, str]] = {}

    def get(self, path: str = "", user: Any = None) -> Any:
        """Open a page below the office, as the secretariat if nobody is named."""
        return self.app.get(
            self.root + path, headers=self._as(user), follow_redirects=False
        )

    def post(self, path: str, user: Any = None, /, **data: Any) -> Any:
        """Send a form."""
        return self.app.post(
            self.root + path,
            headers=self._as(user),
            data=data,
            follow_redirects=False,
        )

    def _as(self, user: Any) -> dict[str, str]:
        name = (user or self.contest.secretary)["name"]
        if name not in self.headers:
            token = factories.APIToken(user=name)["token"]
            self.headers[name] = {"Authorization": token}
        return self.headers[name]
