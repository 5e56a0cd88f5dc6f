"""Public results: from the published snapshot only, at its instant, for good."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest import rows
from tests.contest.people import Contest, call, iso
from tests.pages_contest.public_kit import (
    address,
    opened,
    published_rows,
    table,
    words,
)

from ckan import model

from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Review
from ckanext.merit.model.contest_result import Publication

Counter = Callable[[], AbstractContextManager[list[str]]]
NOTHING = "\u2013"
PARTS = ("", "/1", "/1/changes", "/1/bundle.json", "/1/results.csv")


def test_results_with_ranks_and_points(app: Any, contest: Contest):
    """Whoever has the higher total comes first, with points as published."""
    edition = contest.provisional(("4", "8"), ("10", "0"))
    page = opened(app, address(contest, edition, "/results"))
    first, second = (edition["entries"][n]["title"] for n in (1, 0))
    assert [row[:3] for row in table(page)] == [
        ["1", first, "75.00"],
        ["2", second, "50.00"],
    ]
    assert words(page.select_one("h1")) == "Provisional results"
    assert edition["run"]["digest"] in words(page)


def test_an_entry_line_by_line(app: Any, contest: Contest):
    """The lines, the most that each could give, and the total."""
    edition = contest.provisional(("4", "8"))
    entry = edition["entries"][0]["id"]
    page = opened(app, address(contest, edition, f"/results/1/entries/{entry}"))
    assert table(page) == [
        ["licence", "30.00", "75.00"],
        ["format", "20.00", "25.00"],
    ]
    other = address(contest, edition, "/results/1/entries/no-such")
    assert app.get(other).status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_before_their_instant_results_do_not_exist(
    app: Any, as_user: Any, contest: Contest, part: str
):
    """Not under any address, for nobody, and no cache may keep the answer."""
    edition = contest.scored(("1", "1"))
    run = contest.approved(edition["id"])
    contest.act(
        "merit_run_publish", id=run["id"], kind="provisional", visible_from=iso(1)
    )
    path = address(contest, edition, f"/results{part}")
    for headers in ({}, as_user(contest.secretary), as_user(contest.sysadmin)):
        answer = app.get(path, headers=headers)
        assert answer.headers["Cache-Control"] == "private, no-store"
        if part:
            assert answer.status_code == 404
        else:
            assert "No results have been published yet." in answer.body
            assert run["digest"] not in answer.body


def test_the_state_of_the_edition_tells_nothing_early(app: Any, contest: Contest):
    """Neither its page nor the list says that there are results."""
    edition = contest.scored(("1", "1"))
    run = contest.approved(edition["id"])
    contest.act(
        "merit_run_publish", id=run["id"], kind="provisional", visible_from=iso(1)
    )
    for path in ("/contests", address(contest, edition)):
        assert "Provisional results" not in words(opened(app, path))


def test_pages_read_what_was_published(app: Any, contest: Contest):
    """What changes in entries afterwards changes nothing that was published."""
    edition = contest.provisional(("4", "8"))
    path = address(contest, edition, "/results")
    before = table(opened(app, path))
    model.Session.execute(
        sa.update(Entry)
        .where(Entry.edition_id == edition["id"])
        .values(title="Otro nombre", state="disqualified")
    )
    model.Session.commit()
    assert table(opened(app, path)) == before


def test_a_correction_shows_what_moved(app: Any, contest: Contest):
    """Old results stay and say that they were replaced; the difference is listed."""
    edition = contest.final(("10", "0"), ("4", "8"))
    task = edition["tasks"][1]["id"]
    model.Session.execute(
        sa.update(Review).where(Review.assignment_id == task).values(state="void")
    )
    model.Session.commit()
    run = contest.approved(edition["id"])
    contest.act("merit_run_publish", id=run["id"], kind="final", notice="Error de suma")
    old = opened(app, address(contest, edition, "/results/2"))
    assert "replaced by publication 3" in words(old)
    new = opened(app, address(contest, edition, "/results"))
    assert "Error de suma" in words(new)
    changes = opened(app, address(contest, edition, "/results/3/changes"))
    assert table(changes) == [
        [
            edition["entries"][1]["title"],
            "rank 2, 50.00 points",
            f"rank {NOTHING}, {NOTHING} points",
        ]
    ]
    unranked = table(new)[1]
    assert unranked[:3] == [NOTHING, edition["entries"][1]["title"], NOTHING]
    assert unranked[3] != ""


def test_distinctions_are_shown_once_announced(app: Any, contest: Contest):
    """Not while they are being verified."""
    edition = contest.final(("10", "0"))
    entry = edition["entries"][0]
    won = contest.act(
        "merit_distinction_create",
        entry_id=entry["id"],
        type="mention",
        citation={"es": "Por su catálogo", "en": "For its catalogue"},
    )
    path = address(contest, edition, "/results")
    assert "For its catalogue" not in words(opened(app, path))
    contest.act("merit_distinction_verify", id=won["id"])
    contest.act("merit_distinction_confirm", id=won["id"])
    contest.act("merit_distinction_announce", id=won["id"])
    assert "Honourable mention: For its catalogue" in words(opened(app, path))


def test_how_to_appeal(app: Any, contest: Contest):
    """The window of appeals, with the time left."""
    edition = contest.provisional(("4", "8"))
    page = opened(app, address(contest, edition, "/results"))
    assert "How to appeal" in words(page)
    assert "8 days 23 hours left" in words(page)


def test_the_table_of_results(app: Any, contest: Contest):
    """Cells as published; one that could start a formula is text."""
    edition = contest.scored(("10", "0"))
    model.Session.execute(
        sa.update(Entry)
        .where(Entry.edition_id == edition["id"])
        .values(title="=cmd|' /C calc'!A0")
    )
    model.Session.commit()
    run = contest.approved(edition["id"])
    contest.act("merit_run_publish", id=run["id"], kind="provisional")
    answer = app.get(address(contest, edition, "/results/1/results.csv"))
    (row,) = csv.DictReader(io.StringIO(answer.body.lstrip("\ufeff")))
    assert (row["rank"], row["total"]) == ("1", "75.00")
    assert (row["licence"], row["format"]) == ("75.00", "0.00")
    assert row["entry"] == "'=cmd|' /C calc'!A0"
    assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_points_below_zero_stay_numbers(app: Any, contest: Contest):
    """A spreadsheet can add them up; rules can take points off."""
    edition = contest.scored(("10", "0"))
    run_id = contest.approved(edition["id"])["id"]
    shown = contest.act("merit_run_publish", id=run_id, kind="provisional")
    body = call("merit_publication_show", None, id=shown["id"])["body"]
    row = {**body["rows"][0], "total": "-1.50"}
    row["points"] = {"licence": "-2.00", "format": "0.50"}
    rows.add(
        Publication(
            edition_id=edition["id"],
            number=2,
            kind="provisional",
            run_id=run_id,
            visible_from=rows.NOW,
            body={**body, "rows": [row]},
            sha256="0",
            published_by="somebody",
        )
    )
    model.Session.commit()
    answer = app.get(address(contest, edition, "/results/2/results.csv"))
    line = answer.body.splitlines()[1]
    assert line.endswith(',-1.50,-2.00,0.50,"1","",""')


def test_anybody_recomputes_the_bundle(app: Any, contest: Contest, tmp_path: Path):
    """Without the portal; a changed score is found out."""
    edition = contest.provisional(("10", "0"), ("4", "8"))
    answer = app.get(address(contest, edition, "/results/1/bundle.json"))
    file = tmp_path / "bundle.json"
    file.write_text(answer.body, "utf-8")
    command = [sys.executable, "-m", "ckanext.merit", "recompute", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, edition["run"]["digest"] in done.stdout) == (0, True)
    bundle = json.loads(answer.body)
    bundle["marks"][0][3] = "9"
    file.write_text(json.dumps(bundle), "utf-8")
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    etag = answer.headers["ETag"]
    again = app.get(
        address(contest, edition, "/results/1/bundle.json"),
        headers={"If-None-Match": etag},
    )
    assert again.status_code == 304


def test_results_by_category_and_region(app: Any, contest: Contest):
    """A choice narrows the list; an unknown one empties it."""
    edition = contest.provisional(("10", "0"))
    published_rows(edition, 60)
    path = address(contest, edition, "/results")
    page = opened(app, f"{path}?region=Región 3")
    assert len(table(page)) == 3
    assert "No entry matches." in words(opened(app, f"{path}?category=none"))


def test_a_page_of_a_thousand_costs_as_much_as_one_of_thirty(
    app: Any, contest: Contest, count_sql: Counter
):
    """The same number of queries, and at most 60 kB beyond what CKAN sends."""
    edition = contest.provisional(("10", "0"))
    path = address(contest, edition, "/results")
    frame = len(app.get("/about").body.encode())
    counted = []
    for count in (1, 30, 1000):
        published_rows(
            {"id": edition["id"], "publication": _last(edition)}, count, lines=20
        )
        app.get(path)
        with count_sql() as statements:
            answer = app.get(path)
        counted.append(len(statements))
        assert len(answer.body.encode()) - frame <= 60_000
    assert counted == [counted[0]] * 3


def test_pages_of_a_long_list(app: Any, contest: Contest):
    """Fifty at a time, and the next fifty on the next page."""
    edition = contest.provisional(("10", "0"))
    published_rows(edition, 120)
    path = address(contest, edition, "/results")
    ranks = [row[0] for row in table(opened(app, f"{path}?page=3"))]
    assert ranks == [str(n) for n in range(101, 121)]
    assert "No entry matches." in words(opened(app, f"{path}?page=999999999999"))
    for page in ("0", "-1", "x"):
        assert app.get(f"{path}?page={page}").status_code == 400


@pytest.mark.parametrize("path", ["", "/entries"])
def test_lists_cost_the_same_for_one_and_thirty(
    app: Any, contest: Contest, count_sql: Counter, path: str
):
    """No query per entry."""
    counted = []
    for count in (1, 12):
        edition = contest.published()
        for _ in range(count):
            contest.entered(edition["id"])
        app.get(address(contest, edition, path))
        with count_sql() as statements:
            app.get(address(contest, edition, path))
        counted.append(len(statements))
    assert counted[0] == counted[1]


def _last(edition: dict[str, Any]) -> dict[str, Any]:
    found = model.Session.execute(
        sa.text(
            "SELECT id FROM merit_publication WHERE edition_id = :id"
            " ORDER BY number DESC LIMIT 1"
        ),
        {"id": edition["id"]},
    ).scalar_one()
    return {"id": found}
