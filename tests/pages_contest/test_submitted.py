"""What was submitted, in words: for those who screen it and those who judge it."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.award.people import Award, submit
from tests.pages_contest.entity import Desk, said

import ckantoolkit as tk


@pytest.fixture
def desk(
    app: Any, non_clean_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Desk:
    """The pages of an award whose jury has begun."""
    monkeypatch.setitem(tk.config, "ckanext.merit.award.private_folder", str(tmp_path))
    award = Award()
    edition = award.published()
    award.open(edition["id"], "jury")
    return Desk(app, award, edition)


@pytest.fixture
def entry(desk: Desk) -> dict[str, Any]:
    """An admitted enrolment."""
    return desk.award.enrolled(desk.edition["id"])


def test_the_secretariat_reads_words(desk: Desk, entry: dict[str, Any]):
    """Officials with their roles, and declarations by their text."""
    page = desk.get(desk.award.secretary, f"/office/entries/{entry['id']}")
    shown = said(page)
    assert "Ana Quispe, Head of the entity, ana@muni.gob.pe" in shown
    assert "Declarations We accept the rules." in shown


def test_the_secretariat_opens_the_letter(desk: Desk, entry: dict[str, Any]):
    """The name of its file leads to it."""
    user = desk.award.secretary
    page = desk.get(user, f"/office/entries/{entry['id']}")
    (address,) = re.findall(r'href="([^"]*/file/[^"]*)"', page.body)
    letter = desk.get(user, address.removeprefix(desk.root))
    assert (letter.status_code, letter.data[:4]) == (200, b"%PDF")


def test_jurors_read_words_without_contacts(desk: Desk, entry: dict[str, Any]):
    """Officials and declarations as text; neither the letter nor addresses."""
    juror = desk.award.juror(desk.edition["id"])
    path = f"/jury/{desk.award.assigned(juror, entry)['id']}"
    body = desk.get(juror.user, path).body
    assert ("Ana Quispe, Head of the entity" in body, "/file/" in body) == (True, False)
    packed = desk.get(juror.user, f"{path}/materials.zip").data
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        text = archive.read("00-entry.txt").decode()
    assert "- Ana Quispe, Head of the entity\n" in text


def test_jurors_read_what_evidence_is_for(desk: Desk, entry: dict[str, Any]):
    """Evidence for a criterion that jurors do not score has its title."""
    submit(entry)
    juror = desk.award.juror(desk.edition["id"])
    task = desk.award.assigned(juror, entry)
    page = desk.get(juror.user, f"/jury/{task['id']}")
    assert "<h3>Open data plan: Evidence 1</h3>" in page.body
