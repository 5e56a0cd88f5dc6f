"""The documented example is what the command does."""

from __future__ import annotations

import re
from pathlib import Path

from ckanext.merit import scoring_cli

PAGE = Path(__file__).parents[3] / "docs" / "scoring.md"


def test_documented_example(tmp_path, capsys):
    """Rules, scores and result on the page belong together."""
    blocks = re.findall(r"```(\w*)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    text = dict(blocks)
    rules, scores = tmp_path / "rules.yaml", tmp_path / "scores.csv"
    rules.write_text(text["yaml"], "utf-8")
    scores.write_text(text["csv"], "utf-8")
    assert scoring_cli.main(["score", str(rules), str(scores)]) == 0
    table = capsys.readouterr().out.split("\n\n")[1]
    assert table.strip() == text[""].strip()
