"""Evidence at the juror's desk: beside its criterion, as a file, and all as one."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.award.people import PDF, Award, give, submit
from werkzeug.http import parse_options_header

import ckantoolkit as tk
from ckan import model

from ckanext.merit.model.contest_entry import Entry


@pytest.fixture
def desk(
    clean_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> dict[str, Any]:
    """An entry with a text and a file as evidence, given to a juror."""
    monkeypatch.setitem(tk.config, "ckanext.merit.award.private_folder", str(tmp_path))
    award = Award()
    edition = award.published()
    award.open(edition["id"], "jury")
    entry = award.enrolled(edition["id"])
    submit(entry, criterion="impact", reference="Diez mil consultas")
    file = give(entry["entity"], entry, name="../../informe final.pdf")
    submit(entry, criterion="impact", kind="file", reference=None, file_id=file["id"])
    juror = award.juror(edition["id"])
    task = award.assigned(juror, entry)
    path = f"/contests/{award.programme['name']}/{edition['slug']}/jury/{task['id']}"
    return {"award": award, "juror": juror, "path": path, "folder": tmp_path}


def read(app: Any, as_user: Any, desk: dict[str, Any], path: str = "") -> Any:
    return app.get(desk["path"] + path, headers=as_user(desk["juror"].user))


def test_evidence_is_beside_its_criterion(app: Any, as_user: Any, desk: Any):
    """Inside the criterion's field, with a link to the file and never its place."""
    body = read(app, as_user, desk).body
    field = body.split("<fieldset")[1].split("</fieldset>")[0]
    assert "Diez mil consultas" in field
    assert f"{desk['path']}/materials/" in field
    assert str(desk["folder"]) not in body


def test_people_are_named_without_their_addresses(app: Any, as_user: Any, desk: Any):
    """Jurors read who is in the team, not how to reach them."""
    body = read(app, as_user, desk).body
    assert "Ana Quispe" in body
    assert "ana@muni.gob.pe" not in body


def test_a_file_is_a_download_and_nothing_else(app: Any, as_user: Any, desk: Any):
    """As an attachment under a plain name; what has no file is not found."""
    shown = desk["juror"].act("merit_assignment_show", id=desk["path"].split("/")[-1])
    numbers = {item["filename"] is not None: item for item in shown["materials"]}
    number = numbers[True]["number"]
    answer = read(app, as_user, desk, f"/materials/{number}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert ".." not in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    other = numbers[False]["number"]
    for missing in (other, 0, 99):
        assert read(app, as_user, desk, f"/materials/{missing}").status_code == 404


def test_everything_is_in_one_archive(app: Any, as_user: Any, desk: Any):
    """Each piece as text, files under names that no program trips over."""
    answer = read(app, as_user, desk, "/materials.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    names = archive.namelist()
    assert not any(name.startswith("/") or ".." in name for name in names)
    (file,) = [name for name in names if name.endswith(".pdf")]
    assert archive.read(file) == PDF
    texts = [archive.read(name).decode() for name in names if name.endswith(".txt")]
    assert any("Diez mil consultas" in text for text in texts)
    assert "ana@muni.gob.pe" not in "".join(texts)


@pytest.mark.parametrize("title", ["Ωmega", "Łódź", "Lima"])
def test_an_archive_is_named_in_any_alphabet(
    app: Any, as_user: Any, desk: Any, title: str
):
    """Its name is the title of the entry, whatever letters that has."""
    key = desk["juror"].act("merit_assignment_show", id=desk["path"].split("/")[-1])
    row = model.Session.get(Entry, key["entry"]["id"])
    row.title = title
    model.Session.commit()
    answer = read(app, as_user, desk, "/materials.zip")
    _, found = parse_options_header(answer.headers["Content-Disposition"])
    assert (answer.status_code, found["filename"]) == (200, f"{title}.zip")


def test_a_missing_file_breaks_nothing(app: Any, as_user: Any, desk: Any):
    """The page says so, the archive leaves it out."""
    for file in [path for path in desk["folder"].rglob("*") if path.is_file()]:
        file.unlink()
    assert "The file is missing." in read(app, as_user, desk).body
    answer = read(app, as_user, desk, "/materials.zip")
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert not any(name.endswith(".pdf") for name in names)
