"""The commands of `python -m ckanext.merit`, as commands of `ckan merit`."""

from __future__ import annotations

import sys

import click

from ckanext.merit import scoring_cli

__all__ = ["commands"]

_HELP = {
    "score": "Compute lines, totals and ranks from a rule file and a score file.",
    "seal": "Write a result bundle in which jurors are hidden.",
    "recompute": "Compute a result bundle again and compare its digest.",
}


def commands() -> list[click.Command]:
    """Return one command for each; their arguments are read where they are shared."""
    return [_command(name) for name in scoring_cli.COMMANDS]


def _command(name: str) -> click.Command:
    @click.command(
        name,
        help=_HELP[name],
        add_help_option=False,
        context_settings={"ignore_unknown_options": True},
    )
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def run(arguments: tuple[str, ...]) -> None:
        sys.exit(scoring_cli.main([name, *arguments]))

    return run
