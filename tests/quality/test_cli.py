"""`ckan merit quality`: what it does and what it says."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.cli.cli import ckan
from ckan.tests import helpers

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def run(cli: Any, *arguments: str) -> Any:
    return cli.invoke(ckan, ["merit", "quality", *arguments])


def test_assess_all(cli: Any, dataset: Any, rows: Any):
    """`--all` assesses every dataset and says how many."""
    for number in range(3):
        dataset(title=f"Arbolado {number} de Altovalle")
    result = run(cli, "assess", "--all")
    assert result.exit_code == 0, result.output
    assert "3 datasets assessed." in result.output
    assert len(rows("SELECT * FROM merit_assessment")) == 3


def test_assess_all_twice_changes_nothing(cli: Any, dataset: Any, rows: Any):
    """A second run leaves every row version as it is, twins included."""
    dataset()
    dataset()
    run(cli, "assess", "--all")
    before = rows("SELECT xmin::text, * FROM merit_assessment ORDER BY package_id")
    run(cli, "assess", "--all")
    query = "SELECT xmin::text, * FROM merit_assessment ORDER BY package_id"
    assert rows(query) == before


def test_assess_stale(cli: Any, dataset: Any):
    """`--stale` assesses only what is out of date."""
    for number in range(3):
        dataset(title=f"Arbolado {number} de Altovalle")
    run(cli, "assess", "--all")
    assert "0 datasets assessed." in run(cli, "assess", "--stale").output
    model.Session.execute(
        sa.text(
            "UPDATE merit_assessment SET next_due_at = now() WHERE package_id = "
            "(SELECT min(package_id) FROM merit_assessment)"
        )
    )
    model.Session.commit()
    assert "1 datasets assessed." in run(cli, "assess", "--stale").output


def test_assess_one(cli: Any, dataset: Any):
    """`--dataset` takes a name, assesses it and says the score."""
    package = dataset()
    result = run(cli, "assess", "--dataset", package["name"])
    assert result.exit_code == 0, result.output
    answer = helpers.call_action("merit_quality_show", id=package["id"])
    assert f"{answer['display']} of 100" in result.output


def test_assess_type_that_does_not_count(cli: Any, dataset: Any):
    """A dataset of a type that doesn't count is refused with a reason."""
    package = dataset()
    model.Session.execute(sa.text("UPDATE package SET type = 'showcase'"))
    model.Session.commit()
    model.Session.expire_all()
    result = run(cli, "assess", "--dataset", package["id"])
    assert result.exit_code == 1
    assert "doesn't count" in result.output


@pytest.mark.parametrize("arguments", [[], ["--all", "--stale"]])
def test_assess_wants_one_choice(cli: Any, arguments: list[str]):
    """Nothing is assessed by accident."""
    result = run(cli, "assess", *arguments)
    assert result.exit_code == 2
    assert "Give one of" in result.output


def test_show(cli: Any, dataset: Any):
    """Every indicator with its points and finding, and the way to the next band."""
    package = dataset(tags=[], license_id="notspecified")
    run(cli, "assess", "--all")
    result = run(cli, "show", package["name"])
    assert result.exit_code == 0, result.output
    answer = helpers.call_action("merit_quality_show", id=package["id"], path=True)
    for finding in answer["indicators"]:
        assert f"\n{finding['id']} " in result.output
    fixes = ", ".join(step["indicator"] for step in answer["path"])
    assert f"Shortest way to {answer['path_band']}: fix {fixes}" in result.output
    assert package["title"] in result.output
    held = "held back: Without an open licence the badge is bronze at most."
    assert held in result.output


def test_show_other_profile(cli: Any, dataset: Any, rows: Any):
    """`--profile` computes another profile and stores nothing."""
    package = dataset()
    result = run(cli, "show", package["name"], "--profile", "default-1.0")
    assert result.exit_code == 0, result.output
    assert "default-1.0" in result.output
    assert "unknown" in result.output
    assert rows("SELECT * FROM merit_assessment") == []


def test_show_before_the_first_check(cli: Any, dataset: Any):
    """A dataset that wasn't assessed yet is no error."""
    result = run(cli, "show", dataset()["name"])
    assert result.exit_code == 0, result.output
    assert "not rated: not checked yet" in result.output


def test_unknown_dataset(cli: Any):
    """A dataset that isn't there is an error in one line."""
    for arguments in (["show", "nobody"], ["assess", "--dataset", "nobody"]):
        result = run(cli, *arguments)
        assert result.exit_code == 1
        assert "Not found" in result.output


def test_hostile_title_does_not_steer_the_terminal(cli: Any, dataset: Any):
    """Control characters of a title are not printed."""
    package = dataset(title="Arbolado\x1b[2J de Altovalle\u202e")
    run(cli, "assess", "--all")
    output = run(cli, "show", package["name"]).output
    assert "\x1b" not in output
    assert "\u202e" not in output
