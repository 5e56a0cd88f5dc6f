"""`ckan merit demo` as somebody types it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from ckan import model
from ckan.tests import factories, helpers

from ckanext.merit.cli import merit
from ckanext.merit.demo import source
from ckanext.merit.demo.catalogue import parse
from ckanext.merit.demo.cli import SAMPLE

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A gzipped catalogue: one good dataset, one without title, one that is twice."""
    good = {"title": "Camas", "identifier": "1", "publisher": {"name": "Salud"}}
    content = {"title": "Datos", "dataset": [good, {"identifier": "2"}, good]}
    path = tmp_path / "data.json.gz"
    path.write_bytes(gzip.compress(json.dumps(content, indent=1).encode()))
    return path


def run(cli, *words: Any, code: int = 0) -> str:
    """The output of a command that ends with the given code."""
    result = cli.invoke(merit, ["demo", *map(str, words)])
    assert result.exit_code == code, result.output
    return result.output


def test_load_says_what_it_loaded_and_what_not(cli, file):
    """Counts, then each reason with the place in the file."""
    lines = [line.strip() for line in run(cli, "load", file).splitlines()]
    assert lines[-7:] == [
        "Datos: 1 datasets, 1 publishers, 0 themes",
        "organizations: 1 created",
        "datasets: 1 created, 2 skipped",
        "1 skipped: it has no title",
        "line 11, 2",
        "1 skipped: its identifier was used before in this file",
        "line 14, 1: Camas",
    ]


def test_the_report_has_every_notice(cli, file, tmp_path):
    """As JSON, with line, identifier, reason and sentence."""
    report = tmp_path / "report.json"
    run(cli, "load", file, "--report", report)
    written = json.loads(report.read_text())
    assert written == {
        "catalogue": "Datos",
        "organizations": {"created": 1},
        "groups": {},
        "datasets": {"skipped": 2, "created": 1},
        "notices": [
            {
                "line": 11,
                "identifier": "2",
                "reason": "no_title",
                "message": "it has no title",
                "detail": "",
                "skipped": True,
            },
            {
                "line": 14,
                "identifier": "1",
                "reason": "duplicate_identifier",
                "message": "its identifier was used before in this file",
                "detail": "Camas",
                "skipped": True,
            },
        ],
    }


def test_a_dry_run_stores_nothing(cli, file):
    """Only the file is read."""
    run(cli, "load", file, "--dry-run")
    assert helpers.call_action("package_list") == []


def test_a_file_that_is_no_catalogue_ends_with_a_sentence(cli, tmp_path):
    """No traceback: the place and the reason, and exit code 1."""
    path = tmp_path / "data.json"
    path.write_text('{"dataset": [\n{"title": }]}')
    output = run(cli, "load", path, code=1)
    assert output == f"Error: {path}: line 2: not JSON: Expecting value\n"


def test_the_sample_catalogue_loads_completely(cli):
    """Without FILE the shipped sample is loaded, files and all."""
    output = run(cli, "load")
    assert "organizations: 8 created" in output
    assert "datasets: 55 created" in output
    assert "skipped" not in output
    mapped = parse(source.read(SAMPLE.read_bytes())).datasets
    resources = model.Session.query(model.Resource).filter_by(url_type="upload")
    assert resources.count() == sum(len(each.files) for each in mapped)


def test_accounts_for_every_role_in_the_largest_entities(cli, tmp_path):
    """The two entities with most datasets have two each; an award has its people."""
    for name, count in (("a", 1), ("b", 3), ("c", 2)):
        owner = factories.Organization(name=name * 3, title=name.upper())
        factories.Dataset.create_batch(count, owner_org=owner["id"])
    path = tmp_path / "accounts.json"
    run(cli, "accounts", "--output", path)
    written = json.loads(path.read_text())
    assert [(each["role"], each["name"], each["note"]) for each in written] == [
        ("sysadmin", "demo-admin", "Administers the portal"),
        ("entity_admin", "demo-entidad1-admin", "Administrator of B"),
        ("entity_editor", "demo-entidad1-editor", "Editor of B"),
        ("entity_admin", "demo-entidad2-admin", "Administrator of C"),
        ("entity_editor", "demo-entidad2-editor", "Editor of C"),
        (
            "citizen",
            "demo-ciudadana",
            "A registered citizen without rights in any entity",
        ),
        ("secretariat", "demo-secretaria", "Runs the sample award"),
        (
            "chair",
            "demo-presidenta",
            "Presides over its jury and approves results",
        ),
        *(
            ("juror", f"demo-jurado{number}", "Scores entries of the sample award")
            for number in (1, 2, 3)
        ),
        (
            "observer",
            "demo-veedora",
            "Reads the sample award's audit trail, changes nothing",
        ),
    ]
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_passwords_work_and_stay(cli, tmp_path):
    """A second run keeps the file's passwords and puts a changed one right."""
    factories.Organization()
    path = tmp_path / "accounts.json"
    run(cli, "accounts", "--output", path)
    first = path.read_text()
    user = model.User.get("demo-ciudadana")
    assert user
    user.password = "changed-by-somebody"
    model.repo.commit()
    run(cli, "accounts", "--output", path)
    assert path.read_text() == first
    for account in json.loads(first):
        user = model.User.get(account["name"])
        assert user is not None
        assert user.validate_password(account["password"])


def test_rights_are_those_of_the_role(cli, tmp_path):
    """One administers the portal, entity admins and editors have their entity."""
    owner = factories.Organization(title="B")
    run(cli, "accounts", "--output", tmp_path / "accounts.json")
    members = helpers.call_action("member_list", id=owner["id"], object_type="user")
    roles = {_name(each): role for each, _, role in members}
    demo = {name: role for name, role in roles.items() if name.startswith("demo-")}
    assert demo == {"demo-entidad1-admin": "Admin", "demo-entidad1-editor": "Editor"}
    sysadmins = model.Session.query(model.User).filter_by(sysadmin=True)
    assert "demo-admin" in {user.name for user in sysadmins}


def test_an_unreadable_password_file_stops(cli, tmp_path):
    """Somebody else's file is not overwritten."""
    path = tmp_path / "accounts.json"
    path.write_text('{"not": "ours"}')
    output = run(cli, "accounts", "--output", path, code=1)
    assert output == (
        f"Error: {path} exists and isn't a list of accounts; remove it first\n"
    )
    assert path.read_text() == '{"not": "ours"}'


def _name(user_id: str) -> str:
    user = model.User.get(user_id)
    assert user is not None
    return user.name
