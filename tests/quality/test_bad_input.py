"""Whatever a dataset holds, it gets a score or a clear "not rated".

Values that CKAN itself refuses are put in below it, by SQL.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.tests import factories, helpers

from ckanext.merit import jobs

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

Rows = Callable[..., list[dict[str, Any]]]
IS_211 = hasattr(model, "package_extra_table")

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\u202ert\u2066l \u200f\u200b",
    "'; DROP TABLE package; --",
    "*:* AND {!xmlparser v='<!DOCTYPE a SYSTEM \"http://x\">'}",
    "{{ 7 * 7 }} {% raw %} %(x)s {0} {x}",
    "%s %d %n ${x}",
    "=cmd|' /C calc'!A0",
    "\\u0000 \\ud800 \\x00",
    "\t\r\n\x01\x1b",
    "\U0001d518\U0001d52b \ufdfd \U0001f469\u200d\U0001f469\u200d\U0001f467",
    "[" * 500,
    '{"a": ' * 500,
    "9" * 5000,
    "-1e999",
    "http://[::1",
    "https://" + "a" * 3000,
    "x" * 1_000_000,
    "",
    " ",
]
MARKUP = ["<script>alert(1)", "<img src=x"]
DATES = ["2024-02-30", "31/12/2023", "20231231", "12.2023", "9999999-99-99T99:99"]


def sql(statement: str, **parameters: Any) -> None:
    model.Session.execute(sa.text(statement), parameters)
    model.Session.commit()
    model.Session.expire_all()


def work() -> None:
    sql("UPDATE merit_work SET due_at = now()")
    kinds = [k for k in jobs.kinds_of_plugins() if k.name == "quality.assess"]
    jobs.work(once=True, kinds=kinds)


def set_extras(package_id: str, extras: dict[str, str]) -> None:
    if not IS_211:
        sql(
            "UPDATE package SET extras = CAST(:extras AS jsonb) WHERE id = :id",
            extras=json.dumps(extras),
            id=package_id,
        )
        return
    for key, value in extras.items():
        sql(
            "INSERT INTO package_extra (id, package_id, key, value, state) "
            "VALUES (md5(:id || :key), :id, :key, :value, 'active')",
            id=package_id,
            key=key,
            value=value,
        )


def assessed(rows: Rows) -> dict[str, dict[str, Any]]:
    return {row["package_id"]: row for row in rows("SELECT * FROM merit_assessment")}


@pytest.mark.parametrize(
    "value", HOSTILE, ids=[str(number) for number in range(len(HOSTILE))]
)
def test_hostile_value_everywhere(app: Any, dataset: Any, rows: Rows, value: str):
    """The same hostile value in every field gives a score, and a page without it."""
    organization = factories.Organization()
    package = dataset(owner_org=organization["id"])
    # An index of CKAN's bounds the title, and refuses nothing else.
    sql(
        "UPDATE package SET title = left(:value, 500), notes = :value, url = :value, "
        "version = left(:value, 90), author = :value, author_email = :value, "
        "maintainer = :value, maintainer_email = :value, license_id = :value",
        value=value,
    )
    sql('UPDATE "group" SET title = :value', value=value)
    sql("UPDATE tag SET name = left(:value, 60) || id", value=value)
    sql(
        "UPDATE resource SET name = :value, description = :value, "
        "url = left(:value, 2000), format = :value, mimetype = :value, "
        "resource_type = :value, url_type = :value, extras = :extras",
        value=value,
        extras=json.dumps({"schema": value, "license": value, "accessURL": value}),
    )
    keys = ("frequency", "theme", "spatial", "temporal", "access_rights", "provenance")
    set_extras(package["id"], dict.fromkeys((*keys, "contact_email"), value))
    work()
    found = assessed(rows)[package["id"]]
    assert found["status"] in {"rated", "provisional"}
    assert 0 <= found["score"] <= 100
    answer = helpers.call_action("merit_quality_show", id=package["id"], path=True)
    assert answer["status"] == found["status"]
    page = app.get(f"/dataset/{package['name']}/quality")
    assert page.status_code == 200
    assert not [mark for mark in MARKUP if mark in page.body]


def test_nothing_but_a_name(rows: Rows):
    """A row with all fields null has a score."""
    sql("INSERT INTO package (id, name, state) VALUES ('bare', 'bare', 'active')")
    work()
    assert set(assessed(rows)) == {"bare"}
    answer = helpers.call_action("merit_quality_show", id="bare")
    assert (answer["status"], answer["band"]) == ("rated", None)


@pytest.mark.parametrize(
    "extras",
    [
        "not json",
        "null",
        "[]",
        '"text"',
        '{"schema": {"fields": null}}',
        '{"schema": [1, null, {"name": {}}], "license": [[]], "datastore_active": []}',
        '{"attributesDescription": "\\u0000\\ud800", "issued": 5}',
        '{"name": null, "url": ["http://x.example"], "id": null}',
    ],
)
def test_broken_extras_of_a_resource(dataset: Any, rows: Rows, extras: str):
    """What no resource should hold costs points, never the check."""
    package = dataset()
    sql("UPDATE resource SET extras = :extras", extras=extras)
    work()
    assert set(assessed(rows)) == {package["id"]}


@pytest.mark.parametrize("value", DATES)
def test_dates_in_all_formats(dataset: Any, rows: Rows, value: str):
    """Dates in any format, and what only looks like one, give a score."""
    package = dataset()
    set_extras(package["id"], {"temporal_start": value, "temporal": f"{value}/{value}"})
    sql(
        "UPDATE resource SET last_modified = '9999-12-31 23:59', "
        "created = '0001-01-01', extras = :extras",
        extras=json.dumps({"modified": value, "issued": value}),
    )
    work()
    assert set(assessed(rows)) == {package["id"]}


def test_two_thousand_resources(dataset: Any, rows: Rows):
    """Two thousand resources are assessed; the result lists a few of them."""
    package = dataset()
    sql(
        "INSERT INTO resource (id, package_id, url, format, state, position) "
        "SELECT 'r' || n, :id, 'http://x.example/' || n, 'nonsense', 'active', n "
        "FROM generate_series(1, 2000) n",
        id=package["id"],
    )
    work()
    findings = assessed(rows)[package["id"]]["result"]["indicators"]
    totals = {finding["id"]: finding["resources_total"] for finding in findings}
    assert totals["I1"] == 2000
    assert max(len(finding["resources"]) for finding in findings) <= 20


def test_bad_neighbour_stops_nobody(dataset: Any, rows: Rows):
    """Among hostile datasets the good one has the score that it has alone."""
    good = dataset()["id"]
    work()
    alone = assessed(rows)[good]
    sql("DELETE FROM merit_assessment")
    for number, value in enumerate(HOSTILE):
        sql(
            "INSERT INTO package (id, name, title, notes, owner_org, state) "
            "VALUES (:id, :id, left(:value, 500), :value, :value, 'active')",
            id=f"bad-{number}",
            value=value,
        )
    work()
    found = assessed(rows)
    assert found[good]["digest"] == alone["digest"]
    assert len(found) == len(HOSTILE) + 1
    assert rows("SELECT * FROM merit_work WHERE kind = 'quality.assess'") == []


def test_organization_that_is_gone(dataset: Any, rows: Rows):
    """An owner that isn't there is no owner."""
    package = dataset()
    sql("UPDATE package SET owner_org = 'nobody'")
    work()
    assert set(assessed(rows)) == {package["id"]}
    answer = helpers.call_action("merit_quality_show", id=package["id"])
    assert answer["organization"] is None
    assert helpers.call_action("merit_quality_league_list")["count"] == 0
