"""Settings and fixtures for every test; those that need CKAN are in `fixtures/`.

`tests/domain` runs on plain Python too, where CKAN is not installed.
"""

from __future__ import annotations

import importlib.util
import os

from hypothesis import settings

if importlib.util.find_spec("ckan") is not None:
    pytest_plugins = ["tests.fixtures.portal", "tests.fixtures.browser"]

# No example has a deadline: other work on the same machine must not fail a test.
settings.register_profile(
    "merit", deadline=None, derandomize="CI" in os.environ, print_blob=True
)
settings.load_profile("merit")
