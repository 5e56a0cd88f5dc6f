"""The quality kinds of work: nothing is lost, whatever happens to a worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from tests.kernel import workers

from ckan import model
from ckan.lib import search
from ckan.tests import factories, helpers

from ckanext.merit import jobs
from ckanext.merit.quality import jobs as quality_jobs

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

Rows = Callable[..., list[dict[str, Any]]]
KINDS = "tests.quality.kinds:KINDS"
FIELDS = ["merit_quality_band", "merit_quality_rank"]
TABLES = {
    "merit_assessment": "package_id, status, score, band, digest, profile_sha256",
    "merit_assessment_history": "package_id, status, score, band, measured",
    "merit_dataset_title": "package_id, organization_id, title_key, public",
    "merit_work": "kind, key",
}


def sql(*statements: str) -> None:
    for statement in statements:
        model.Session.execute(sa.text(statement))
    model.Session.commit()


def work(*names: str) -> int:
    kinds = [kind for kind in jobs.kinds_of_plugins() if kind.name in names]
    return jobs.work(once=True, kinds=kinds)


@pytest.fixture
def portal(dataset: Any) -> list[str]:
    """Twelve datasets of several scores, two of them twins; all are due."""
    organization = factories.Organization()["id"]
    ids = []
    for number in range(12):
        fields: dict[str, Any] = {"owner_org": organization}
        fields["title"] = f"Arbolado {max(number, 1)} de Altovalle"
        if number % 3 == 0:
            fields["tags"] = []
        if number % 4 == 0:
            fields["resources"] = []
        ids.append(dataset(**fields)["id"])
    return ids


def forget(ids: list[str]) -> None:
    """Bring the portal back to the state in which every dataset is due."""
    for table in TABLES:
        sql(f"DELETE FROM {table}")  # noqa: S608
    search.rebuild(package_ids=ids)
    search.commit()
    sql("INSERT INTO merit_work (kind, key) SELECT 'quality.assess', id FROM package")


def state(rows: Rows, ids: list[str]) -> dict[str, Any]:
    """Everything that the work leaves behind: tables, and the index by dataset."""
    found: dict[str, Any] = {
        table: sorted(
            map(repr, rows(f"SELECT {columns} FROM {table}"))  # noqa: S608
        )
        for table, columns in TABLES.items()
    }
    for package_id in ids:
        parameters = {"fq": f"id:{package_id}", "facet.field": FIELDS}
        facets = helpers.call_action("package_search", **parameters)["facets"]
        found[package_id] = facets
    return found


def test_killed_anywhere(portal: list[str], rows: Rows):
    """Killed at any point, the final tables and index are those of a quiet run."""
    forget(portal)
    assert workers.run(None, kinds=KINDS) == [0]
    quiet = state(rows, portal)
    assert quiet["merit_work"] == []
    assert len(quiet["merit_assessment"]) == len(portal)
    assert all(set(quiet[package_id]) == set(FIELDS) for package_id in portal)
    for failpoint in ("claimed", "handled", "committed", "indexed"):
        forget(portal)
        assert workers.run(failpoint, None, kinds=KINDS) == [-9, 0]
        assert state(rows, portal) == quiet, failpoint


def test_two_workers_at_once(portal: list[str], rows: Rows):
    """Two workers share the datasets; the result is that of one."""
    forget(portal)
    assert workers.run(None, kinds=KINDS) == [0]
    quiet = state(rows, portal)
    forget(portal)
    assert workers.run_together(2, kinds=KINDS) == [0, 0]
    assert state(rows, portal) == quiet


def test_datasets_from_before_are_found(portal: list[str], rows: Rows):
    """On a portal that already has data every dataset is found and assessed."""
    sql("DELETE FROM merit_work")
    assert work("quality.assess") == len(portal)
    assert len(rows("SELECT * FROM merit_assessment")) == len(portal)
    sql("DELETE FROM merit_work")
    assert work("quality.assess") == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE merit_assessment SET next_due_at = now()",
        "UPDATE merit_assessment SET profile_sha256 = 'other'",
        "UPDATE merit_assessment SET profile_version = '0'",
        "UPDATE merit_assessment SET profile_id = 'other'",
        "UPDATE merit_assessment SET engine_version = '0'",
        "DELETE FROM merit_assessment",
    ],
)
def test_due_without_anybody_saving(dataset: Any, rows: Rows, change: str):
    """Time, other rules or a lost row make datasets due by themselves, once."""
    package = dataset()
    sql("DELETE FROM merit_work")
    work("quality.assess")
    before = rows("SELECT digest FROM merit_assessment")
    sql("DELETE FROM merit_work", change)
    assert work("quality.assess") == 1
    assert rows("SELECT digest FROM merit_assessment") == before
    assert rows("SELECT package_id FROM merit_assessment") == [
        {"package_id": package["id"]}
    ]
    sql("DELETE FROM merit_work")
    assert work("quality.assess") == 0


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("UPDATE package SET state = 'deleted'", 1),
        ("UPDATE package SET type = 'showcase'", 0),
    ],
)
def test_what_no_longer_counts(dataset: Any, rows: Rows, change: str, left: int):
    """A deleted dataset isn't due; one of another type loses its result."""
    dataset()
    sql("UPDATE merit_work SET due_at = now()")
    work("quality.assess")
    sql(
        "DELETE FROM merit_work",
        change,
        "UPDATE merit_assessment SET next_due_at=now()",
    )
    work("quality.assess")
    assert len(rows("SELECT * FROM merit_assessment")) == left
    assert rows("SELECT * FROM merit_work WHERE kind = 'quality.assess'") == []


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ("UPDATE merit_assessment SET next_due_at = now() - interval '16 min'", 1),
        ("UPDATE merit_assessment SET next_due_at = now() - interval '14 min'", 0),
        ("UPDATE merit_assessment SET profile_id = 'other'", 1),
        ("DELETE FROM merit_assessment", 0),
        (
            "DELETE FROM merit_assessment; UPDATE package "
            "SET metadata_created = now() AT TIME ZONE 'UTC' - interval '16 min'",
            1,
        ),
    ],
)
def test_what_no_worker_looked_for(
    app: Any, as_user: Any, dataset: Any, change: str, count: int
):
    """The doctor and the page count what is due although no row says so."""
    dataset()
    sql("DELETE FROM merit_work")
    work("quality.assess", "quality.index")
    sql("DELETE FROM merit_work", change)

    def said() -> tuple[int, bool, bool]:
        found = helpers.call_action("merit_doctor_show")["findings"]
        headers = as_user(factories.Sysadmin())
        page = app.get("/ckan-admin/merit", headers=headers).body
        return (
            helpers.call_action("merit_work_list")["overlooked"],
            "work_overlooked" in [finding["id"] for finding in found],
            "Nothing is due: all work is done." not in page,
        )

    assert said() == (count, bool(count), bool(count))
    sql("INSERT INTO merit_work (kind, key) SELECT 'quality.assess', id FROM package")
    assert said() == (0, False, True)


def test_the_administration_page_names_datasets(app: Any, as_user: Any, dataset: Any):
    """Work is named in words and leads to the dataset."""
    package = dataset()
    page = app.get("/ckan-admin/merit", headers=as_user(factories.Sysadmin())).body
    assert "Assessment of a dataset" in page
    assert f'href="/dataset/{package["id"]}/quality"' in page


def test_parked_dataset_stays_parked(dataset: Any, rows: Rows):
    """Looking for forgotten work doesn't wake what was parked after five attempts."""
    dataset()
    sql("UPDATE merit_work SET parked_at = now(), due_at = now()")
    assert work("quality.assess") == 0
    (row,) = rows("SELECT parked_at FROM merit_work")
    assert row["parked_at"] is not None


def test_leases_are_long_enough():
    """A batch that takes half a second per dataset keeps its lease."""
    leases = {kind.name: kind.lease / kind.batch for kind in quality_jobs.kinds()}
    assert set(leases) == {"quality.assess", "quality.index"}
    assert min(leases.values()) >= timedelta(seconds=0.5)
