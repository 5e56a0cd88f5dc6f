"""Badges over HTTP: cacheable, verifiable, and silent about what is not public."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree  # type: ignore[attr-defined]

from ckan.tests import factories
from ckan.tests.helpers import call_action

BADGES = ["badge.svg", "badge.json"]


def badge(app: Any, name: str, kind: str = "badge.svg", **options: Any) -> Any:
    return app.get(f"/dataset/{name}/quality/{kind}", **options)


@pytest.mark.parametrize("kind", BADGES)
def test_headers(app: Any, publish: Callable[..., Any], kind: str):
    """A badge may be cached and embedded by everybody, and runs nothing."""
    answer = badge(app, publish()["name"], kind)
    expected = {
        "Cache-Control": "public, max-age=300",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        ),
        "Set-Cookie": None,
    }
    assert {name: answer.headers.get(name) for name in expected} == expected


def test_content_types(app: Any, publish: Callable[..., Any]):
    """The image is SVG, its twin JSON."""
    name = publish()["name"]
    kinds = [badge(app, name, kind).headers["Content-Type"] for kind in BADGES]
    assert kinds == ["image/svg+xml; charset=utf-8", "application/json"]


def test_same_for_somebody_signed_in(app: Any, entity: Any, publish: Any):
    """Who asks makes no difference, neither in content nor in headers."""
    name = publish()["name"]
    answers = [
        badge(app, name, headers=headers)
        for headers in (entity.people.anonymous, entity.people.editor)
    ]
    seen = [(a.body, a.headers["Cache-Control"], a.headers["ETag"]) for a in answers]
    assert seen[0] == seen[1]


def test_unchanged_badge_is_not_sent_again(app: Any, publish: Callable[..., Any]):
    """A client that has this badge gets 304 without a body."""
    name = publish()["name"]
    etag = badge(app, name).headers["ETag"]
    again = badge(app, name, headers={"If-None-Match": etag})
    assert (again.status_code, again.body, again.headers["ETag"]) == (304, "", etag)


def test_unchanged_badge_costs_one_statement(
    app: Any, publish: Callable[..., Any], count_sql: Callable[[], Any]
):
    """To say that nothing changed we ask the database once."""
    name = publish()["name"]
    etag = badge(app, name).headers["ETag"]
    with count_sql() as statements:
        badge(app, name, headers={"If-None-Match": etag})
    assert len([s for s in statements if "system_info" not in s]) == 1


def test_changed_badge_has_another_etag(app: Any, publish: Callable[..., Any]):
    """A new score is a new badge."""
    dataset = publish()
    before = badge(app, dataset["name"]).headers["ETag"]
    call_action("package_patch", id=dataset["id"], license_id="", resources=[])
    call_action("merit_quality_assess", id=dataset["id"])
    assert badge(app, dataset["name"]).headers["ETag"] != before


@pytest.mark.parametrize("kind", BADGES)
@pytest.mark.parametrize("who", ["anonymous", "stranger", "editor", "sysadmin"])
def test_what_is_not_public_looks_unknown(
    app: Any, entity: Any, publish: Callable[..., Any], kind: str, who: str
):
    """Private, draft, deleted and unknown datasets give the same answer to anybody."""
    private = publish(private=True)
    draft = publish(state="draft")
    deleted = publish()
    call_action("package_delete", id=deleted["id"])
    names = [private["name"], draft["name"], deleted["name"], "no-such-dataset"]
    headers = getattr(entity.people, who)
    answers = [badge(app, name, kind, headers=headers) for name in names]
    seen = {(a.status_code, a.body, *sorted(a.headers.items())) for a in answers}
    assert (len(seen), answers[0].status_code) == (1, 200)


def test_image_and_twin_say_the_same(app: Any, publish: Callable[..., Any]):
    """The score in the JSON is in the image's accessible title."""
    name = publish()["name"]
    twin = json.loads(badge(app, name, "badge.json").body)
    title = etree.fromstring(badge(app, name).body.encode())[0].text
    assert (twin["band"], title) == (
        None,
        f"Quality of the metadata: No badge yet · {twin['display']}",
    )


def test_speaks_the_language_of_its_address(app: Any, publish: Callable[..., Any]):
    """Below /es the badge is in Spanish, whatever the browser prefers."""
    name = publish()["name"]
    answer = app.get(
        f"/es/dataset/{name}/quality/badge.svg", headers={"Accept-Language": "en"}
    )
    assert etree.fromstring(answer.body.encode())[0].text.startswith("Calidad")


@pytest.mark.parametrize("query", ["?style=<script>", "?label=%22%3E%0A", "?lang=xx"])
def test_junk_in_the_address_changes_nothing(
    app: Any, publish: Callable[..., Any], query: str
):
    """Parameters that other badge services know have no effect here."""
    name = publish()["name"]
    assert badge(app, name, f"badge.svg{query}").body == badge(app, name).body


def test_hostile_dataset_cannot_change_the_image(app: Any, publish: Callable[..., Any]):
    """Title and organisation of a dataset are not part of the image's markup."""
    hostile = '"><script>alert(1)</script>]]>&#0;</text><image href="x"/>'
    organization = factories.Organization(title=hostile)
    dataset = publish(title=hostile, owner_org=organization["id"])
    tags = {
        etree.QName(e).localname
        for e in etree.fromstring(badge(app, dataset["name"]).body.encode()).iter()
    }
    assert tags == {"svg", "title", "desc", "rect", "path", "g", "text"}


def test_costs_at_most_two_statements(
    app: Any, publish: Callable[..., Any], count_sql: Callable[[], Any]
):
    """A badge reads the database twice at most."""
    name = publish()["name"]
    badge(app, name)
    with count_sql() as statements:
        badge(app, name)
    assert [len(statements) <= 2, statements] == [True, statements]
