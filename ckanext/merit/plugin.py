"""Base plugin `merit`: a table of contents."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
from ckan.lib.plugins import DefaultTranslation

from ckanext.merit import headers


@tk.blanket.config_declarations
@tk.blanket.cli
class MeritPlugin(
    DefaultTranslation,
    p.ITranslation,
    p.IConfigurer,
    p.IMiddleware,
    p.SingletonPlugin,
):
    """Tables, background work, guards, shared pages and translations."""

    def update_config(self, config: tk.CKANConfig) -> None:
        """Register templates, public files and assets."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "merit")

    def make_middleware(self, app: Any, config: tk.CKANConfig) -> Any:
        """Have the last word on our answers' headers."""
        return headers.install(app)
