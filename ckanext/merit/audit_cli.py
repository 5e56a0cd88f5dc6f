"""`ckan merit audit`: checks for cron and for auditors."""

from __future__ import annotations

import sys
from typing import Any

import click

import ckantoolkit as tk

__all__ = ["audit"]


@click.group()
def audit() -> None:
    """The audit trail of contests."""


@audit.command()
@click.option("--chain", help="Only this chain: an edition's id, or global.")
@click.option("--seq", type=int, help="Number of a record that was kept outside.")
@click.option("--hash", "kept", help="Hash of that record.")
def verify(*, chain: str | None, seq: int | None, kept: str | None) -> None:
    """Check every chain; print its head; exit 1 at the first bad record.

    Keep the printed heads outside the portal: only with them a tail that was cut off,
    or a chain that was rebuilt, can be found. A head is chain, number and hash.
    """
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    given = {"chain": chain, "seq": seq, "hash": kept}
    data = {name: value for name, value in given.items() if value is not None}
    bad = 0
    try:
        found = tk.get_action("merit_audit_verify")({"user": user}, data)
    except tk.ValidationError as error:
        errors: dict[str, Any] = error.error_dict
        for name, problems in errors.items():
            click.secho(f"--{name}: {'; '.join(problems)}", fg="red", err=True)
        sys.exit(2)
    for item in found:
        head = f"{item['chain']} {item['seq']} {item['hash'] or '-'}"
        if item["broken"] is None:
            click.echo(f"good {head}")
            continue
        bad += 1
        broken = item["broken"]
        click.secho(f"BAD  {head}: record {broken['seq']} {broken['reason']}", fg="red")
    sys.exit(1 if bad else 0)
