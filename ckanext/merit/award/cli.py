"""`ckan merit award`: simulate an award, compute published results again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ckanext.merit import scoring_cli
from ckanext.merit.award.simulate import EXAMPLE, Options, Simulation
from ckanext.merit.award.simulated import RefusedError

__all__ = ["award"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 10


@click.group()
def award() -> None:
    """Recognition awards."""


@award.command()
@click.argument("address", metavar="PROGRAMME/EDITION")
@click.option("--seed", default="1", show_default=True, help="Of the made-up scores.")
@click.option("--jurors", default=7, show_default=True, type=click.IntRange(1, 50))
@click.option("--per-entry", default=3, show_default=True, type=click.IntRange(1, 50))
@click.option(
    "--rules", type=_FILE, default=EXAMPLE, help="Rule file (default: the example)."
)
def simulate(address: str, seed: str, jurors: int, per_entry: int, rules: Path) -> None:
    """Simulate an award on this portal's catalogue, from call to final results.

    Every publisher is entered, machine criteria are measured on real snapshots, and
    made-up jurors give made-up, labelled scores. Refused on an edition that is not
    marked as a simulation; one that isn't there is made.
    """
    if "/" not in address:
        raise click.UsageError("Give the edition as PROGRAMME/EDITION.")
    options = Options(seed, jurors, per_entry, rules, progress=click.echo)
    try:
        outcome = Simulation(address, options).run()
    except RefusedError as error:
        raise click.ClickException(str(error)) from error
    click.secho("SIMULATION: the jury's scores are made up", fg="yellow", bold=True)
    for row in outcome.rows[:_SHOWN]:
        click.echo(_line(row))
    if len(outcome.rows) > _SHOWN:
        click.echo(f"… and {len(outcome.rows) - _SHOWN} more")
    click.secho(f"{outcome.entries} entries; digest {outcome.digest}", fg="green")


@award.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def recompute(arguments: tuple[str, ...]) -> None:
    """Compute a result bundle again and compare its digest."""
    sys.exit(scoring_cli.main(["recompute", *arguments]))


def _line(row: dict[str, Any]) -> str:
    rank = "-" if row["rank"] is None else row["rank"]
    total = "-" if row["total"] is None else row["total"]
    return f"{rank!s:>4} {total:>7}  {row['title']}"
