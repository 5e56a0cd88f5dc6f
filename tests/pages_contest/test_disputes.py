"""Pages of a dispute over evidence: the entity's, the secretariat's, the juror's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from tests.award.people import Award, disputed, submit
from tests.contest.people import Juror
from tests.pages_contest.entity import Desk, said


@pytest.fixture(autouse=True)
def folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, ckan_config: Any) -> None:
    """A private folder for letters."""
    monkeypatch.setitem(
        ckan_config, "ckanext.merit.award.private_folder", str(tmp_path)
    )


@dataclass
class Scene:
    """An edition with an entry and a juror."""

    desk: Desk
    entry: Any
    juror: Juror

    @property
    def admin(self) -> Any:
        """Who represents the entry."""
        return self.entry["entity"].admin


@pytest.fixture
def scene(app: Any, non_clean_db: None) -> Scene:
    """A new award."""
    award = Award()
    edition = award.published()
    entry = award.enrolled(edition["id"])
    return Scene(Desk(app, award, edition), entry, award.juror(edition["id"]))


def test_from_the_entity_to_the_juror_and_back(scene: Scene):
    """One disputes, one hands over, one decides; each on a page of their own."""
    desk, secretary = scene.desk, scene.desk.award.secretary
    row = submit(scene.entry)
    data = {"id": row["id"], "level": "none", "reason": "r"}
    desk.award.act("merit_award_evidence_accept", **data)
    evidence = f"/entry/{scene.entry['id']}/evidence"
    assert "Dispute this level" in said(desk.get(scene.admin, evidence))
    form = f"{evidence}/{row['id']}/dispute"
    assert desk.post(scene.admin, form, reason="It is approved.").status_code == 303
    assert "Disputed" in said(desk.get(secretary, "/office/disputes"))
    (dispute,) = desk.award.act(
        "merit_award_dispute_list", edition_id=desk.edition["id"]
    )["results"]
    place = f"/office/disputes/{dispute['id']}"
    assert "It is approved." in said(desk.get(secretary, place))
    assert desk.post(secretary, place, juror_id=scene.juror.id).status_code == 303
    assert "With a juror" in said(desk.get(scene.juror.user, "/disputes"))
    answer = desk.post(
        scene.juror.user, f"/disputes/{dispute['id']}", level="full", reason="Signed."
    )
    assert answer.status_code == 303
    shown = said(desk.get(scene.admin, evidence))
    assert "Level set by the juror full Reason of the juror Signed." in shown


def test_neither_juror_nor_level_is_chosen_beforehand(scene: Scene):
    """Whoever sends a form without having chosen is asked to choose."""
    desk = scene.desk
    dispute = disputed(desk.award, scene.entry)
    hand = desk.get(desk.award.secretary, f"/office/disputes/{dispute['id']}").body
    data = {"id": dispute["id"], "juror_id": scene.juror.id}
    desk.award.act("merit_award_dispute_hand", **data)
    decide = desk.get(scene.juror.user, f"/disputes/{dispute['id']}").body
    for form in (hand.split("juror_id", 1)[1], decide.split('name="level"', 1)[1]):
        options = form.split("</select>", 1)[0]
        assert ('<option value="">' in options, "selected" in options) == (True, False)


def test_what_waits_is_on_the_first_page_of_the_office(scene: Scene):
    """Evidence to decide, then the dispute to hand on; nothing once a juror has it."""
    desk, secretary = scene.desk, scene.desk.award.secretary

    def waits() -> tuple[bool, bool]:
        shown = said(desk.get(secretary, "/office"))
        return (
            "1 Pieces of evidence to decide" in shown,
            "1 Disputes to hand to a juror" in shown,
        )

    row = submit(scene.entry)
    assert waits() == (True, False)
    desk.award.act(
        "merit_award_evidence_accept", id=row["id"], level="none", reason="r"
    )
    assert waits() == (False, False)
    assert "Nothing waits for you now." in said(desk.get(secretary, "/office"))
    scene.entry["entity"].act("merit_award_dispute_open", id=row["id"], reason="d")
    assert waits() == (False, True)


def test_nothing_typed_is_lost(scene: Scene):
    """Without a level the form comes back with the reason and what to do."""
    dispute = disputed(scene.desk.award, scene.entry)
    scene.desk.award.act(
        "merit_award_dispute_hand", id=dispute["id"], juror_id=scene.juror.id
    )
    page = scene.desk.post(
        scene.juror.user, f"/disputes/{dispute['id']}", level="", reason="Signed."
    )
    assert page.status_code == 400
    assert "Missing value" in said(page)
    assert "Signed.</textarea>" in page.body


def test_a_juror_in_conflict_is_refused_in_words(scene: Scene):
    """At the field where another can be chosen."""
    home = scene.entry["organization_id"]
    own = scene.desk.award.juror(scene.desk.edition["id"], organization_id=home)
    dispute = disputed(scene.desk.award, scene.entry)
    page = scene.desk.post(
        scene.desk.award.secretary,
        f"/office/disputes/{dispute['id']}",
        juror_id=own.id,
    )
    assert page.status_code == 400
    assert "A conflict of interest was found and noted." in said(page)


def test_before_there_is_any(scene: Scene):
    """Juror and secretariat read that there is nothing to do."""
    assert "No dispute was handed to you." in said(
        scene.desk.get(scene.juror.user, "/disputes")
    )
    office = scene.desk.get(scene.desk.award.secretary, "/office/disputes")
    assert "There are no such disputes." in said(office)


def test_withdrawing(scene: Scene):
    """The page says what it means, and the list offers the dispute again."""
    dispute = disputed(scene.desk.award, scene.entry)
    evidence = f"/entry/{scene.entry['id']}/evidence"
    form = f"{evidence}/{dispute['evidence_id']}/dispute"
    page = scene.desk.get(scene.admin, form)
    assert "the accepted level stays" in said(page)
    assert scene.desk.post(scene.admin, form, act="withdraw").status_code == 303
    assert "Dispute this level" in said(scene.desk.get(scene.admin, evidence))
