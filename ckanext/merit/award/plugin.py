"""Plugin `merit_award`: a table of contents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk

import ckanext.merit.cli
from ckanext.merit.award import cli, entries, machine, navigation
from ckanext.merit.award.logic import actions
from ckanext.merit.interfaces import (
    IMeritContestPages,
    IMeritEntries,
    IMeritMetrics,
    IMeritWork,
    Material,
)


@tk.blanket.actions(actions.actions)
@tk.blanket.auth_functions(actions.auth_functions)
@tk.blanket.blueprints(navigation.blueprints)
class MeritAwardPlugin(
    machine.Machines,
    navigation.Pages,
    p.IConfigurer,
    IMeritContestPages,
    IMeritEntries,
    IMeritMetrics,
    IMeritWork,
    p.SingletonPlugin,
):
    """Recognition awards: enrolment, evidence, machine criteria."""

    def update_config(self, config: tk.CKANConfig) -> None:
        """Register templates and commands."""
        tk.add_template_directory(config, "templates")
        ckanext.merit.cli.merit.add_command(cli.award)

    def merit_entry_problems(
        self, kind: str, draft: dict[str, Any], entry_id: str
    ) -> Iterable[str]:
        """Say what an enrolment lacks."""
        return entries.problems(kind, draft, entry_id)

    def merit_entry_materials(self, kind: str, entry_id: str) -> Iterable[Material]:
        """Give jurors the evidence."""
        return entries.materials(kind, entry_id)

    def merit_appeal_upheld(self, context: Any, appeal: dict[str, Any]) -> None:
        """Correct the evidence that an appeal attacked."""
        entries.upheld(context, appeal)
