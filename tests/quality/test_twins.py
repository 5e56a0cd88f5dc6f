"""Datasets of one organisation with the same title."""

from __future__ import annotations

from typing import Any

import pytest
from tests.quality.test_assess import Rows, assess, due, forget_work, one, sql

from ckan import model
from ckan.tests import factories, helpers

from ckanext.merit.quality.logic import store

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def test_twins_lose_and_regain(dataset: Any, rows: Rows):
    """Equal titles cost both datasets; the other is marked when one changes."""
    organization = factories.Organization()["id"]
    title = "Presupuesto municipal"
    one_, other = (
        dataset(title=each, owner_org=organization)["id"]
        for each in (title, "PRESUPUESTO  Municipal ")
    )
    assess(one_, other)
    assert f1(rows, one_) == f1(rows, other) == "1/2"
    forget_work()
    helpers.call_action("package_patch", id=other, title="Presupuesto provincial")
    forget_work()
    model.Session.expire_all()
    assess(other)
    assert due(rows) == {one_}
    assess(one_)
    assert f1(rows, one_) == f1(rows, other) == "1"


def f1(rows: Rows, package_id: str) -> str:
    findings = one(rows, package_id)["result"]["indicators"]
    return next(f["value"] for f in findings if f["id"] == "F1")


def test_new_twin_marks_the_old_one(dataset: Any, rows: Rows):
    """A dataset with a title that another has already makes that one due."""
    organization = factories.Organization()["id"]
    old = dataset(owner_org=organization)["id"]
    assess(old)
    new = dataset(owner_org=organization)["id"]
    forget_work()
    assess(new)
    assert due(rows) == {old}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE package SET private = true WHERE id = :id",
        "UPDATE package SET state = 'deleted' WHERE id = :id",
        "UPDATE package SET owner_org = null WHERE id = :id",
        "DELETE FROM package WHERE id = :id",
    ],
)
def test_twin_that_disappears(dataset: Any, rows: Rows, change: str):
    """A twin that isn't public any more, moved or is gone is no twin."""
    organization = factories.Organization()["id"]
    stays, leaves = (
        dataset(owner_org=organization, resources=[], tags=[])["id"] for _ in range(2)
    )
    assess(stays, leaves)
    if change.startswith("DELETE"):
        helpers.call_action("dataset_purge", id=leaves)
    else:
        sql(change, id=leaves)
    forget_work()
    assess(leaves)
    assert due(rows) == {stays}
    assess(stays)
    assert f1(rows, stays) == "1"


def test_no_twins_across_organizations(dataset: Any, rows: Rows):
    """The same title in another organisation, or without one, is nobody's twin."""
    ids = [
        dataset(owner_org=factories.Organization()["id"])["id"],
        dataset(owner_org=factories.Organization()["id"])["id"],
        dataset()["id"],
        dataset()["id"],
    ]
    assess(*ids)
    assert [f1(rows, package_id) for package_id in ids] == ["1"] * 4


def test_popular_title_marks_nobody(dataset: Any, rows: Rows):
    """Beyond the number of twins that is counted, one more changes nobody's score."""
    organization = factories.Organization()["id"]
    template = dataset(owner_org=organization)["id"]
    columns = "name, title, owner_org, state, type, private"
    copies = (
        f"INSERT INTO package (id, {columns}) "  # noqa: S608
        "SELECT 'copy-' || n, 'copy-' || n, title, owner_org, state, type, private "
        "FROM package, generate_series(1, 30) n WHERE id = :id"
    )
    sql(copies, id=template)
    store.refresh_titles()
    ids = [row["id"] for row in rows("SELECT id FROM package")]
    assess(*ids)
    forget_work()
    sql("UPDATE package SET title = 'Otro' WHERE id = 'copy-1'")
    assess("copy-1")
    assert due(rows) == set()
    (twins,) = rows(
        "SELECT DISTINCT f->'detail' AS detail FROM merit_assessment, "
        "jsonb_array_elements(result->'indicators') f "
        "WHERE f->>'id' = 'F1' AND package_id <> 'copy-1'"
    )
    assert 20 in twins["detail"].values()


def test_refreshed_titles_find_all_twins_at_once(dataset: Any, rows: Rows):
    """After the titles are refreshed one run gives the converged result."""
    organization = factories.Organization()["id"]
    first, second = (dataset(owner_org=organization)["id"] for _ in range(2))
    forget_work()
    store.refresh_titles()
    assess(first)
    assess(second)
    assert f1(rows, first) == f1(rows, second) == "1/2"
    assert due(rows) == set()


def test_new_titles_leave_the_others_alone(dataset: Any, rows: Rows):
    """One new dataset does not make all titles be read again."""
    dataset()
    store.refresh_titles()
    before = rows("SELECT * FROM merit_dataset_title")
    sql("UPDATE package SET title = 'Otro'")
    new = dataset(title="Nuevo")["id"]
    store.refresh_titles(new=True)
    after = rows("SELECT * FROM merit_dataset_title")
    assert [row for row in after if row["package_id"] != new] == before
    assert len(after) == len(before) + 1
