"""SEC-1 and SEC-3: every page of contests, as everybody, before publication.

The pages are read from the portal's map of addresses, so that a new page is swept as
soon as it is there.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest.people import call
from tests.contest.world import World

from ckan import model

from ckanext.merit.domain.contest.permission_table import ROLES
from ckanext.merit.model.contest import Edition
from ckanext.merit.pages.office_subjects import ACTS

SCORE, WORDS = "7.3519", "CENTINELA"
#: Blueprints whose pages show contests.
OURS = ("merit_contest", "merit_office", "merit_jury", "merit_award")
#: Pages that show more when they are asked to.
QUERIES = {"merit_jury.sheets": "?filled=1"}
#: What an id in an address is of, by its name or by what stands before it.
KINDS = {
    "assignment": "assignment",
    "juror": "juror",
    "review": "review",
    "entry": "entry",
    "entries": "entry",
    "appeals": "appeal",
    "results": "run",
    "categories": "category",
    "stages": "stage",
    "rules": "rule_set",
    "messages": "announcement",
    "people": "role",
    "piece": "evidence",
    "file_id": "file",
    "findings": "finding",
    "disputes": "dispute",
    "snapshots": "snapshot",
    "token": "invitation",
    "act": "act",
    "edition": "edition",
    # Acts of the office: by their group.
    "distinctions": "distinction",
    "runs": "run",
    "jurors": "juror",
    "assignments": "assignment",
    "conflicts": "conflict",
    "phases": "phase",
}
NOWHERE = "no-such-id"
#: Instants to the second, and how long it is until then.
TIMES = re.compile(
    r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?|\d{8}T\d{6}Z|\d+ (second|minute|hour|day)s?"
)
#: Who is told, and by which page; nobody else and by no other.
TOLD = {
    ("J", "merit_jury.desk"),
    ("J", "merit_jury.sheets"),
    ("J", "merit_jury.sheets_csv"),
    ("H", "merit_jury.chair_entry"),
    # After a run has locked them, as here.
    ("H", "merit_office.entry_reviews"),
    ("S", "merit_office.entry_reviews"),
    ("O", "merit_office.entry_reviews"),
}


_made: list[World] = []


@pytest.fixture
def world(non_clean_db: None) -> World:
    """A world in which the juror's submitted review holds the sentinels; made once."""
    model.Session.rollback()
    if not _made or not model.Session.get(Edition, _made[0].edition["id"]):
        _made[:] = [_with_sentinels()]
    return _made[0]


class Unpublished(World):
    """A world whose results are sealed and under embargo."""

    visible_from = datetime.now(timezone.utc) + timedelta(days=1)


def _with_sentinels() -> World:
    world = Unpublished()
    task = {"assignment_id": world.own["assignment"]["id"]}
    call("merit_review_reopen", world.contest.chair, **world.own["review"], reason="r")
    juror = world.jurors[0]
    juror.act(
        "merit_review_save",
        version=1,
        scores={"licence": SCORE, "format": {"abstain": WORDS}},
        comment=WORDS,
        feedback=WORDS,
        note=WORDS,
        **task,
    )
    juror.act("merit_review_submit", version=2, **task)
    world.contest.close(world.edition["id"], "jury")
    run = world.contest.act("merit_run_compute", edition_id=world.edition["id"])
    world.own["run"] = {"id": run["id"]}
    return world


class Sweep:
    """All addresses of our pages, filled with what is in the world."""

    def __init__(self, app: Any, world: World) -> None:
        self.app = app
        self.named: dict[str, str] = {
            "programme": world.contest.programme["name"],
            "slug": world.edition["slug"],
            "version": "1",
            "number": "1",
            "name": world.own["edition"]["organization_id"],
        }
        self.ids = {
            kind: data["id"] for kind, data in world.own.items() if "id" in data
        }
        self.unknown: set[str] = set()

    def pages(self) -> dict[str, str]:
        """The endpoint of each address."""
        found: dict[str, str] = {}
        for rule in self.app.flask_app.url_map.iter_rules():
            blueprint = rule.endpoint.split(".")[0]
            if blueprint in OURS and "GET" in (rule.methods or ()):
                for address in self._addresses(rule):
                    found[address + QUERIES.get(rule.endpoint, "")] = rule.endpoint
        return found

    def _addresses(self, rule: Any) -> list[str]:
        if rule.endpoint == "merit_office.act":
            return [
                self._filled(rule.rule, {"group": group, "name": name})
                for group, acts in ACTS.items()
                for name in acts()
            ]
        return [self._filled(rule.rule, {})]

    def _filled(self, path: str, more: dict[str, str]) -> str:
        """Put a value into each place; ids by what stands before them."""
        done: list[str] = []
        for part in path.split("/"):
            place = re.fullmatch(r"<(?:[^<>]*:)?(\w+)>", part)
            name = place[1] if place else ""
            done.append(self._value(name, done[-1], more) if name else part)
        return "/".join(done)

    def _value(self, name: str, before: str, more: dict[str, str]) -> str:
        if name in {**self.named, **more}:
            return {**self.named, **more}[name]
        kind = KINDS.get(name) or KINDS.get(before)
        if kind is None:
            self.unknown.add(f"{before}/<{name}>")
        return self.ids.get(kind or "", NOWHERE)


def is_told(text: str) -> bool:
    # The time "07:47:57.351900" tells nothing; "7,35" is how Spanish writes it.
    return WORDS in text or re.search(r"(?<!\d)7[.,]35", text) is not None


def test_every_page_is_swept(app: Any, world: World):
    """Every blueprint, and no address in which a value is missing."""
    sweep = Sweep(app, world)
    swept = {endpoint.split(".")[0] for endpoint in sweep.pages().values()}
    assert (swept, sweep.unknown) == (set(OURS), set())


@pytest.mark.parametrize("letter", ROLES)
def test_no_page_tells_scores(app: Any, as_user: Any, world: World, letter: str):
    """Every page, as every role: who reads the review, and on which pages."""
    person = world.people[letter]
    headers = as_user(person) if person else {}
    told: set[tuple[str, str]] = set()
    failed: dict[str, int] = {}
    for address, endpoint in Sweep(app, world).pages().items():
        answer = app.get(address, headers=headers, follow_redirects=False)
        if answer.status_code >= 500:
            failed[address] = answer.status_code
        text = answer.data.decode("utf-8", "replace")
        if is_told(text) or is_told(str(answer.headers)):
            told.add((letter, endpoint))
    assert (failed, told) == ({}, {pair for pair in TOLD if pair[0] == letter})


@pytest.mark.parametrize("letter", "ARSOX")
def test_no_page_depends_on_scores(app: Any, as_user: Any, world: World, letter: str):
    """SEC-3: lists and dashboards are the same whatever was scored."""
    person = world.people[letter]
    headers = as_user(person) if person else {}
    sweep = Sweep(app, world)
    # What names one object was swept above.
    lists = [
        address
        for address in sweep.pages()
        if not any(key in address for key in (*sweep.ids.values(), NOWHERE))
    ]

    def read() -> dict[str, list[str]]:
        return {
            address: _steady(app.get(address, headers=headers, follow_redirects=False))
            for address in lists
        }

    before = read()
    _rescore(SCORE, "1")
    after = read()
    _rescore("1", SCORE)
    assert {key for key in before if before[key] != after[key]} == set()


def _rescore(old: str, new: str) -> None:
    """Change scores as nobody can: below the trigger that keeps them as they were."""
    for command in (
        "ALTER TABLE merit_score DISABLE TRIGGER USER",
        "UPDATE merit_score SET value = :new WHERE value = :old",
        "ALTER TABLE merit_score ENABLE TRIGGER USER",
    ):
        given = {"old": old, "new": new} if ":new" in command else {}
        model.Session.execute(sa.text(command), given)
    model.Session.commit()


def _steady(answer: Any) -> list[str]:
    """The lines of a page without tokens and without times."""
    text = answer.data.decode("utf-8", "replace")
    return [
        TIMES.sub("", line)
        for line in text.splitlines()
        if "csrf" not in line and "max=" not in line
    ]


@pytest.mark.parametrize("path", ["/sitemap.xml", "/robots.txt", "/user/{juror}"])
def test_pages_of_the_portal_name_no_juror(
    app: Any, as_user: Any, world: World, path: str
):
    """SEC-8: CKAN's own pages know nothing of assignments and entries."""
    juror = world.people["J"]
    address = path.format(juror=juror["name"])
    for headers in ({}, as_user(world.people["U"])):
        answer = app.get(address, headers=headers)
        text = answer.data.decode("utf-8", "replace")
        for secret in (
            world.own["assignment"]["id"],
            world.own["entry"]["id"],
            world.own["juror"]["id"],
        ):
            assert secret not in text


@pytest.mark.parametrize(
    "query", ["?sort=score+desc", "?filter=score%3E7", "?order_by=licence"]
)
def test_asking_for_scores_changes_no_list(
    app: Any, as_user: Any, world: World, query: str
):
    """SEC-3: rows stay in their order for those who run and audit the edition."""
    base = f"/contests/{world.contest.programme['name']}/{world.edition['slug']}"
    for letter in "SOX":
        headers = as_user(world.people[letter])
        for path in ("/entries", "/office/jury", "/office/jury/coverage"):
            plain = _rows(app.get(base + path, headers=headers))
            assert _rows(app.get(base + path + query, headers=headers)) == plain


def _rows(answer: Any) -> list[str]:
    text = answer.data.decode("utf-8", "replace")
    return re.findall(r"<th scope=\"row\">(.*?)</th>", text, re.DOTALL)
