"""Plugin `merit_award`: a table of contents."""

from __future__ import annotations

import ckan.plugins as p
import ckantoolkit as tk

import ckanext.merit.cli
from ckanext.merit.award import (
    cli,
    doctor,
    entries,
    machine,
    navigation,
    submitted,
)
from ckanext.merit.award.logic import actions
from ckanext.merit.interfaces import (
    IMeritContestPages,
    IMeritDoctor,
    IMeritEntries,
    IMeritMetrics,
    IMeritWork,
)


@tk.blanket.actions(actions.actions)
@tk.blanket.auth_functions(actions.auth_functions)
@tk.blanket.blueprints(navigation.blueprints)
class MeritAwardPlugin(
    machine.Machines,
    navigation.Pages,
    submitted.Submitted,
    entries.Entries,
    doctor.Folder,
    p.IConfigurer,
    IMeritContestPages,
    IMeritDoctor,
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
