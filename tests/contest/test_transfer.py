"""An edition as one file: out, in, and out again the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest.people import RULES, Contest, call, errors

import ckantoolkit as tk
from ckan import model
from ckan.model.types import make_uuid

from ckanext.merit.model.contest import Edition

FILE = """
merit_edition: 1
kind: award
timezone: America/Lima
starts_on: 2026-03-01
title: {es: Premio, en: Award}
summary: {es: Datos abiertos}
contact: premio@example.com
stages:
- {code: publish, position: 1, title: {es: Publicar}, weight: "0.6"}
- code: use
  position: 2
  title: {es: Usar}
  gate: {kind: top, n: 3}
categories:
- {code: local, position: 1, title: {es: Local}, predicate: {level: [local]}, places: 3}
phases:
- {kind: enrolment, opens: "+0 09:00", closes: "+30 23:59:59"}
- {kind: jury, stage: publish, opens: "+40 00:00", closes: "2026-05-01T00:00:00-05:00"}
faq:
- {title: "¿Quién participa?", text: "Entidades: todas"}
rules: |
  merit: 1
  id: test
  root: {code: licence, scale: [0, 10]}
"""


def imported(contest: Contest, source: str = FILE, **data: Any) -> dict[str, Any]:
    """Make a draft from a file."""
    values = {"programme_id": contest.programme["id"], "slug": make_uuid(), **data}
    return contest.act("merit_edition_import", source=source, **values)


def exported(contest: Contest, edition: dict[str, Any], **data: Any) -> str:
    """Give the file of an edition."""
    return contest.act("merit_edition_export", id=edition["id"], **data)["source"]


def test_a_file_becomes_a_draft(contest: Contest):
    """With stages, categories, calendar, rules and questions."""
    edition = imported(contest)
    shown = contest.act("merit_edition_show", id=edition["id"])
    assert (shown["state"], shown["title"]["en"]) == ("draft", "Award")
    assert [(s["code"], s["weight"]) for s in shown["stages"]] == [
        ("publish", "0.6"),
        ("use", "1"),
    ]
    assert shown["categories"][0]["predicate"] == {"level": ["local"]}
    assert [phase["opens_at"] for phase in shown["phases"]] == [
        "2026-03-01T14:00:00+00:00",
        "2026-04-10T05:00:00+00:00",
    ]
    assert shown["phases"][1]["stage_id"] == shown["stages"][0]["id"]
    (rules,) = contest.act("merit_rule_set_list", edition_id=edition["id"])
    assert rules["state"] == "draft"


@pytest.mark.parametrize("dates", ["offsets", "instants"])
def test_out_and_in_again(contest: Contest, dates: str):
    """What was exported makes the same edition, and so the same file."""
    first = exported(contest, imported(contest), dates=dates)
    again = imported(contest, first)
    assert exported(contest, again, dates=dates) == first


def test_held_again_a_year_later(contest: Contest):
    """Only the start moves; the days and hours stay."""
    file = FILE.replace("2026-05-01T00:00:00-05:00", "+50 00:00")
    edition = imported(contest, file, starts_on="2027-06-01")
    shown = contest.act("merit_edition_show", id=edition["id"])
    assert [phase["opens_at"] for phase in shown["phases"]] == [
        "2027-06-01T14:00:00+00:00",
        "2027-07-11T05:00:00+00:00",
    ]


def test_anybody_exports_what_is_published(contest: Contest):
    """Another country may hold it too; drafts stay with those who write them."""
    published = contest.published()
    source = call("merit_edition_export", None, id=published["id"])["source"]
    assert "id: test" in source
    draft = contest.draft()
    with pytest.raises(tk.ObjectNotFound):
        call("merit_edition_export", None, id=draft["id"])


def test_rules_come_back_as_written(contest: Contest):
    """Comments and order included, for their digest is over what they say."""
    edition = contest.published()
    copy = imported(contest, exported(contest, edition))
    (rules,) = contest.act("merit_rule_set_list", edition_id=copy["id"])
    shown = contest.act("merit_rule_set_show", id=rules["id"])
    assert shown["source"].strip() == RULES.strip()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("merit_edition: 1", "merit_edition: 2", "version of this format"),
        ("kind: award", "kind: prize", "kind"),
        ("contact:", "people:", "people"),
        ("position: 2", "position: two", "edition.yaml:11: position"),
        ("+0 09:00", "+0 9:00", "edition.yaml:18: not days and a time"),
        ("starts_on: 2026-03-01", "starts_on: soon", "not a day"),
        ("stage: publish", "stage: other", "edition.yaml:19"),
        ("scale: [0, 10]", "scale: 3", "rules.yaml"),
        ("faq:\n- {", "faq:\n- a\n- {", "list of mappings"),
        ('closes: "+30', 'until: "+30', "until"),
    ],
)
def test_a_broken_file_makes_nothing(
    contest: Contest, old: str, new: str, message: str
):
    """The line is named, and no half of an edition stays."""
    assert old in FILE
    before = model.Session.scalar(sa.select(sa.func.count()).select_from(Edition))
    values = {"programme_id": contest.programme["id"], "slug": make_uuid()}
    refused = errors(
        "merit_edition_import",
        contest.secretary,
        source=FILE.replace(old, new),
        **values,
    )
    assert message in refused["source"][0]
    after = model.Session.scalar(sa.select(sa.func.count()).select_from(Edition))
    assert after == before


def test_only_the_secretariat_imports(contest: Contest):
    """Neither the chair nor others."""
    with pytest.raises(tk.NotAuthorized):
        call(
            "merit_edition_import",
            contest.chair,
            programme_id=contest.programme["id"],
            slug="x",
            source=FILE,
        )


def test_on_the_command_line(contest: Contest, tmp_path: Path):
    """Export to a file, import from it; what is refused is said."""
    edition = contest.published()
    name = contest.programme["name"]
    file = str(tmp_path / "edition.yaml")
    address = f"{name}/{edition['slug']}"
    assert ckan("export", address, "--output", file).returncode == 0
    slug = make_uuid()
    options = ["--programme", name, "--slug", slug, "--user", contest.secretary["name"]]
    done = ckan("import", file, *options)
    assert (done.returncode, slug in done.stdout) == (0, True)
    assert ckan("import", file, *options).returncode == 1


def ckan(*arguments: str) -> subprocess.CompletedProcess[str]:
    model.Session.remove()
    program = Path(sys.executable).with_name("ckan")
    return subprocess.run(
        [program, "merit", "contest", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
