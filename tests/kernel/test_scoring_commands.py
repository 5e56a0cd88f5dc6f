"""The scoring commands are the same under `ckan merit` as without CKAN."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ckanext.merit.cli import merit

RULES = """\
merit: 1
id: example
root:
  of:
  - {code: use, weight: 60, scale: [0, 5]}
  - {code: reach, weight: 40, scale: [0, 5]}
"""
SCORES = """\
object,juror,criterion,value
A,,use,4
A,,reach,5
B,,use,5
B,,reach,3
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A rule file and a score file."""
    rules, scores = tmp_path / "rules.yaml", tmp_path / "scores.csv"
    rules.write_text(RULES, "utf-8")
    scores.write_text(SCORES, "utf-8")
    return [str(rules), str(scores)]


def _by_ckan(arguments: list[str]) -> Result:
    return CliRunner().invoke(merit, arguments)


def _without_ckan(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ckanext.merit", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_score(files: list[str]) -> None:
    """`ckan merit score` prints what `python -m ckanext.merit score` prints."""
    arguments = ["score", *files, "--format", "csv"]
    result = _by_ckan(arguments)
    assert result.exit_code == 0, result.output
    assert result.output == _without_ckan(arguments).stdout
    assert [line.split(",")[0] for line in result.output.splitlines()[1:]] == ["A", "B"]


def test_bundle(files: list[str], tmp_path: Path) -> None:
    """A bundle sealed by one is recomputed by the other, with the same digest."""
    sealed = _by_ckan(["seal", *files])
    bundle = tmp_path / "bundle.json"
    bundle.write_text(sealed.output, "utf-8")
    found = _without_ckan(["recompute", str(bundle)])
    assert (found.returncode, found.stdout.strip()) == (
        0,
        json.loads(sealed.output)["digest"],
    )


def test_bad_row(files: list[str]) -> None:
    """A bad row stops the run with status 2 and nothing on standard output."""
    Path(files[1]).write_text(SCORES + "B,,depth,3\n", "utf-8")
    result = _by_ckan(["score", *files])
    assert (result.exit_code, _without_ckan(["score", *files]).stdout) == (2, "")
