"""The `ckan merit` command group; features add their sub-commands to it."""

from __future__ import annotations

import click

from ckanext.merit.demo.cli import demo

__all__ = ["merit"]


@click.group()
def merit() -> None:
    """Recognition for open data: work, checks, quality, awards."""


merit.add_command(demo)
