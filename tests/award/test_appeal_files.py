"""Files of an appeal: when they are taken, which it names, who reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.award.people import Award, give, submit, upload
from tests.award.test_files import readers
from tests.contest.people import call, errors, holder

import ckantoolkit as tk
from ckan import model

from ckanext.merit.model.contest import Edition


@pytest.fixture
def entry(award: Award, folder: Path) -> dict[str, Any]:
    """An entry that was not admitted, in the time for appeals."""
    entry = award.enrolled(award.published()["id"], "submitted")
    award.act("merit_entry_reject", id=entry["id"], reason="late")
    award.open(entry["edition_id"], "appeals")
    return entry


def appeal(entry: dict[str, Any], files: list[str]) -> dict[str, Any]:
    """What the entry appeals with files."""
    return {
        "entry_id": entry["id"],
        "target": "admission",
        "target_id": entry["id"],
        "ground": "art. 5",
        "text": "It was on time.",
        "files": files,
    }


def refused(entry: dict[str, Any], purpose: str, who: str = "admin") -> list[str]:
    """What is wrong with giving a file."""
    user = getattr(entry["entity"], who)
    data = {"entry_id": entry["id"], "purpose": purpose, "upload": upload()}
    return list(errors("merit_award_file_create", user, **data))


def provisional(entry: dict[str, Any]) -> None:
    """Put the edition after its provisional results, below the actions."""
    edition: Any = model.Session.get(Edition, entry["edition_id"])
    edition.state = "provisional"
    model.Session.commit()


def test_an_appeal_of_an_entry_that_was_not_admitted_has_files(
    award: Award, entry: Any
):
    """The entity and the office find them with it."""
    row = give(entry["entity"], entry, "appeal")
    filed = entry["entity"].act("merit_appeal_file", **appeal(entry, [row["id"]]))
    assert filed["files"] == [row["id"]]
    mine = entry["entity"].act("merit_appeal_mine", entry_id=entry["id"])
    listed = award.act("merit_appeal_list", edition_id=entry["edition_id"])
    for found in (mine, listed):
        attached = found[0]["attached"]
        assert [(x["id"], x["name"], x["size"]) for x in attached] == [
            (row["id"], row["name"], row["size"])
        ]
        assert attached[0]["url"].endswith(f"/entry/{entry['id']}/file/{row['id']}")


def test_files_of_appeals_are_taken_after_provisional_results(award: Award, entry: Any):
    """While the window is open; evidence is not."""
    provisional(entry)
    assert give(entry["entity"], entry, "appeal")["purpose"] == "appeal"
    assert refused(entry, "evidence") == ["over"]


def test_files_of_appeals_are_refused_outside_the_window(award: Award, folder: Path):
    """As the appeal would be."""
    entry = award.enrolled(award.published()["id"])
    assert refused(entry, "appeal") == ["phase_closed"]


def test_a_letter_is_taken_while_the_representative_can_change(
    award: Award, folder: Path
):
    """After provisional results too."""
    entry = award.enrolled(award.published()["id"])
    provisional(entry)
    assert give(entry["entity"], entry, "letter")["purpose"] == "letter"


def test_no_letter_of_an_entry_that_is_over(entry: Any):
    """Its representative cannot be changed any more."""
    assert refused(entry, "letter") == ["over"]


def test_only_own_files_for_appeals_are_named(award: Award, entry: Any):
    """Neither another entry's, nor evidence, nor what there isn't."""
    other = award.enrolled(entry["edition_id"])
    others = give(other["entity"], other, "appeal")["id"]
    piece = entry["entity"].act("merit_entry_show", id=entry["id"])["draft"]["letter"]
    for key in (others, piece, "nothing"):
        found = errors(
            "merit_appeal_file", entry["entity"].admin, **appeal(entry, [key])
        )
        assert found == {"files": ["Name files that this entry gave for an appeal."]}


def test_an_appeal_has_at_most_ten_files(entry: Any):
    """One more is refused."""
    keys = [give(entry["entity"], entry, "appeal")["id"] for _ in range(11)]
    user = entry["entity"].admin
    found = errors("merit_appeal_file", user, **appeal(entry, keys))
    assert found == {"files": ["An appeal can have 10 files."]}
    filed = call("merit_appeal_file", user, **appeal(entry, keys[:10]))
    assert filed["files"] == keys[:10]


@pytest.mark.parametrize("who", ["editor", "secretary", "chair", "sysadmin"])
def test_only_who_can_appeal_gives_files_for_it(award: Award, entry: Any, who: str):
    """Neither an editor nor those who run the edition."""
    user = entry["entity"].editor if who == "editor" else getattr(award, who)
    data = {"entry_id": entry["id"], "purpose": "appeal", "upload": upload()}
    with pytest.raises(tk.NotAuthorized):
        call("merit_award_file_create", user, **data)


def test_who_reads_files_of_an_appeal(award: Award, folder: Path):
    """Those behind the entry; once it is filed, also those who see the appeal."""
    edition_id = award.published()["id"]
    entry = award.enrolled(edition_id)
    award.open(edition_id, "jury")
    award.open(edition_id, "appeals")
    assigned, conflicted = award.juror(edition_id), award.juror(edition_id)
    for juror in (assigned, conflicted):
        award.assigned(juror, entry)
    own = award.juror(edition_id, who=award.chair)
    people = {
        "assigned": assigned.user,
        "conflicted": conflicted.user,
        "observer": holder(award.programme["id"], "observer"),
        "deputy": holder(award.programme["id"], "deputy", edition_id),
    }
    piece = submit(entry)
    award.act("merit_award_evidence_reject", id=piece["id"], reason="expired")
    conflicted.act("merit_conflict_declare", entry_id=entry["id"], detail="my town")
    file_id = give(entry["entity"], entry, "appeal")["id"]
    assert readers(award, entry, file_id, **people) == {"admin", "editor"}
    data = appeal(entry, [file_id]) | {"target": "evidence", "target_id": piece["id"]}
    entry["entity"].act("merit_appeal_file", **data)
    deciding = {"admin", "editor", "secretary", "observer", "deputy"}
    assert readers(award, entry, file_id, **people) == deciding | {"chair"}
    own.act("merit_conflict_declare", entry_id=entry["id"], detail="my town")
    assert readers(award, entry, file_id, **people) == deciding
