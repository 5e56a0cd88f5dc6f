"""The `ckan merit` command group; features add their sub-commands to it."""

from __future__ import annotations

import click

__all__ = ["merit"]


@click.group()
def merit() -> None:
    """Recognition for open data: work, checks, quality, awards."""
