"""Pages of what machines measure: standing, snapshots, findings."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.award.catalogue import Machines, publish
from tests.pages_contest.entity import Desk, said

import ckantoolkit as tk


@pytest.fixture
def contest(non_clean_db: None) -> Machines:
    """A programme of its own, whose rules ask machines."""
    return Machines()


@pytest.fixture
def desk(app: Any, contest: Machines) -> Desk:
    """The pages of an edition whose jury is over, with one entry."""
    return Desk(app, contest, contest.scored(("7", "5")))  # type: ignore[arg-type]


def doubted(desk: Desk) -> dict[str, Any]:
    """Freeze a catalogue with three copies; give the finding."""
    (entry,) = desk.edition["entries"]
    for _ in range(3):
        publish(entry["entity"], "Gasto por partida")
    data = {"kind": "cut_off", "confirm": "true"}
    user = desk.award.secretary
    assert desk.post(user, "/office/snapshots", **data).status_code == 303
    found = desk.award.act("merit_award_finding_list", edition_id=desk.edition["id"])
    return found["results"][0]


def test_the_standing_and_what_if(desk: Desk):
    """Points so far, the dataset to fix (once), and where fixing it would lead."""
    (entry,) = desk.edition["entries"]
    closed = publish(entry["entity"], "Cerrado", license_id="notspecified")
    tk.get_action("merit_quality_assess")({"ignore_auth": True}, {"id": closed["id"]})
    user, path = entry["entity"].admin, f"/entry/{entry['id']}/standing"
    page = desk.get(user, path)
    assert "Cerrado up to +" in said(page)
    boxes = re.findall(rf'value="({closed["id"]}[^"]*)"', page.body)
    assert boxes == [f"{closed['id']} R1 R2 T1 T2"]
    asked = desk.get(user, f"{path}?fix={boxes[0].replace(' ', '+')}")
    assert "If you fix what you ticked" in said(asked)
    assert f'value="{boxes[0]}" checked' in asked.body


def test_shares_have_one_decimal_at_most(desk: Desk):
    """Two of three datasets are open: 66.6 %, neither rounded up nor longer."""
    (entry,) = desk.edition["entries"]
    for licence in ("cc-by", "cc-by", "notspecified"):
        made = publish(entry["entity"], license_id=licence)
        tk.get_action("merit_quality_assess")({"ignore_auth": True}, {"id": made["id"]})
    page = desk.get(entry["entity"].admin, f"/entry/{entry['id']}/standing")
    measured = re.findall(r'data-label="Measured"><span>([^<]*)<', page.body)
    assert [text for text in measured if "%" in text] == ["66.6 %"]


@pytest.mark.parametrize("fix", ["nothing", "%20", "x" * 300, "a+b+c"])
def test_what_if_about_others_is_refused_in_words(desk: Desk, fix: str):
    """Only datasets of the entry; the standing is shown all the same."""
    (entry,) = desk.edition["entries"]
    path = f"/entry/{entry['id']}/standing?fix={fix}"
    page = desk.get(entry["entity"].admin, path)
    assert page.status_code == 400
    assert "Nothing was saved yet" in said(page)


def test_freezing_asks_first(desk: Desk):
    """A snapshot cannot be taken back, so a box must be ticked."""
    page = desk.post(desk.award.secretary, "/office/snapshots", kind="cut_off")
    assert (page.status_code, "Tick the box" in said(page)) == (400, True)
    assert "Nothing was frozen yet." in said(page)


def test_a_finding_is_answered_and_decided(desk: Desk):
    """The entity reads what was seen and answers once; the secretariat decides."""
    finding = doubted(desk)
    (entry,) = desk.edition["entries"]
    user, path = entry["entity"].admin, f"/entry/{entry['id']}/findings"
    assert (
        f"/entry/{entry['id']}/findings" in desk.get(user, f"/entry/{entry['id']}").body
    )
    page = desk.get(user, path)
    assert ("Gasto por partida" in said(page), "&lt;time" in page.body) == (True, False)
    assert "The same as in Gasto por partida What is the same" in said(page)
    data = {"finding": finding["id"], "text": "They <i>differ</i>."}
    assert desk.post(user, path).status_code == 400
    assert desk.post(user, path, **data).status_code == 303
    assert "They &lt;i&gt;differ&lt;/i&gt;." in desk.get(user, path).body
    office, secretary = f"/office/findings/{finding['id']}", desk.award.secretary
    assert "differ" in said(desk.get(secretary, office))
    assert "1 Findings to decide" in said(desk.get(secretary, "/office"))
    nothing = desk.post(secretary, office, outcome="uphold", reason="copies")
    assert "Tick the datasets" in said(nothing)
    done = desk.post(
        secretary,
        office,
        outcome="uphold",
        reason="copies",
        dataset=finding["datasets"][0],
    )
    assert done.status_code == 303
    assert "copies" in said(desk.get(user, path))


def test_the_office_is_for_those_who_run(desk: Desk):
    """Neither another edition's finding nor a stranger gets in."""
    finding = doubted(desk)
    (entry,) = desk.edition["entries"]
    paths = ("/office/findings", f"/office/findings/{finding['id']}")
    for path in (*paths, "/office/snapshots"):
        assert desk.get(entry["entity"].admin, path).status_code == 403
        assert desk.get(desk.award.secretary, path).status_code == 200
    assert desk.get(desk.award.secretary, "/office/findings/none").status_code == 404
    post = desk.post(desk.award.sysadmin, paths[1], outcome="dismiss", reason="r")
    assert post.status_code == 403
