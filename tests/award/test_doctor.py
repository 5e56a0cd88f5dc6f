"""The doctor looks at the private folder."""

from __future__ import annotations

from pathlib import Path

import pytest

import ckantoolkit as tk

from ckanext.merit.award.doctor import Folder


def found() -> list[str]:
    """Ids of what is wrong."""
    return [item.id for item in Folder().merit_doctor_findings()]


def set_folder(monkeypatch: pytest.MonkeyPatch, own: str, storage: str | None) -> None:
    monkeypatch.setitem(tk.config, "ckanext.merit.award.private_folder", own)
    monkeypatch.setitem(tk.config, "ckan.storage_path", storage)


def test_a_folder_that_will_be_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """By default one beside CKAN's own, not in what CKAN gives away."""
    set_folder(monkeypatch, "", str(tmp_path))
    assert found() == []


def test_no_folder(monkeypatch: pytest.MonkeyPatch):
    """Entities could not give files."""
    set_folder(monkeypatch, "", None)
    assert found() == ["award_folder"]


def test_a_folder_that_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """A file in its place, for instance."""
    place = tmp_path / "taken"
    place.write_text("")
    set_folder(monkeypatch, str(place), str(tmp_path))
    assert found() == ["award_folder_writable"]


@pytest.mark.parametrize("place", ["storage/uploads/letters", "storage"])
def test_a_folder_that_ckan_gives_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str
):
    """Letters and evidence would be open to everybody."""
    set_folder(monkeypatch, str(tmp_path / place), str(tmp_path))
    assert found() == ["award_folder_public"]


def test_a_public_folder_of_the_portal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Those of `extra_public_paths` as well."""
    set_folder(monkeypatch, str(tmp_path / "public" / "x"), None)
    monkeypatch.setitem(tk.config, "extra_public_paths", f"/nope, {tmp_path}/public")
    assert found() == ["award_folder_public"]
