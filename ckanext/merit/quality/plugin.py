"""Plugin `merit_quality`: a table of contents."""

from __future__ import annotations

import ckan.plugins as p
import ckantoolkit as tk


class MeritQualityPlugin(p.IConfigurer, p.SingletonPlugin):
    """Dataset quality: assessment, badges, reports."""

    def update_config(self, config: tk.CKANConfig) -> None:
        """Register templates."""
        tk.add_template_directory(config, "templates")
