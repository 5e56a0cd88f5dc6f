"""Instants on pages: in the language of the page, whoever looked before."""

from __future__ import annotations

from typing import Any

import pytest

import ckantoolkit as tk

WORDS = {"en": "9 Jan 2026, 07:00 (America/Lima)", "es": "9 ene 2026, 07:00"}


@pytest.mark.parametrize("languages", [("en", "es"), ("es", "en")])
def test_each_page_has_its_language(app: Any, languages: tuple[str, ...]):
    """The same instant is kept apart for each language."""
    for language in languages:
        place = {"CKAN_LANG": language}
        with app.flask_app.test_request_context("/", environ_overrides=place):
            shown = tk.h.merit_instant("2026-01-09T12:00:00+00:00", "America/Lima")
        assert WORDS[language] in shown
        assert "2026-01-09 12:00 UTC" in shown
