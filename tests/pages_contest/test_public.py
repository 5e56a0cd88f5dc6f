"""Public pages of an edition: what it is, when, by which rules, with whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from icalendar import Calendar
from tests.contest.people import Contest, iso, person
from tests.pages_contest.public_kit import RULES, address, opened, table, words

from ckanext.merit.model import presence

PAGES = ("", "/calendar", "/rules", "/entries", "/results", "/news", "/questions")


@pytest.mark.parametrize("prefix", ["", "/es"])
@pytest.mark.parametrize("path", PAGES)
def test_an_edition_without_anything_yet(
    app: Any, contest: Contest, prefix: str, path: str
):
    """Every page says something sensible on the first day, to anybody."""
    edition = contest.published()
    page = opened(app, prefix + address(contest, edition, path))
    assert len(page.select("h1")) == 1


@pytest.mark.parametrize("path", [*PAGES, "/calendar.ics", "/rules/1"])
def test_a_draft_is_not_there(app: Any, contest: Contest, path: str):
    """Nobody learns of an edition before it is published."""
    edition = contest.ready()
    assert app.get(address(contest, edition, path)).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_pages_stay_out_of_shared_caches(app: Any, contest: Contest, path: str):
    """They hold a person's menu and a form's token."""
    answer = app.get(address(contest, contest.published(), path))
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.usefixtures("clean_db")
def test_running_editions_come_first(app: Any):
    """Past ones stay in the list, after them."""
    contest = Contest()
    running, past = (
        contest.published(title="Premio en curso"),
        contest.final(("1", "1")),
    )
    page = opened(app, "/contests")
    links = [link["href"] for link in page.select("h2 a")]
    assert links.index(address(contest, running)) < links.index(address(contest, past))


def test_the_list_can_be_limited(app: Any, contest: Contest):
    """Whoever looks for datathons does not see awards; nonsense shows all."""
    edition = contest.published()
    wanted = address(contest, edition)
    shown = {
        kind: wanted in app.get(f"/contests?kind={kind}").body
        for kind in ("award", "datathon", "x")
    }
    assert shown == {"award": True, "datathon": False, "x": True}


@pytest.mark.parametrize(
    ("who", "linked"),
    [("nobody", False), ("somebody", False), ("secretary", True), ("sysadmin", True)],
)
def test_who_runs_something_finds_the_desk(
    app: Any, as_user: Any, contest: Contest, who: str, linked: bool
):
    """The list leads those with a role to their desk, and nobody else."""
    people = {"secretary": contest.secretary, "sysadmin": contest.sysadmin}
    users = people | {"somebody": person(), "nobody": None}
    headers = as_user(users[who]) if users[who] else {}
    page = opened(app, "/contests", headers=headers)
    assert bool(page.select("a[href$='/contests/office']")) == linked


def test_what_is_over_invites_nobody(app: Any, contest: Contest):
    """Once there are results the overview no longer says how to take part."""
    running = words(opened(app, address(contest, contest.published())))
    over = words(opened(app, address(contest, contest.provisional(("9", "1")))))
    said = "How to take part"
    assert (said in running, said in over) == (True, False)


def test_what_happens_now(app: Any, contest: Contest):
    """The open phase, its deadline with zone and UTC, and the time left."""
    edition = contest.published()
    text = words(opened(app, address(contest, edition)))
    assert "Enrolment Until" in text
    assert "(America/Lima)" in text
    assert "UTC" in text
    assert "9 days 23 hours left" in text


def test_other_editions_of_the_programme_are_linked(app: Any, contest: Contest):
    """From this year's to last year's."""
    one, other = contest.published(), contest.published()
    page = opened(app, address(contest, one))
    links = [link["href"] for link in page.select("section a")]
    assert address(contest, other) in links


def test_jurors_are_named_where_the_rules_say_so(app: Any, contest: Contest):
    """With their institution."""
    edition = contest.ready()
    contest.rules(edition["id"], RULES)
    contest.act("merit_edition_publish", id=edition["id"])
    contest.juror(edition["id"], institution="Universidad Nacional")
    page = opened(app, address(contest, edition))
    assert "Universidad Nacional" in words(page)


def test_a_changed_date_is_published(app: Any, contest: Contest):
    """Old and new instant, and the reason, on the calendar page and in the news."""
    edition = contest.published()
    (phase,) = contest.act("merit_edition_show", id=edition["id"])["phases"]
    contest.act(
        "merit_calendar_update",
        edition_id=edition["id"],
        phases=[{"id": phase["id"], "closes_at": iso(20)}],
        reason="Feriado nacional",
    )
    page = opened(app, address(contest, edition, "/calendar"))
    assert "Feriado nacional" in words(page)
    assert words(page.select("table")[1].select_one("th[scope=row]")) == (
        "Enrolment: closes"
    )
    assert "Feriado nacional" in words(opened(app, address(contest, edition, "/news")))


def test_an_added_phase_is_published(app: Any, contest: Contest):
    """With its dates; before there were none."""
    edition = contest.published()
    contest.act(
        "merit_phase_create",
        edition_id=edition["id"],
        kind="appeals",
        opens_at=iso(12),
        closes_at=iso(20),
        reason="Faltaba",
    )
    page = opened(app, address(contest, edition, "/calendar"))
    rows = page.select("table")[1].select("tbody tr")
    assert [words(row.select_one("th")) for row in rows] == [
        "Appeals: opens",
        "Appeals: closes",
    ]
    assert [words(row.select("td")[0]) for row in rows] == ["—", "—"]


def test_the_calendar_as_ical(app: Any, contest: Contest):
    """Other programs read the same instants, and learn of changes."""
    edition = contest.published(title="Premio 2026, edición; prueba")
    path = address(contest, edition, "/calendar.ics")
    answer = app.get(path)
    (event,) = Calendar.from_ical(answer.body).walk("VEVENT")
    (phase,) = contest.act("merit_edition_show", id=edition["id"])["phases"]
    assert event["SUMMARY"] == "Premio 2026, edición; prueba · Enrolment"
    closes = datetime.fromisoformat(phase["closes_at"]).replace(microsecond=0)
    assert event.decoded("DTEND") == closes
    assert (answer.headers["Cache-Control"], event["SEQUENCE"]) == (
        "public, max-age=300",
        0,
    )
    again = app.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.body) == (304, "")
    contest.act(
        "merit_calendar_update",
        edition_id=edition["id"],
        phases=[{"id": phase["id"], "closes_at": iso(20)}],
        reason="r",
    )
    (later,) = Calendar.from_ical(app.get(path).body).walk("VEVENT")
    assert (later["UID"], later["SEQUENCE"]) == (event["UID"], 1)


def test_rules_in_plain_words(app: Any, contest: Contest):
    """Titles, points, how each criterion is measured, levels, standards."""
    edition = contest.ready()
    contest.rules(edition["id"], RULES)
    contest.act("merit_edition_publish", id=edition["id"])
    page = opened(app, address(contest, edition, "/rules"))
    licence = words(page.select_one("#licence"))
    for text in (
        "Is it open?",
        "up to 75.00 points",
        "Scored by the jury",
        "On a scale from 0 to 10.",
        "In steps of 0.5.",
        "https://opendatacharter.org/principles/",
    ):
        assert text in licence
    assert "javascript:" not in str(page)
    form = page.select_one("#format")
    assert table(form) == [["bad", "0 %"], ["fair", "50 %"], ["good", "100 %"]]
    assert "less than 10 %" in words(form)
    assert "Gold: from 85 points" in words(page)
    assert "Openness; the larger share of jurors" in words(page)


def test_rules_in_spanish(app: Any, contest: Contest):
    """The rules' own texts follow the language of the page."""
    edition = contest.ready()
    contest.rules(edition["id"], RULES)
    contest.act("merit_edition_publish", id=edition["id"])
    page = opened(app, "/es" + address(contest, edition, "/rules"))
    assert "¿Es abierta?" in words(page.select_one("#licence"))


def test_versions_of_the_rules_and_what_they_changed(app: Any, contest: Contest):
    """The former version stays readable; the difference is in words."""
    edition = contest.ready()
    contest.rules(edition["id"], RULES)
    contest.act("merit_edition_publish", id=edition["id"])
    changed = RULES.replace("weight: 3", "weight: 4")
    contest.rules(edition["id"], changed)
    # Version 1 are the plain rules of the draft.
    page = opened(app, address(contest, edition, "/rules"))
    assert table(page.select("table")[-1].parent)[-1:] != []
    diff = page.select("table")[-1]
    cells = [words(cell) for cell in diff.select("tbody th, tbody td")]
    assert cells == ["Openness: weight", "3", "4"]
    old = opened(app, address(contest, edition, "/rules/2"))
    assert "These rules were replaced" in words(old)
    assert app.get(address(contest, edition, "/rules/9")).status_code == 404
    file = app.get(address(contest, edition, "/rules/3/rules.yaml"))
    assert file.body == changed


def test_drafts_of_rules_are_not_shown(app: Any, contest: Contest):
    """Not even to the secretariat on public pages: they are no rules yet."""
    edition = contest.published()
    contest.act("merit_rule_set_create", edition_id=edition["id"], source=RULES)
    assert app.get(address(contest, edition, "/rules/2")).status_code == 404


def test_entries_by_category_and_region(app: Any, contest: Contest):
    """Who is admitted, of one category or region; others don't show."""
    edition = contest.published()
    entries = [contest.entered(edition["id"]) for _ in range(2)]
    waiting = contest.entered(edition["id"], "submitted")
    for entry, region in zip(entries, ("Cusco", "Lima"), strict=True):
        contest.act(
            "merit_organization_profile_update",
            programme_id=contest.programme["id"],
            organization=entry["entity"].id,
            region=region,
        )
    path = address(contest, edition, "/entries")
    shown = {row[0]: row[2] for row in table(opened(app, path))}
    assert shown == {entries[0]["title"]: "Cusco", entries[1]["title"]: "Lima"}
    assert waiting["title"] not in shown
    one = table(opened(app, f"{path}?region=Lima"))
    assert [row[0] for row in one] == [entries[1]["title"]]
    assert "No entry here" in words(opened(app, f"{path}?category=junk&region=x"))


def test_a_question_and_its_answer(app: Any, as_user: Any, contest: Contest):
    """Asked by somebody signed in, answered for everybody, without the name."""
    edition = contest.published()
    path = address(contest, edition, "/questions")
    user = contest.entity().admin
    assert "Sign in to ask" in words(opened(app, path))
    headers = as_user(user)
    answer = app.post(
        path,
        data={"title": "¿Puede participar un hospital?"},
        headers=headers,
        follow_redirects=False,
    )
    assert answer.status_code == 303
    (asked,) = contest.act("merit_question_list", edition_id=edition["id"])["results"]
    contest.act("merit_question_answer", id=asked["id"], text="Sí, en su categoría.")
    text = words(opened(app, path))
    assert "¿Puede participar un hospital?" in text
    assert "Sí, en su categoría." in text
    assert user["name"] not in text


def test_an_empty_question_comes_back_with_what_is_wrong(
    app: Any, as_user: Any, contest: Contest
):
    """The form again, with the message at the field."""
    path = address(contest, contest.published(), "/questions")
    headers = as_user(contest.entity().admin)
    answer = app.post(path, data={"title": " "}, headers=headers)
    assert answer.status_code == 400
    assert 'id="wrong-title"' in answer.body


def test_questions_end_with_evaluation(app: Any, contest: Contest):
    """The page says so instead of showing a form."""
    edition = contest.published()
    contest.close(edition["id"], "enrolment")
    page = opened(app, address(contest, edition, "/questions"))
    assert page.select("form") == []
    assert "that time is over" in words(page)


def test_texts_of_others_are_text(app: Any, contest: Contest):
    """Markup in titles, news and questions is shown, not run."""
    bad = "<script>alert(1)</script>"
    edition = contest.published(title=bad, summary=bad, contact=bad)
    contest.act(
        "merit_announcement_create",
        edition_id=edition["id"],
        kind="news",
        title=bad,
        text=bad,
    )
    for path in PAGES:
        assert bad not in app.get(address(contest, edition, path)).body


def test_the_edition_as_a_file(app: Any, contest: Contest):
    """Anybody can hold it again; drafts stay where they are."""
    edition = contest.published()
    answer = app.get(address(contest, edition, "/edition.yaml"))
    assert answer.body.startswith("merit_edition:")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    draft = contest.ready()
    assert app.get(address(contest, draft, "/edition.yaml")).status_code == 404


@pytest.mark.usefixtures("clean_db")
def test_the_header_links_to_contests(app: Any, monkeypatch: pytest.MonkeyPatch):
    """Once an edition is public, and not before."""
    monkeypatch.setattr(presence, "AGAIN", 1e-9)
    monkeypatch.setattr(presence, "_Known", type("Known", (), {"yes": False}))
    link = '<a href="/contests">'
    contest = Contest()
    contest.ready()
    assert link not in app.get("/about").body
    contest.published()
    assert link in app.get("/about").body
