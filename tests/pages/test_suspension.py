"""Pages about suspended badges: what readers, editors and administrators see."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckan.tests.helpers import call_action

NOTE = "Retire el archivo <b>con</b> números de documento."
REVIEW = "The portal and the publisher are reviewing this dataset."


@pytest.fixture
def dataset(publish: Any) -> Any:
    return publish()


def send(app: Any, entity: Any, dataset: Any, page: str, **form: str) -> Any:
    return app.post(
        f"/dataset/{dataset['name']}/quality/{page}",
        headers=entity.people.sysadmin,
        data=form,
    )


def read(app: Any, path: str, headers: Any) -> str:
    answer = app.get(path, headers=headers)
    assert answer.status_code == 200
    (main,) = BeautifulSoup(answer.body, "lxml").select(".primary")
    return " ".join(main.get_text(" ").split())


def test_readers_see_that_it_is_under_review_and_no_more(
    app: Any, entity: Any, dataset: Any
):
    """On the dataset's page, its quality page and the badge: no score, no note."""
    send(app, entity, dataset, "suspension", note=NOTE)
    name = dataset["name"]
    for path in (f"/dataset/{name}", f"/dataset/{name}/quality"):
        for who in (entity.people.anonymous, entity.people.member):
            shown = read(app, path, who)
            assert (REVIEW in shown, "Under review" in shown) == (True, True)
            assert ("of 100" in shown, "documento" in shown) == (False, False)
    image = app.get(f"/dataset/{name}/quality/badge.svg").body
    assert ("Under review" in image, "documento" in image) == (True, False)


def test_editors_are_told_why(app: Any, entity: Any, dataset: Any):
    """The note, as text, on the quality page."""
    send(app, entity, dataset, "suspension", note=NOTE)
    shown = read(app, f"/dataset/{dataset['name']}/quality", entity.people.editor)
    assert NOTE in shown


def test_the_form_suspends_and_reinstates(app: Any, entity: Any, dataset: Any):
    """The same page does both, each after it said what happens."""
    path, admin = f"/dataset/{dataset['name']}/quality", entity.people.sysadmin
    assert "Suspend the badge" in read(app, path, admin)
    assert "This does not hide the data" in read(app, f"{path}/suspension", admin)
    done = send(app, entity, dataset, "suspension", note=NOTE)
    assert "The badge of this dataset is suspended." in done.body
    shown = read(app, f"{path}/suspension", admin)
    assert (NOTE in shown, "Suspended badge:" in shown) == (True, True)
    done = send(app, entity, dataset, "reinstatement")
    assert "that it earns" in done.body
    assert REVIEW not in read(app, path, None)


def test_a_form_without_a_note_says_so_and_keeps_what_was_typed(
    app: Any, entity: Any, dataset: Any
):
    """Nothing is suspended."""
    refused = send(app, entity, dataset, "suspension", note="x" * 2_001)
    soup = BeautifulSoup(refused.body, "lxml")
    (errors,), (typed,) = soup.select("#errors"), soup.select("#note")
    assert "Must have at most 2000 characters" in errors.text
    assert typed.text.strip() == "x" * 2_001
    assert REVIEW not in read(app, f"/dataset/{dataset['name']}/quality", None)


def test_reinstating_twice_says_so(app: Any, entity: Any, dataset: Any):
    """Two administrators had the page open."""
    refused = send(app, entity, dataset, "reinstatement")
    assert "The badge is not suspended." in refused.body


@pytest.mark.parametrize("who", ["anonymous", "stranger", "member", "editor"])
def test_for_others_the_pages_are_not_there(
    app: Any, entity: Any, dataset: Any, who: str
):
    """Neither form, nor list, nor link."""
    headers, path = getattr(entity.people, who), f"/dataset/{dataset['name']}/quality"
    assert app.get(f"{path}/suspension", headers=headers).status_code == 404
    assert app.get("/quality/suspensions", headers=headers).status_code == 404
    for page in ("suspension", "reinstatement"):
        answer = app.post(f"{path}/{page}", headers=headers, data={"note": NOTE})
        # Without a session the form's token is missing before anything is looked up.
        assert answer.status_code == (403 if who == "anonymous" else 404)
    assert "Suspend the badge" not in read(app, path, headers)


def test_list_of_suspended_badges(app: Any, entity: Any, dataset: Any):
    """Says where to begin while it is empty; then leads to each dataset's form."""
    admin = entity.people.sysadmin
    call_action("merit_quality_suspend", id=dataset["id"], note=NOTE)
    listed = call_action("merit_quality_suspension_list", limit=1000)["results"]
    for each in listed:
        call_action("merit_quality_reinstate", id=each["package_id"])
    assert "No badge is suspended." in read(app, "/quality/suspensions", admin)
    send(app, entity, dataset, "suspension", note=NOTE)
    page = app.get("/quality/suspensions", headers=admin).body
    links = [a["href"] for a in BeautifulSoup(page, "lxml").select("th[scope=row] a")]
    assert links == [f"/dataset/{dataset['name']}/quality/suspension"]
    assert NOTE in read(app, "/quality/suspensions", admin)
