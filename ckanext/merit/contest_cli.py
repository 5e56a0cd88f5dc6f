"""`ckan merit contest`: editions as files."""

from __future__ import annotations

from typing import Any

import click

import ckantoolkit as tk

__all__ = ["contest"]


@click.group()
def contest() -> None:
    """Editions of awards and datathons as files."""


@contest.command("export")
@click.argument("address")
@click.option(
    "--output", type=click.File("w", encoding="utf-8"), default="-", help="File."
)
@click.option("--instants", is_flag=True, help="Dates as they are, not as offsets.")
def export_edition(*, address: str, output: Any, instants: bool) -> None:
    """Write the edition at ADDRESS, PROGRAMME/SLUG, as YAML."""
    dates = "instants" if instants else "offsets"
    answer = _call("merit_edition_export", None, id=address, dates=dates)
    output.write(answer["source"])


@contest.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--programme", required=True, help="Name of the programme.")
@click.option("--slug", required=True, help="Part of the new address.")
@click.option("--user", required=True, help="Member of the secretariat; the author.")
@click.option("--starts-on", help="Day 0 of the calendar, such as 2027-03-01.")
def import_edition(
    *, file: Any, programme: str, slug: str, user: str, starts_on: str | None
) -> None:
    """Make a draft of an edition from FILE; all of it, or nothing."""
    data = {"programme": programme, "slug": slug, "source": file.read()}
    if starts_on:
        data["starts_on"] = starts_on
    data["programme_id"] = _programme(data.pop("programme"))
    row = _call("merit_edition_import", user, **data)
    click.secho(f"Made the draft {programme}/{row['slug']}", fg="green")


def _programme(name: str) -> str:
    found = _call("merit_programme_list", None, limit=1000)["results"]
    for row in found:
        if row["name"] == name:
            return row["id"]
    raise click.ClickException(f"There is no programme named {name}")


def _call(action: str, user: str | None, /, **data: Any) -> Any:
    site = tk.get_action("get_site_user")
    context: Any = {"user": user or site({"ignore_auth": True}, {})["name"]}
    try:
        return tk.get_action(action)(context, data)
    except tk.ValidationError as error:
        raise click.ClickException(str(error.error_summary)) from None
    except (tk.NotAuthorized, tk.ObjectNotFound) as error:
        raise click.ClickException(str(error) or "Not found") from None
