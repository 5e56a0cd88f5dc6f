"""Base plugin `merit`: a table of contents."""

from __future__ import annotations

import ckan.plugins as p
import ckantoolkit as tk
from ckan.lib.plugins import DefaultTranslation


@tk.blanket.config_declarations
@tk.blanket.cli
class MeritPlugin(
    DefaultTranslation,
    p.ITranslation,
    p.IConfigurer,
    p.SingletonPlugin,
):
    """Tables, background work, guards, shared pages and translations."""

    def update_config(self, config: tk.CKANConfig) -> None:
        """Register templates, public files and assets."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "merit")
