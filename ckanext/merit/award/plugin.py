"""Plugin `merit_award`: a table of contents."""

from __future__ import annotations

import ckan.plugins as p
import ckantoolkit as tk

from ckanext.merit.award.logic import actions


@tk.blanket.actions(actions.actions)
@tk.blanket.auth_functions(actions.auth_functions)
class MeritAwardPlugin(p.IConfigurer, p.SingletonPlugin):
    """Recognition awards: enrolment, evidence, machine criteria."""

    def update_config(self, config: tk.CKANConfig) -> None:
        """Register templates."""
        tk.add_template_directory(config, "templates")
