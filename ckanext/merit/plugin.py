"""Base plugin `merit`: a table of contents."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
from ckan.lib.plugins import DefaultTranslation

from ckanext.merit import contest_jobs, headers, mail, pages
from ckanext.merit.interfaces import IMeritContestPages, IMeritWork, Kind, Link
from ckanext.merit.logic import doctor, kernel
from ckanext.merit.pages import links


@tk.blanket.actions(kernel.actions)
@tk.blanket.auth_functions(kernel.auth_functions)
@tk.blanket.blueprints(pages.blueprints)
@tk.blanket.cli
@tk.blanket.config_declarations
@tk.blanket.helpers
class MeritPlugin(
    DefaultTranslation,
    p.ITranslation,
    p.IConfigurable,
    p.IConfigurer,
    p.IMiddleware,
    IMeritContestPages,
    IMeritWork,
    p.SingletonPlugin,
):
    """Tables, background work, guards, shared pages and translations."""

    def update_config(self, config: tk.CKANConfig) -> None:
        """Register templates and public files."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")

    def configure(self, config: tk.CKANConfig) -> None:
        """Say at start-up what is unsafe."""
        doctor.log_summary(config)

    def merit_work_kinds(self) -> list[Kind]:
        """Do what the clock does in contests, and send their mail."""
        return [*contest_jobs.kinds(), *mail.kinds()]

    def merit_contest_links(self, place: str, frame: Any) -> list[Link]:
        """Name our pages in the navigation of an edition."""
        return links.links(place, frame)

    def make_middleware(self, app: Any, config: tk.CKANConfig) -> Any:
        """Have the last word on our answers' headers."""
        return headers.install(app)
