"""The scoring commands: score, seal and recompute, without CKAN.

Shared by ``python -m ckanext.merit`` and ``ckan merit``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from random import SystemRandom

from ckanext.merit import rulefile, scoring_output
from ckanext.merit.domain.scoring import seal
from ckanext.merit.domain.scoring.alpha import METRICS
from ckanext.merit.domain.scoring.diagnostics import diagnose
from ckanext.merit.domain.scoring.engine import score
from ckanext.merit.domain.scoring.fields import RuleError
from ckanext.merit.domain.scoring.reading import read_rules
from ckanext.merit.domain.scoring.rules import Rules
from ckanext.merit.domain.scoring.scores import (
    Mark,
    ScoreError,
    Scores,
    check_marks,
    read_marks,
)

COMMANDS = ("score", "seal", "recompute")
DONE, DIFFERS, BROKEN = 0, 1, 2


class _InputError(Exception):
    """Something to say about a file; printed line by line, nothing else is."""


def main(argv: Sequence[str]) -> int:
    """Run one command.

    Args:
        argv: the command and its arguments, without the program's name.

    Returns:
        0 when done, 1 when a bundle's digest differs, 2 for bad input (then nothing
        is on standard output).
    """
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or DONE)
    try:
        return options.run(options)
    except (_InputError, rulefile.RuleFileError) as error:
        sys.stderr.write(f"{error}\n")
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
    return BROKEN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="merit", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("score", help="compute lines, totals and ranks")
    command.add_argument("rules", metavar="RULES.yaml")
    command.add_argument("scores", metavar="SCORES.csv")
    command.add_argument("--format", choices=("text", "csv", "json"), default="text")
    command.add_argument("--diagnostics", action="store_true")
    command.add_argument(
        "--alpha", choices=METRICS, help="metric of Krippendorff's alpha"
    )
    command.set_defaults(run=_score)
    command = commands.add_parser("seal", help="write a result bundle, jurors hidden")
    command.add_argument("rules", metavar="RULES.yaml")
    command.add_argument("scores", metavar="SCORES.csv")
    command.set_defaults(run=_seal)
    command = commands.add_parser("recompute", help="compute a result bundle again")
    command.add_argument("bundle", metavar="BUNDLE")
    command.set_defaults(run=_recompute)
    return parser


def _score(options: argparse.Namespace) -> int:
    tree, marks, rules, scores = _inputs(options)
    result = score(rules, scores)
    digest = ""
    if options.diagnostics or options.format != "csv":
        digest = seal.input_digest(tree, marks)
    found = None
    if options.diagnostics:
        try:
            found = diagnose(result, input_digest=digest, metric=options.alpha)
        except ValueError as error:
            raise _InputError(f"{options.scores}: {error}") from error
    if options.format == "json":
        text = scoring_output.as_json(result, digest=digest, found=found)
    elif options.format == "csv":
        text = scoring_output.as_csv(result, found=found)
    else:
        text = scoring_output.as_text(result, digest=digest, found=found)
    sys.stdout.write(text)
    return DONE


def _seal(options: argparse.Namespace) -> int:
    tree, marks, _, _ = _inputs(options)
    bundle = seal.sealed(tree, marks, random=SystemRandom())
    sys.stdout.write(json.dumps(bundle, ensure_ascii=False, indent=1) + "\n")
    return DONE


def _recompute(options: argparse.Namespace) -> int:
    try:
        bundle = seal.read_bundle(rulefile.read_text(options.bundle))
        found = seal.recomputed(bundle)
    except seal.BundleError as error:
        raise _InputError(f"{options.bundle}: {error}") from error
    sys.stdout.write(f"{found.digest}\n")
    if found.matches:
        return DONE
    if found.stated != found.digest:
        sys.stderr.write(f"{options.bundle}: states {found.stated}\n")
    if not found.same_rows:
        sys.stderr.write(f"{options.bundle}: its rows are not what its inputs give\n")
    return DIFFERS


def _inputs(
    options: argparse.Namespace,
) -> tuple[rulefile.Map, list[Mark], Rules, Scores]:
    tree = rulefile.read(options.rules)
    try:
        rules = read_rules(tree)
    except RuleError as error:
        rulefile.fail(error.line, error.message, filename=options.rules)
    try:
        marks = read_marks(rulefile.read_text(options.scores))
        return tree, marks, rules, check_marks(rules, marks)
    except ScoreError as error:
        lines = (f"{options.scores}:{p.line}: {p.message}" for p in error.problems)
        raise _InputError("\n".join(lines)) from error
