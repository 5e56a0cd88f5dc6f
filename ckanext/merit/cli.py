"""The `ckan merit` command group; features add their sub-commands to it."""

from __future__ import annotations

import json
import signal
import sys
import threading
from typing import Any

import click
from sqlalchemy.exc import ProgrammingError

import ckantoolkit as tk

from ckanext.merit import jobs, pure_cli
from ckanext.merit.audit_cli import audit
from ckanext.merit.contest_cli import contest
from ckanext.merit.demo.cli import demo
from ckanext.merit.model import missing

__all__ = ["merit"]


class _Commands(click.Group):
    """Commands that say in one line when our tables are missing."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ProgrammingError as error:
            if not missing.is_missing(error):
                raise
            raise click.ClickException(
                f"Tables are missing or out of date: run `{missing.COMMAND}`"
            ) from None


@click.group(cls=_Commands)
def merit() -> None:
    """Recognition for open data: work, checks, quality, awards."""


merit.add_command(audit)
merit.add_command(contest)
merit.add_command(demo)
for _command in pure_cli.commands():
    merit.add_command(_command)


@merit.command()
@click.option(
    "--once", is_flag=True, help="Stop when nothing is due any more (for cron)."
)
def work(*, once: bool) -> None:
    """Do background work that is due, until stopped.

    Any number of these may run, on any number of machines. SIGTERM and Ctrl-C end it
    after the batch in hand.
    """
    if _call("merit_work_list", limit=0)["paused"]:
        click.secho("Work is paused; see /ckan-admin/merit", fg="yellow")
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, frame: stop.set())
    if not once:
        click.echo("Doing what is due; Ctrl-C stops")
    done = jobs.work(once=once, progress=_Progress(), stop=stop)
    click.secho(f"Done: {done}", fg="green")


@merit.command()
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to print the findings.",
)
def doctor(*, style: str) -> None:
    """Name each unsafe or broken setting and its fix; exit 1 if there is an error."""
    report = _call("merit_doctor_show")
    if style == "json":
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        _print_findings(report)
    sys.exit(1 if report["errors"] else 0)


def _print_findings(report: dict[str, Any]) -> None:
    colours = {"error": "red", "warning": "yellow"}
    for finding in report["findings"]:
        level = finding["level"]
        click.secho(f"{level}: {finding['id']}", fg=colours[level], bold=True)
        click.echo(f"  {finding['what']}\n  -> {finding['fix']}")
    summary = f"{report['errors']} errors, {report['warnings']} warnings"
    click.secho(summary, fg="red" if report["errors"] else "green")


def _call(action: str, **data: Any) -> Any:
    return tk.get_action(action)({"ignore_auth": True}, data)


class _Progress:
    """One line per kind of work that counts up; only the last count in a file."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def __call__(self, kind: str, count: int) -> None:
        self._counts[kind] = self._counts.get(kind, 0) + count
        ending = "\r" if sys.stdout.isatty() else "\n"
        click.echo(f"{kind}: {self._counts[kind]}{ending}", nl=False)
