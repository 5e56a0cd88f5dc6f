"""Fixtures for every test; those that need CKAN are in `fixtures/`.

`tests/domain` runs on plain Python too, where CKAN is not installed.
"""

from __future__ import annotations

import importlib.util

if importlib.util.find_spec("ckan") is not None:
    pytest_plugins = ["tests.fixtures.portal", "tests.fixtures.browser"]
