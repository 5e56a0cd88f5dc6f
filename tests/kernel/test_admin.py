"""The administrator's actions and page for background work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

import ckantoolkit as tk
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action, call_auth

from ckanext.merit.model import work
from ckanext.merit.model.work import Work

pytestmark = pytest.mark.usefixtures("no_work")

Headers = Callable[[dict[str, Any]], dict[str, str]]

ACTIONS = [
    "merit_doctor_show",
    "merit_work_list",
    "merit_work_pause",
    "merit_work_resume",
    "merit_work_retry",
]


def mark(key: str, **values: Any) -> None:
    work.mark(model.Session, "test.kind", [key])
    if values:
        model.Session.execute(sa.update(Work).where(Work.key == key).values(**values))
    model.Session.commit()


@pytest.fixture
def every_state() -> None:
    now = sa.func.now()
    later = now + sa.text("interval '1 hour'")
    mark("parked", parked_at=now, attempts=5, last_error="<b>no</b>")
    mark("failing", due_at=later, attempts=1, last_error="later")
    mark("leased", lease_until=later, lease_token="x", attempts=1)
    mark("due")
    mark("waiting", due_at=later)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("user", ["", "editor"])
def test_only_sysadmins_may(action: str, user: str) -> None:
    """Neither visitors nor ordinary users see or change the portal's work."""
    name = factories.User()["name"] if user else ""
    with pytest.raises(tk.NotAuthorized):
        call_auth(action, {"user": name, "model": model})


def test_list_says_the_state(every_state: None) -> None:
    """Each row is in one state; the list has what failed first."""
    answer = call_action("merit_work_list")
    states = [row["state"] for row in answer["results"]]
    assert states == ["parked", "failing", "leased", "due", "waiting"]
    assert [row["key"] for row in answer["results"]] == states
    assert answer["totals"] == dict.fromkeys(states, 1)
    assert (answer["count"], answer["paused"]) == (5, None)


def test_list_is_filtered_and_paged(every_state: None) -> None:
    """State, kind, limit and offset choose rows; the count is of all that match."""
    assert call_action("merit_work_list", state="due")["count"] == 1
    assert call_action("merit_work_list", kind="other")["results"] == []
    page = call_action("merit_work_list", limit=2, offset=1)
    assert (page["count"], [row["key"] for row in page["results"]]) == (
        5,
        ["failing", "leased"],
    )
    with pytest.raises(tk.ValidationError):
        call_action("merit_work_list", state="lost")


def test_retry_of_one(every_state: None) -> None:
    """One failed key is due again as if new."""
    answer = call_action("merit_work_retry", kind="test.kind", key="parked")
    assert answer == {"retried": 1}
    (row,) = (
        row
        for row in call_action("merit_work_list", state="due")["results"]
        if row["key"] == "parked"
    )
    assert (row["attempts"], row["parked_at"], row["last_error"]) == (
        0,
        None,
        "<b>no</b>",
    )


def test_retry_of_all(every_state: None) -> None:
    """All failed keys are due again; nothing else is touched."""
    assert call_action("merit_work_retry", all=True) == {"retried": 2}
    totals = call_action("merit_work_list")["totals"]
    assert totals == {"parked": 0, "failing": 0, "leased": 1, "due": 3, "waiting": 1}


@pytest.mark.parametrize("data", [{}, {"key": "parked"}, {"kind": "test.kind"}])
def test_retry_needs_to_know_what(every_state: None, data: dict[str, str]) -> None:
    """A key needs its kind, and everything has to be asked for."""
    with pytest.raises(tk.ValidationError):
        call_action("merit_work_retry", **data)


def test_retry_of_what_did_not_fail(every_state: None) -> None:
    """There is nothing to try again in work that runs or is unknown."""
    for key in ("leased", "unknown"):
        with pytest.raises(tk.ObjectNotFound):
            call_action("merit_work_retry", kind="test.kind", key=key)


def test_pause_and_resume() -> None:
    """The switch says who turned it, and stays when turned twice."""
    first = call_action("merit_work_pause", {"user": "ana"})
    assert first["paused"]["by"] == "ana"
    assert call_action("merit_work_pause", {"user": "eva"}) == first
    assert call_action("merit_work_list")["paused"] == first["paused"]
    assert call_action("merit_work_resume") == {"paused": None}


def test_page_is_for_sysadmins(app: Any, as_user: Headers) -> None:
    """Others are refused, and see no tab."""
    for headers in ({}, as_user(factories.User())):
        assert app.get("/ckan-admin/merit", headers=headers).status_code == 403
        answer = app.post("/ckan-admin/merit/pause", headers=headers)
        assert answer.status_code == 403


def test_empty_page(clean_db: None, app: Any, as_user: Headers) -> None:
    """With nothing to do the page says so, and has a tab among CKAN's own."""
    answer = app.get("/ckan-admin/merit", headers=as_user(factories.Sysadmin()))
    page = BeautifulSoup(answer.body, "html.parser")
    assert "Nothing is due: all work is done." in page.text
    assert "Merit" in page.title.text
    assert page.select_one(".nav-tabs .active a, .page-header .active a")
    tabs = app.get("/ckan-admin/", headers=as_user(factories.Sysadmin())).body
    assert 'href="/ckan-admin/merit"' in tabs


def test_page_shows_failures_as_text(
    app: Any, as_user: Headers, every_state: None
) -> None:
    """Errors are escaped; failed rows can be tried again, others not."""
    answer = app.get("/ckan-admin/merit", headers=as_user(factories.Sysadmin()))
    page = BeautifulSoup(answer.body, "html.parser")
    table = page.select("table")[-1]
    assert [row.select_one("th bdi").text for row in table.select("tbody tr")] == [
        "parked",
        "failing",
        "leased",
        "due",
        "waiting",
    ]
    assert "<b>no</b>" in table.text
    keys = [item["value"] for item in table.select("input[name=key]")]
    assert keys == ["parked", "failing"]
    forms = page.select("form[method=post]")
    assert all(form.select_one("input[name=_csrf_token]") for form in forms)


def test_page_is_paged(app: Any, as_user: Headers) -> None:
    """Twenty rows a page, in the chosen state."""
    work.mark(model.Session, "test.kind", [f"key-{n:02}" for n in range(25)])
    model.Session.commit()
    headers = as_user(factories.Sysadmin())
    answer = app.get("/ckan-admin/merit?state=due&page=2", headers=headers)
    page = BeautifulSoup(answer.body, "html.parser")
    assert len(page.select("table")[-1].select("tbody tr")) == 5
    links = [link["href"] for link in page.select(".pagination a")]
    assert any("page=1" in link and "state=due" in link for link in links)


@pytest.mark.parametrize("query", ["page=0", "page=x", "state=lost"])
def test_bad_query_of_the_page(app: Any, as_user: Headers, query: str) -> None:
    """A hand-made address is a bad request, not an error."""
    headers = as_user(factories.Sysadmin())
    assert app.get(f"/ckan-admin/merit?{query}", headers=headers).status_code == 400


def test_buttons_of_the_page(app: Any, as_user: Headers, every_state: None) -> None:
    """Pause, resume and try again do what they say and come back to the page."""
    headers = as_user(factories.Sysadmin())

    def press(button: str, **form: str) -> str:
        path = f"/ckan-admin/merit/{button}"
        answer = app.post(path, data=form, headers=headers, follow_redirects=False)
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith("/ckan-admin/merit")
        return app.get("/ckan-admin/merit", headers=headers).body

    assert "Paused since" in press("pause")
    assert "Paused since" not in press("resume")
    press("retry", kind="test.kind", key="parked")
    assert call_action("merit_work_list")["totals"]["parked"] == 0
    press("retry", all="true")
    assert call_action("merit_work_list")["totals"]["failing"] == 0
    press("retry", kind="test.kind", key="gone")
