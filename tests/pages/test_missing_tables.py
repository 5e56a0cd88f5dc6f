"""Plugins on, tables missing: between installing and `ckan db upgrade -p merit`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.exc import ProgrammingError

from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.merit.cli import merit

OURS = [
    "/quality",
    "/quality/league",
    "/quality/scores.csv",
    "/dataset/{name}/quality",
    "/dataset/{name}/quality/badge.svg",
    "/organization/{organization}/quality",
]
COMMAND = "ckan db upgrade -p merit"

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def engine() -> Any:
    return model.meta.engine


def move_tables(*, source: str, target: str) -> None:
    """Move our tables to another schema, where nothing finds them, or back."""
    with engine().begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA IF NOT EXISTS away"))
        for name in sa.inspect(connection).get_table_names(schema=source):
            if name.startswith("merit_"):
                connection.execute(
                    sa.text(f'ALTER TABLE {source}."{name}" SET SCHEMA {target}')
                )


@pytest.fixture
def package(entity: Any, publish: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    """A public dataset from the time before our tables went away."""
    package = publish()
    # CKAN knows the people by now: nothing of theirs is read while tables move.
    model.Session.commit()
    move_tables(source="public", target="away")
    yield package
    model.Session.rollback()
    move_tables(source="away", target="public")


@pytest.mark.parametrize(
    "path",
    ["/", "/dataset/", "/dataset/{name}", "/organization/{organization}", "/about"],
)
def test_pages_of_ckan_work(app: Any, entity: Any, package: Any, path: str):
    """No page of CKAN's fails, for anybody."""
    path = path.format(name=package["name"], organization=entity.organization["name"])
    answers = [app.get(path, headers=headers) for headers in entity.people]
    assert {answer.status_code for answer in answers} == {200}


def test_private_dataset_has_its_page(app: Any, entity: Any, package: Any):
    """Neither fails the page of a dataset that only its organisation sees."""
    private = factories.Dataset(owner_org=package["owner_org"], private=True)
    answer = app.get(f"/dataset/{private['name']}", headers=entity.people.editor)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", OURS)
def test_our_pages_say_what_to_do(app: Any, entity: Any, package: Any, path: str):
    """Our pages answer 503, name the command and are not kept by caches."""
    path = path.format(name=package["name"], organization=entity.organization["name"])
    answer = app.get(path)
    assert answer.status_code == 503
    assert COMMAND in answer.body
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_saving_works(package: Any):
    """Datasets are saved, found and deleted as if we weren't there."""
    call_action("package_patch", id=package["id"], title="Otro título")
    found = call_action("package_search", q="otro")
    assert [each["title"] for each in found["results"]] == ["Otro título"]
    call_action("package_delete", id=package["id"])


def test_doctor_names_it(package: Any):
    """The doctor names missing tables and the command."""
    findings = call_action("merit_doctor_show")["findings"]
    (finding,) = [each for each in findings if each["id"] == "migrations"]
    assert (finding["level"], finding["fix"]) == ("error", COMMAND)


@pytest.mark.parametrize(
    "arguments", [["work", "--once"], ["quality", "assess", "--all"]]
)
def test_commands_say_what_to_do(package: Any, arguments: list[str]):
    """Commands end with one line that names the command to run."""
    result = CliRunner().invoke(merit, arguments)
    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == (
        f"Error: Tables are missing or out of date: run `{COMMAND}`"
    )


def test_other_failures_are_not_ours(app: Any, package: Any):
    """A missing table of CKAN's is no reason to name our command."""
    with engine().begin() as connection:
        connection.execute(sa.text("ALTER TABLE member RENAME TO member_away"))
    try:
        with pytest.raises(ProgrammingError):
            app.get("/organization/")
    finally:
        model.Session.rollback()
        with engine().begin() as connection:
            connection.execute(sa.text("ALTER TABLE member_away RENAME TO member"))
