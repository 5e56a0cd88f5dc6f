"""Every action that changes a dataset makes it due, and none fails because of us."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.tests import factories, helpers

from ckanext.merit.model import work
from ckanext.merit.quality.logic import store

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

Rows = Callable[..., list[dict[str, Any]]]


def due(rows: Rows) -> list[str]:
    found = rows("SELECT key FROM merit_work WHERE kind = 'quality.assess'")
    return sorted(row["key"] for row in found)


def forget_work() -> None:
    model.Session.execute(sa.text("DELETE FROM merit_work"))
    model.Session.commit()


@pytest.fixture
def portal() -> dict[str, Any]:
    """A dataset with a resource, in an organisation and a group; nothing is due."""
    organization = factories.Organization()
    group = factories.Group()
    package = factories.Dataset(
        owner_org=organization["id"],
        groups=[{"id": group["id"]}],
        resources=[{"url": "http://x.example/a.csv", "format": "CSV"}],
    )
    factories.Dataset(title="Nobody's business")
    store.refresh_titles()
    forget_work()
    return {
        "id": package["id"],
        "name": package["name"],
        "resource": package["resources"][0]["id"],
        "organization": organization["id"],
        "organization_name": organization["name"],
        "group": group["id"],
        "other": factories.Organization()["id"],
        "other_group": factories.Group()["id"],
    }


CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "update": ("package_update", {"id": "{id}", "name": "{name}", "title": "New"}),
    "patch by name": ("package_patch", {"id": "{name}", "title": "New"}),
    "revise": (
        "package_revise",
        {"match": {"id": "{id}"}, "update": {"title": "New"}},
    ),
    "delete": ("package_delete", {"id": "{id}"}),
    "delete by name": ("package_delete", {"id": "{name}"}),
    "purge": ("dataset_purge", {"id": "{id}"}),
    "purge by name": ("dataset_purge", {"id": "{name}"}),
    "resource create": (
        "resource_create",
        {"package_id": "{id}", "url": "http://x.example/b.csv"},
    ),
    "resource create by name": (
        "resource_create",
        {"package_id": "{name}", "url": "http://x.example/b.csv"},
    ),
    "resource update": (
        "resource_update",
        {"id": "{resource}", "url": "http://x.example/b.csv"},
    ),
    "resource patch": ("resource_patch", {"id": "{resource}", "name": "New"}),
    "resource delete": ("resource_delete", {"id": "{resource}"}),
    "resource reorder": (
        "package_resource_reorder",
        {"id": "{id}", "order": ["{resource}"]},
    ),
    "owner": (
        "package_owner_org_update",
        {"id": "{name}", "organization_id": "{other}"},
    ),
    "bulk private": (
        "bulk_update_private",
        {"datasets": ["{id}"], "org_id": "{organization}"},
    ),
    "bulk public": (
        "bulk_update_public",
        {"datasets": ["{id}"], "org_id": "{organization}"},
    ),
    "bulk delete": (
        "bulk_update_delete",
        {"datasets": ["{id}"], "org_id": "{organization}"},
    ),
    "group membership": (
        "member_create",
        {
            "id": "{other_group}",
            "object": "{name}",
            "object_type": "package",
            "capacity": "public",
        },
    ),
    "end of membership": (
        "member_delete",
        {"id": "{group}", "object": "{id}", "object_type": "package"},
    ),
    "group patch": ("group_patch", {"id": "{group}", "title": "New"}),
    "group delete": ("group_delete", {"id": "{group}"}),
    "organization patch": (
        "organization_patch",
        {"id": "{organization_name}", "title": "New"},
    ),
    "organization delete": ("organization_delete", {"id": "{organization_name}"}),
    "organization purge": ("organization_purge", {"id": "{organization_name}"}),
}


def filled(value: Any, portal: dict[str, Any]) -> Any:
    if isinstance(value, str):
        return value.format_map(portal)
    if isinstance(value, list):
        return [filled(item, portal) for item in value]
    return {key: filled(item, portal) for key, item in value.items()}


@pytest.mark.parametrize("change", CHANGES)
def test_change_makes_the_dataset_due(portal: Any, rows: Rows, change: str):
    """Just the dataset concerned is due, whichever way it was named."""
    action, parameters = CHANGES[change]
    user = factories.Sysadmin()["name"]
    helpers.call_action(action, {"user": user}, **filled(parameters, portal))
    assert due(rows) == [portal["id"]]


def test_create_makes_the_dataset_due(rows: Rows):
    """A new dataset is due."""
    package = factories.Dataset()
    assert due(rows) == [package["id"]]


def test_group_purge_makes_all_due(portal: Any, rows: Rows):
    """Nobody knows any more which datasets were in a purged group, so all are due."""
    helpers.call_action("group_purge", id=portal["group"])
    assert portal["id"] in due(rows)
    assert len(due(rows)) == 2


def test_unchanged_patch_of_another_user_object(portal: Any, rows: Rows):
    """Membership of a person concerns no dataset."""
    user = factories.User()["name"]
    helpers.call_action(
        "member_create",
        {"user": factories.Sysadmin()["name"]},
        id=portal["organization"],
        object=user,
        object_type="user",
        capacity="member",
    )
    assert due(rows) == []


def test_many_saves_are_one_row(portal: Any, rows: Rows):
    """However often a dataset is saved, one row is due, after the settle time."""
    for number in range(4):
        helpers.call_action("package_patch", id=portal["id"], title=f"New {number}")
    (row,) = rows(
        "SELECT key, requested, "
        "due_at <= now() + interval '5 seconds' AS soon FROM merit_work "
        "WHERE kind = 'quality.assess'"
    )
    assert (row["key"], row["soon"]) == (portal["id"], True)
    assert row["requested"] >= 4


def test_deferred_commit_is_left_to_the_caller(portal: Any, rows: Rows):
    """Within a caller's transaction the mark goes and comes with it."""
    context = {"defer_commit": True, "user": factories.Sysadmin()["name"]}
    helpers.call_action(
        "package_owner_org_update",
        context,
        id=portal["id"],
        organization_id=portal["other"],
    )
    assert due(rows) == []
    model.Session.rollback()
    assert due(rows) == []
    context = {"defer_commit": True, "user": factories.Sysadmin()["name"]}
    helpers.call_action(
        "package_owner_org_update",
        context,
        id=portal["id"],
        organization_id=portal["other"],
    )
    model.Session.commit()
    assert due(rows) == [portal["id"]]


def test_save_survives_without_our_tables(portal: Any, rows: Rows):
    """Without our tables datasets are saved all the same."""
    names = ("work", "assessment")
    try:
        for name in names:
            rename(f"merit_{name}", f"away_{name}")
        helpers.call_action("package_patch", id=portal["id"], title="Saved")
        helpers.call_action(
            "resource_create", package_id=portal["id"], url="http://x.example/c.csv"
        )
    finally:
        for name in names:
            rename(f"away_{name}", f"merit_{name}")
    (row,) = rows("SELECT title FROM package WHERE id = :id", id=portal["id"])
    assert row["title"] == "Saved"
    resources = rows(
        "SELECT 1 FROM resource WHERE package_id = :id AND state = 'active'",
        id=portal["id"],
    )
    assert len(resources) == 2


def rename(old: str, new: str) -> None:
    model.Session.rollback()
    model.Session.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))
    model.Session.commit()


def test_save_survives_without_redis(
    portal: Any, rows: Rows, monkeypatch: pytest.MonkeyPatch, ckan_config: Any
):
    """Redis may be down: the dataset is saved and due."""
    from ckan.lib import redis  # noqa: PLC0415

    monkeypatch.setitem(ckan_config, "ckan.redis.url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(redis, "_connection_pool", None)
    helpers.call_action("package_patch", id=portal["id"], title="Saved")
    assert due(rows) == [portal["id"]]


def test_row_being_worked_on_is_due_again(portal: Any, rows: Rows):
    """A dataset that is saved while it is assessed is assessed once more."""
    helpers.call_action("package_patch", id=portal["id"], title="One")
    model.Session.execute(sa.text("UPDATE merit_work SET due_at = now()"))
    claimed = work.claim(
        model.Session,
        store.ASSESS,
        limit=1,
        lease=timedelta(minutes=1),
        attempts=range(1),
    )
    model.Session.commit()
    assert claimed is not None
    helpers.call_action("package_patch", id=portal["id"], title="Two")
    assert list(work.finish(model.Session, claimed)) == [portal["id"]]
