"""`ckan merit quality`: assess datasets and show results on the command line."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import click

import ckantoolkit as tk

from ckanext.merit.domain.quality import SUSPENDED, display
from ckanext.merit.quality import profiles
from ckanext.merit.quality.profile_texts import ProfileTexts

__all__ = ["quality"]

_BATCH = 500
_NARROWEST = 80
_NOT_RATED = {
    "pending": "not checked yet",
    "type_not_counted": "datasets of this type are not rated",
}


@click.group()
def quality() -> None:
    """Quality of datasets: assess and show."""


@quality.command()
@click.option("--all", "every", is_flag=True, help="Every dataset that counts.")
@click.option("--dataset", metavar="ID", help="One dataset, by id or name.")
@click.option("--stale", is_flag=True, help="Datasets whose result is out of date.")
def assess(every: bool, dataset: str | None, stale: bool) -> None:
    """Assess datasets now and store what changed."""
    if sum((every, dataset is not None, stale)) != 1:
        raise click.UsageError("Give one of --all, --dataset ID and --stale.")
    if dataset is not None:
        assessed = _call("merit_quality_assess", id=dataset)["assessed"]
        if not assessed:
            raise click.ClickException(f"{dataset} doesn't count: see its type.")
        _print_score(_call("merit_quality_show", id=dataset))
        return
    _call("merit_quality_title_update")
    done = _assess_all(stale)
    click.secho(f"{done} datasets assessed.", fg="green")
    click.echo("`ckan merit work --once` brings the search index up to date.")


@quality.command()
@click.argument("dataset")
@click.option("--profile", metavar="ID", help="Compute this profile; store nothing.")
def show(dataset: str, profile: str | None) -> None:
    """Show the quality of DATASET (id or name): every finding, and what to fix."""
    chosen = {"profile": profile} if profile else {}
    answer = _call("merit_quality_show", id=dataset, path=True, **chosen)
    _print_score(answer)
    if answer["status"] == "not_rated":
        return
    texts = profiles.get(answer["profile"]["id"]).texts
    click.echo(_line("id", "points", "gain", "indicator: finding"))
    for finding in answer["indicators"]:
        click.echo(_finding(finding, texts))
    _print_path(answer)


@quality.command()
@click.argument("dataset")
@click.option("--note", required=True, help="What is wrong; never public.")
@click.option("--user", help="Who decided it (default: the site's own account).")
def suspend(dataset: str, note: str, user: str | None) -> None:
    """Suspend the badge of DATASET after an incident with personal data."""
    _call("merit_quality_suspend", user, id=dataset, note=note)
    click.secho(f"The badge of {dataset} is suspended.", fg="green")


@quality.command()
@click.argument("dataset")
@click.option("--user", help="Who decided it (default: the site's own account).")
def reinstate(dataset: str, user: str | None) -> None:
    """Give DATASET the badge back that it earns."""
    _call("merit_quality_reinstate", user, id=dataset)
    _print_score(_call("merit_quality_show", id=dataset))


def _call(action: str, user: str | None = None, /, **data_dict: Any) -> Any:
    """Call an action for the site's own account, or for somebody with own rights."""
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    context: Any = {"ignore_auth": user is None, "user": user or site_user["name"]}
    try:
        return tk.get_action(action)(context, data_dict)
    except tk.NotAuthorized as error:
        raise click.ClickException(f"{user} may not do this") from error
    except tk.ObjectNotFound as error:
        raise click.ClickException(f"Not found: {error}") from error
    except tk.ValidationError as error:
        raise click.ClickException(str(error.error_summary)) from error


def _assess_all(stale: bool) -> int:
    total = _call("merit_quality_target_list", stale=stale, limit=1)["count"]
    done = 0
    with click.progressbar(length=total, label="Assessing") as bar:
        for ids in _pages(stale):
            done += len(_call("merit_quality_assess", ids=ids)["assessed"])
            bar.update(len(ids))
    return done


def _pages(stale: bool) -> Iterator[list[str]]:
    page = {"stale": stale, "limit": _BATCH}
    ids = _call("merit_quality_target_list", **page)["results"]
    while ids:
        yield ids
        ids = _call("merit_quality_target_list", **page, after=ids[-1])["results"]


def _print_score(answer: dict[str, Any]) -> None:
    title = _printable(answer["package_title"])
    click.secho(f"{title} ({answer['package_name']})", bold=True)
    profile = answer["profile"]
    click.echo(f"{profile['title']}: {profile['id']} {profile['version']}")
    if answer["status"] == "not_rated":
        click.echo(f"not rated: {_NOT_RATED[answer['reason']]}")
        return
    if answer["status"] == SUSPENDED:
        click.echo("suspended: no score, no badge")
        return
    band = answer["band"] or "no badge"
    kept = f"assessed {answer['assessed_at']}"
    click.echo(f"{answer['display']} of 100, {band}, {answer['status']}, {kept}")
    gates = profiles.get(profile["id"]).texts.gates
    for gate in answer["gates"]:
        click.echo(f"held back: {gates[gate['id']]}")


def _print_path(answer: dict[str, Any]) -> None:
    if answer.get("path"):
        fixes = ", ".join(fix["indicator"] for fix in answer["path"])
        click.echo(f"Shortest way to {answer['path_band']}: fix {fixes}")


def _finding(finding: dict[str, Any], texts: ProfileTexts) -> str:
    points = {"na": "doesn't apply", "unmeasured": "unknown"}.get(finding["state"])
    if points is None:
        earned, possible = _number(finding["earned"]), _number(finding["possible"])
        points = f"{earned} of {possible}"
    gain = _number(finding["gain"])
    title = texts.indicators[finding["id"]].title
    text = f"{title}: {texts.reason(finding['id'], finding)}"
    return _line(finding["id"], points, "" if gain == "0" else f"+{gain}", text)


def _line(name: str, points: str, gain: str, text: str) -> str:
    start = f"{name:<4} {points:>13} {gain:>6}  "
    width = max(_NARROWEST, shutil.get_terminal_size().columns)
    return textwrap.fill(
        _printable(text),
        width,
        initial_indent=start,
        subsequent_indent=" " * len(start),
    )


def _printable(text: str) -> str:
    """Leave out what would steer the terminal."""
    return "".join(character for character in text if character.isprintable())


def _number(fraction: str) -> str:
    return display(Fraction(fraction)).removesuffix(".0")
