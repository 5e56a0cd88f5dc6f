"""The commands score, seal and recompute on a machine without CKAN."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.domain.scoring import kit

from ckanext.merit import scoring_cli
from ckanext.merit.domain.scoring import Mark

ROOT = Path(__file__).parents[3]
HEADER = "object,juror,criterion,value"


def write_sheet(path: Path, marks: list[Mark], *, category: bool = False) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*HEADER.split(","), *(["category"] if category else [])])
        writer.writerows(mark[: 5 if category else 4] for mark in marks)
    return str(path)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    rules = tmp_path / "rules.yaml"
    rules.write_text(kit.PANEL_EXAMPLE, encoding="utf-8")
    return str(rules), write_sheet(tmp_path / "scores.csv", kit.panel_example_marks())


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    status = scoring_cli.main(argv)
    out, err = capsys.readouterr()
    return status, out, err


def test_text_shows_lines_totals_and_ranks(files, capsys):
    """For reading: one table per category."""
    status, out, err = run(capsys, "score", *files)
    table = [line.split() for line in out.splitlines()[3:]]
    assert (status, err) == (0, "")
    assert table == [
        [
            "rank",
            "object",
            "execution",
            "style",
            "bonus",
            "penalty",
            "total",
            "coverage",
            "notes",
        ],
        ["1", "A", "61.60", "9.38", "0.00", "-1.00", "69.98", "1", "tie:", "execution"],
        ["2", "B", "61.23", "8.05", "0.70", "0.00", "69.98", "1", "tie:", "execution"],
    ]


def test_csv_has_one_column_per_published_line(files, capsys):
    """For spreadsheets: object, category, rank, total, flags, lines."""
    status, out, _ = run(capsys, "score", *files, "--format", "csv")
    assert status == 0
    assert list(csv.reader(io.StringIO(out))) == [
        [
            "object",
            "category",
            "rank",
            "total",
            "flags",
            "execution",
            "style",
            "bonus",
            "penalty",
        ],
        ["A", "", "1", "69.98", "", "61.60", "9.38", "0.00", "-1.00"],
        ["B", "", "2", "69.98", "", "61.23", "8.05", "0.70", "0.00"],
    ]


def test_csv_with_diagnostics_has_rank_intervals(files, capsys):
    """Flags and the ranks that weights could give."""
    _, out, _ = run(capsys, "score", *files, "--format", "csv", "--diagnostics")
    first = next(csv.DictReader(io.StringIO(out)))
    assert (first["flags"], first["rank_low"], first["rank_high"]) == (
        "close_call",
        "1",
        "2",
    )


def test_json_has_every_node(files, capsys):
    """For programs: published and exact."""
    _, out, _ = run(capsys, "score", *files, "--format", "json", "--diagnostics")
    data = json.loads(out)
    row = data["rows"][0]
    assert (row["object"], row["rank"], row["total"]) == ("A", 1, "69.98")
    assert [node["code"] for node in row["nodes"]] == [
        *("", "difficulty", "execution", "style", "bonus", "penalty")
    ]
    assert row["nodes"][2] == {
        "code": "execution",
        "state": "counted",
        "value": "308/5",
        "exact": "308/5",
        "points": "61.60",
        "maximum": None,
    }
    assert data["diagnostics"]["agreement"][0]["criterion"] == "execution"


def test_json_without_diagnostics(files, capsys):
    """Diagnostics only where they are asked for."""
    _, out, _ = run(capsys, "score", *files, "--format", "json")
    assert "diagnostics" not in json.loads(out)


def test_formulas_are_defused(tmp_path, capsys):
    """No cell of text can start a formula in a spreadsheet; numbers stay numbers."""
    rules = tmp_path / "rules.yaml"
    rules.write_text("merit: 1\nid: x\nroot: {code: a, scale: [0, 1]}\n")
    sheet = write_sheet(tmp_path / "s.csv", kit.single("=1+1", a="1"))
    _, out, _ = run(capsys, "score", str(rules), sheet, "--format", "csv")
    assert out.splitlines()[1] == "'=1+1,,1,100.00,,100.00"


def test_text_of_a_pool_that_falls_apart(tmp_path, capsys):
    """What can't be compared is named, with all diagnostics that remain."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(kit.POOL.replace("calibrate: none", "calibrate: additive"))
    given = kit.pool_marks({"j": {"A": "1", "B": "0"}, "k": {"C": "1", "D": "0"}})
    sheet = write_sheet(tmp_path / "s.csv", given)
    _, out, _ = run(capsys, "score", str(rules), sheet, "--diagnostics")
    assert "No totals: jury falls apart into\n  A, B\n  C, D\n" in out
    assert "Not comparable, part 2: C, D" in out
    assert "Ranks in" not in out


def test_text_of_everything_a_chair_asks(tmp_path, capsys):
    """Categories, analysis mark, disagreement, jurors and fragile winners."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "merit: 1\nid: x\nroot:\n  of:\n"
        "  - {code: a, scale: [0, 4], panel: {aggregate: mean}}\n"
        "  - {code: m, minmax: true, weight: 0.1}\n"
    )
    given = kit.panel("A", "a", "4", "4", "1", category="big")
    given += kit.panel("B", "a", "3", "3", "3", category="big")
    given += kit.panel("C", "a", "3", "3", category="small")
    given += kit.single("A", "big", m="1") + kit.single("B", "big", m="2")
    sheet = write_sheet(tmp_path / "s.csv", given, category=True)
    _, out, _ = run(capsys, "score", str(rules), sheet, "--diagnostics")
    blocks = [block.splitlines()[0] for block in out.split("\n\n")]
    assert blocks == [
        "Rules x",
        "ANALYSIS ONLY: the extremes of this file decide, another file would give"
        " other points.",
        "Category big",
        "Category small",
        "Agreement (Krippendorff's alpha)",
        "Disagreement (range above 0.4 of the scale)",
        "Jurors (severity: gives more than others; without the juror: ranks)",
        "Fragile: one juror decides the first place big",
        "Ranks in 9 of 10 draws with weights moved by up to a fifth",
    ]


def test_machine_values_alone_have_short_diagnostics(tmp_path, capsys):
    """Without jurors there is nothing to say about them."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(kit.INDEX_EXAMPLE)
    given = kit.single("X", life="83.2", expected="18.2", mean_years="13", gni="64660")
    sheet = write_sheet(tmp_path / "s.csv", given)
    _, out, _ = run(capsys, "score", str(rules), sheet, "--diagnostics")
    blocks = [block.splitlines()[0].split()[0] for block in out.split("\n\n")]
    assert blocks == ["Rules", "rank", "Ranks"]


def test_bad_rows_stop_the_run(files, tmp_path, capsys):
    """Every bad row by file and line, exit 2, nothing on standard output."""
    sheet = tmp_path / "bad.csv"
    sheet.write_text(f"{HEADER}\nA,,difficulty,9\nA,,zz,1\n")
    status, out, err = run(capsys, "score", files[0], str(sheet))
    assert (status, out) == (2, "")
    assert err.splitlines() == [
        f"{sheet}:2: 9 is out of range, 1 to 5",
        f'{sheet}:3: "zz" is no criterion of the rules',
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("merit: 1\nid: x\nroot:\n  of:\n  - {code: a}\n", ":5: a leaf needs exactly"),
        ("merit: 1\nid: x\nid: y\n", ':3: duplicate key "id"'),
        ("merit: 1\nid: x\nroot: {code: a, scal: [0, 1]}\n", ':3: unknown key "scal"'),
    ],
)
def test_broken_rules_stop_the_run(files, tmp_path, capsys, text: str, message: str):
    """The rule file by line, exit 2, nothing on standard output."""
    rules = tmp_path / "bad.yaml"
    rules.write_text(text)
    status, out, err = run(capsys, "score", str(rules), files[1])
    assert (status, out) == (2, "")
    assert err.startswith(f"{rules}{message}")


def test_missing_files_are_named(files, capsys):
    """A file that isn't there is an error of the input."""
    status, out, err = run(capsys, "score", files[0], "/nowhere/scores.csv")
    assert (status, out) == (2, "")
    assert err == "/nowhere/scores.csv: No such file or directory\n"


def test_sheets_in_other_encodings_are_refused(files, tmp_path, capsys):
    """Text is UTF-8."""
    sheet = tmp_path / "latin.csv"
    sheet.write_bytes(f"{HEADER}\nMu\xf1oz,,bonus,1\n".encode("latin-1"))
    status, _, err = run(capsys, "score", files[0], str(sheet))
    assert (status, err) == (2, f"{sheet}:2: not UTF-8 text\n")


def test_metric_that_does_not_fit(tmp_path, capsys):
    """A ratio of marks of opposite sign is refused."""
    rules = tmp_path / "rules.yaml"
    rules.write_text("merit: 1\nid: x\nroot: {code: a, scale: [-2, 2], panel: {}}\n")
    sheet = write_sheet(tmp_path / "s.csv", kit.panel("A", "a", "-1", "1", "2"))
    argv = ("score", str(rules), sheet, "--diagnostics", "--alpha", "ratio")
    status, out, err = run(capsys, *argv)
    assert (status, out) == (2, "")
    assert err == f"{sheet}: ratings of opposite sign have no ratio\n"


def test_usage(capsys):
    """Wrong arguments end with 2, help with 0."""
    assert run(capsys, "score")[0] == 2
    assert run(capsys, "--help")[0] == 0


def test_a_sealed_bundle_is_recomputed(files, tmp_path, capsys):
    """The same digest on any machine."""
    _, out, _ = run(capsys, "seal", *files)
    bundle = tmp_path / "bundle.json"
    bundle.write_text(out, encoding="utf-8")
    stated = json.loads(out)["digest"]
    assert run(capsys, "recompute", str(bundle)) == (0, f"{stated}\n", "")


def test_a_changed_score_is_noticed(files, tmp_path, capsys):
    """Exit 1 and both digests."""
    _, out, _ = run(capsys, "seal", *files)
    bundle = tmp_path / "bundle.json"
    bundle.write_text(out.replace('"7.5"', '"7.6"'), encoding="utf-8")
    status, _, err = run(capsys, "recompute", str(bundle))
    assert status == 1
    assert err.splitlines()[0] == f"{bundle}: states {json.loads(out)['digest']}"


def test_a_changed_row_is_noticed(files, tmp_path, capsys):
    """Stored rows that don't follow from the inputs."""
    _, out, _ = run(capsys, "seal", *files)
    bundle = tmp_path / "bundle.json"
    bundle.write_text(out.replace('"69.98"', '"96.98"'), encoding="utf-8")
    status, _, err = run(capsys, "recompute", str(bundle))
    assert (status, err) == (1, f"{bundle}: its rows are not what its inputs give\n")


def test_a_changed_digest_is_noticed(files, tmp_path, capsys):
    """The stated digest must be the one that follows from the inputs."""
    _, out, _ = run(capsys, "seal", *files)
    digest = json.loads(out)["digest"]
    bundle = tmp_path / "bundle.json"
    bundle.write_text(out.replace(digest, "0" * 64), encoding="utf-8")
    assert run(capsys, "recompute", str(bundle)) == (
        1,
        f"{digest}\n",
        f"{bundle}: states {'0' * 64}\n",
    )


def test_other_files_are_no_bundles(files, capsys):
    """A rule file isn't a bundle."""
    status, out, err = run(capsys, "recompute", files[0])
    assert (status, out) == (2, "")
    assert err.startswith(f"{files[0]}: this is no bundle")


def module(*argv: str, **options) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "ckanext.merit", *argv]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, **options
    )


def test_module_needs_no_ckan(files):
    """Python, a YAML reader and this package: nothing else is imported."""
    code = (
        "import sys; from ckanext.merit import scoring_cli;"
        f"status = scoring_cli.main(['score', *{list(files)!r}]);"
        "heavy = {'ckan', 'ckantoolkit', 'sqlalchemy', 'flask', 'click'};"
        "sys.exit(status or bool(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_module_writes_utf8_whatever_the_terminal(tmp_path):
    """Names keep their letters."""
    rules = tmp_path / "rules.yaml"
    rules.write_text("merit: 1\nid: x\nroot: {code: a, scale: [0, 1]}\n")
    sheet = write_sheet(tmp_path / "s.csv", kit.single("Ñaña", a="1"))
    done = module("score", str(rules), sheet, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert "Ñaña" in done.stdout.decode("utf-8")


def test_module_stops_quietly_when_nobody_reads(files):
    """Piped into head."""
    command = [sys.executable, "-m", "ckanext.merit", "seal", *files]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (0, b"")
