"""Plugin `merit_quality`: a table of contents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk

import ckanext.merit.cli
from ckanext.merit.interfaces import IMeritWork, Kind
from ckanext.merit.quality import cli, index, jobs, mapping, profiles, subscriptions


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.blueprints
@tk.blanket.helpers
class MeritQualityPlugin(
    index.InSearch,
    p.IConfigurer,
    p.IConfigurable,
    p.ISignal,
    p.IPackageController,
    p.IFacets,
    IMeritWork,
    p.SingletonPlugin,
):
    """Dataset quality: assessment, badges, reports."""

    def update_config(self, config: tk.CKANConfig) -> None:
        """Register templates and commands."""
        tk.add_template_directory(config, "templates")
        ckanext.merit.cli.merit.add_command(cli.quality)

    def configure(self, config: tk.CKANConfig) -> None:
        """Refuse to start with broken rules."""
        profiles.active()
        mapping.active()

    def get_signal_subscriptions(self) -> Any:
        """React to changes of datasets, whoever makes them."""
        return subscriptions.subscriptions()

    def merit_work_kinds(self) -> Iterable[Kind]:
        """Contribute our background work."""
        return jobs.kinds()
