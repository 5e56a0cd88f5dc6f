"""`ckan merit demo`: load a catalogue, make accounts to try the portal with."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import click

from ckan import model

from ckanext.merit.demo import source
from ckanext.merit.demo.accounts import Accounts, admin_of, named
from ckanext.merit.demo.catalogue import REASONS, Catalogue, Notice, parse
from ckanext.merit.demo.contests import Contests, Staff
from ckanext.merit.demo.load import Loader, Outcome

__all__ = ["demo"]

SAMPLE = Path(__file__).with_name("sample") / "data.json"
EXAMPLES = 3
STAFF = ("secretariat", "chair", "observer", "juror")
LINE_EVERY = 100


@click.group()
def demo() -> None:
    """Catalogues from data.json files, the sample one, demo accounts."""


@demo.command()
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write everything that was skipped or changed, as JSON.",
)
@click.option(
    "--files",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Upload files that the catalogue names by relative paths from this folder.",
)
@click.option(
    "--move-dates",
    is_flag=True,
    help="Move all dates so that the catalogue's own date becomes today.",
)
@click.option(
    "--merge-publishers",
    is_flag=True,
    help="Take publishers that differ only in case, spaces or a full stop as one.",
)
@click.option("--dry-run", is_flag=True, help="Only read FILE and say what it has.")
def load(
    file: Path | None,
    report: Path | None,
    files: Path | None,
    move_dates: bool,
    merge_publishers: bool,
    dry_run: bool,
) -> None:
    """Load FILE, a data.json (also gzipped), or the sample catalogue without FILE.

    Publishers become organisations, the catalogue's themes groups. Loading the same
    file again saves nothing; datasets of a newer file are updated.
    """
    catalogue = _read(file or SAMPLE, merge_publishers=merge_publishers)
    loader = Loader(
        catalogue,
        files=files if file else SAMPLE.parent,
        now=datetime.now(timezone.utc) if move_dates or not file else None,
    )
    if not dry_run:
        _load(loader, total=len(catalogue.datasets))
    _print(catalogue, loader.outcome)
    if report:
        written = {"catalogue": catalogue.title, **loader.outcome.to_dict()}
        report.write_text(json.dumps(written, ensure_ascii=False, indent=1), "utf-8")
        click.echo(f"Report: {report}")
    if catalogue.datasets and not dry_run:
        _fail_if_empty(loader.outcome)


@demo.command()
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="JSON file for names and passwords; kept ones are used again.",
)
def accounts(output: Path) -> None:
    """Make an account for each role, to try the portal with.

    Two entities get an administrator and an editor each: those with most datasets,
    so load a catalogue first.
    """
    made = Accounts(_kept(output)).ensure()
    output.touch(mode=0o600)
    output.chmod(0o600)
    output.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for account in made:
        click.echo(f"{account['name']:<24} {account['password']:<18} {account['note']}")
    click.secho(
        "These are demo accounts: on a portal that is open to others, remove them.",
        fg="yellow",
        err=True,
    )


@demo.command()
def contests() -> None:
    """Make a finished and a running edition of a sample award.

    Load a catalogue and make the accounts first. A second run changes nothing.
    """
    names = {role: named(role) for role in ("sysadmin", *STAFF)}
    missing = [name for each in names.values() for name in each if not _known(name)]
    if missing:
        raise click.ClickException(
            f"no account {missing[0]}: run `ckan merit demo accounts` first"
        )
    staff = Staff(
        sysadmin=names["sysadmin"][0],
        secretary=names["secretariat"][0],
        chair=names["chair"][0],
        observer=names["observer"][0],
        jurors=names["juror"],
    )
    for step in Contests(staff, admin_of=admin_of).make():
        click.echo(f"Sample award: {step}")


def _known(name: str) -> bool:
    return model.User.get(name) is not None


def _read(file: Path, *, merge_publishers: bool) -> Catalogue:
    try:
        read = source.read(file.read_bytes())
    except (source.SourceError, OSError) as error:
        raise click.ClickException(f"{file}: {error}") from error
    return parse(read, merge_publishers=merge_publishers)


def _load(loader: Loader, *, total: int) -> None:
    """Run the load with a progress bar, or with a line now and then in a log."""
    if sys.stdout.isatty():
        label = "Loading datasets"
        with click.progressbar(loader.datasets(), length=total, label=label) as steps:
            for _dataset in steps:
                pass
        return
    for done, _dataset in enumerate(loader.datasets(), start=1):
        if done % LINE_EVERY == 0 or done == total:
            click.echo(f"Loaded {done} of {total} datasets")


def _kept(output: Path) -> dict[str, str]:
    """Passwords by account name of an earlier run."""
    try:
        earlier: Any = json.loads(output.read_text("utf-8"))
        return {str(each["name"]): str(each["password"]) for each in earlier}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError) as error:
        message = f"{output} exists and isn't a list of accounts; remove it first"
        raise click.ClickException(message) from error


def _print(catalogue: Catalogue, outcome: Outcome) -> None:
    click.echo(
        f"{catalogue.title or 'Catalogue'}: {len(catalogue.datasets)} datasets, "
        f"{len(catalogue.organizations)} publishers, {len(catalogue.groups)} themes"
    )
    for kind in ("organizations", "groups", "datasets"):
        counts = getattr(outcome, kind)
        said = ", ".join(f"{n} {what}" for what, n in sorted(counts.items()) if n)
        if said:
            click.echo(f"  {kind}: {said}")
    for reason, notices in _by_reason(outcome.notices).items():
        skipped, sentence = REASONS[reason]
        colour = "red" if skipped else "yellow"
        word = "skipped" if skipped else "noted"
        click.secho(f"  {len(notices)} {word}: {sentence}", fg=colour)
        for notice in notices[:EXAMPLES]:
            detail = f": {notice.detail}" if notice.detail else ""
            click.echo(f"    line {notice.line}, {notice.identifier or '?'}{detail}")
        if len(notices) > EXAMPLES:
            click.echo(f"    … and {len(notices) - EXAMPLES} more (see --report)")


def _by_reason(notices: list[Notice]) -> dict[str, list[Notice]]:
    found: defaultdict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        found[notice.reason].append(notice)
    order = list(REASONS)
    return dict(sorted(found.items(), key=lambda item: order.index(item[0])))


def _fail_if_empty(outcome: Outcome) -> None:
    counts = outcome.datasets
    if not counts["created"] + counts["updated"] + counts["unchanged"]:
        raise click.ClickException("no dataset could be loaded")
