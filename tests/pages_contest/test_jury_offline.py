"""The juror away from the portal: everything as one download, sheets on paper."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from tests.pages_contest.test_jury_pages import Desk, typed

from ckan import model

from ckanext.merit.model.contest_jury import Review

TOP = "assignment,version,criterion,value,abstention"


@pytest.fixture
def desk(app: Any, as_user: Any, clean_db: None) -> Desk:
    """A juror with two entries and plain numbers to give."""
    return Desk(app, as_user)


# Everything as one download


def test_everything_is_one_download(desk: Desk):
    """What was submitted, as text, in an archive that any program opens."""
    answer = desk.get(f"{desk.page()}/materials.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    assert archive.namelist() == ["00-entry.txt"]
    text = archive.read("00-entry.txt").decode()
    assert text.splitlines()[2:] == ["plan: x"]


# Work without a network


def test_sheets_are_printed_blank_or_filled(desk: Desk):
    """A blank one shows nothing of a review; one can be printed alone."""
    scores = {"licence": "7.3519", "format": {"abstain": "No abre"}}
    key = {"assignment_id": desk.tasks[0]["id"], "version": 0}
    desk.juror.act("merit_review_save", **key, scores=scores)
    blank, filled = desk.get("/sheets").body, desk.get("/sheets?filled=1").body
    assert ("7.3519" in blank, "No abre" in blank) == (False, False)
    assert ("7.3519" in filled, "No abre" in filled) == (True, True)
    alone = desk.get(f"/sheets?only={desk.tasks[1]['id']}").body
    assert alone.count('class="merit-sheet"') == 1
    assert desk.get("/sheets?only=no-such").status_code == 404


def test_a_table_goes_out_and_comes_back(desk: Desk):
    """What is filled in becomes drafts; what was there stays as it was."""
    key = {"assignment_id": desk.tasks[0]["id"], "version": 0}
    scores = {"licence": "7.5", "format": {"abstain": "No abre"}}
    words = {"comment": "=dos\nlíneas", "note": "mía"}
    desk.juror.act("merit_review_save", **key, scores=scores, **words)
    table = desk.get("/sheets.csv").data.decode()
    filled = table.replace('"licence",""', '"licence","6,25"')
    upload = {"file": (io.BytesIO(filled.encode()), "sheets.csv")}
    assert desk.post("/import", upload).status_code == 303
    kept, new = desk.review(0), desk.review(1)
    assert kept["scores"] == scores
    assert (kept["comment"], kept["note"]) == (words["comment"], words["note"])
    assert new["scores"] == {"licence": "6.25"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose a file."),
        (b"PK\x03\x04\x00", "this is another kind of file"),
        (b"a;b\n", "Columns are missing"),
        (f"{TOP}\nñ,0,a,1,\n".encode("cp1252"), "Line 2: Not an assignment"),
    ],
)
def test_a_bad_file_is_refused_in_words(desk: Desk, content: bytes, said: str):
    """Nothing, not a table, other columns, another encoding."""
    answer = desk.post("/import", {"file": (io.BytesIO(content), "x.csv")})
    assert answer.status_code == 400
    assert said in answer.body


def test_staff_type_and_the_juror_confirms(desk: Desk, as_user: Any):
    """The juror reads it, ticks the box and submits; staff see no more of it."""
    staff = as_user(desk.contest.secretary)
    path = f"/typed{desk.page()}"
    assert path in desk.get("/typed", headers=staff).body
    data = {"version": "0", "score:licence": "7", "score:format": "5"}
    assert desk.post(path, data, headers=staff).status_code == 303
    assert 'value="7"' in desk.get(path, headers=staff).body
    refused = desk.post(desk.page(), typed(version="1"))
    assert refused.status_code == 400
    assert "compared the typed sheet" in refused.body
    desk.post(desk.page(), typed("8", version="1", confirm="true"))
    review = desk.review()
    assert (review["typed"], review["scores"]["licence"]) == (False, "8")
    body = desk.get(path, headers=staff).body
    assert ('value="8"' in body, 'name="score:licence"' in body) == (False, False)
    assert path not in desk.get("/typed", headers=staff).body


def test_typing_is_for_the_secretariat(desk: Desk, as_user: Any):
    """Jurors, chair, sysadmins are refused; what they sent is not stored."""
    contest = desk.contest
    data = {"version": "0", "score:licence": "7"}
    for user in (desk.juror.user, contest.chair, contest.sysadmin):
        headers = as_user(user)
        assert desk.get("/typed", headers=headers).status_code == 403
        answer = desk.post(f"/typed{desk.page()}", data, headers=headers)
        assert answer.status_code == 403
    assert model.Session.query(Review).count() == 0
