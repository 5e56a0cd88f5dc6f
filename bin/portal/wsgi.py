"""CKAN as a WSGI application for gunicorn; runs in a CKAN environment, not in bin/."""

from __future__ import annotations

import os
from typing import Any

from ckan.cli import CKANConfigLoader  # pyright: ignore[reportMissingTypeStubs]
from ckan.config.middleware import (  # pyright: ignore[reportMissingTypeStubs]
    make_app,
)

application: Any = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
