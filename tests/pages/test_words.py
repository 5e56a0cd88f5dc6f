"""Numbers, dates, shares and states in the reader's words."""

from __future__ import annotations

import functools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import ckantoolkit as tk
from ckan.tests import helpers

from ckanext.merit import locales
from ckanext.merit.quality import words


@functools.cache
def one_app() -> Any:
    """One application for all tests here, for each costs a second."""
    return helpers._get_test_app().flask_app


@pytest.fixture
def spoken(non_clean_db: None) -> Callable:
    """A function: language, then a function that is called in a page of it."""
    flask_app = one_app()

    def call(language: str, function: Callable[[], object]) -> object:
        with flask_app.test_request_context(environ_overrides={"CKAN_LANG": language}):
            return function()

    return call


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("en", "72.2", "72.2"),
        ("es", "72.2", "72,2"),
        ("en", 12345, "12,345"),
        ("es", 12345, "12.345"),
        ("es", "-0.4", "-0,4"),
        ("en", "<b>", "<b>"),
        ("en", "NaN", "NaN"),
    ],
)
def test_numbers_follow_the_language(
    spoken: Callable, language: str, value: object, expected: str
):
    """Numbers keep their decimals and take the marks of the page's language."""
    assert spoken(language, lambda: words.number(value)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "November 22, 2026"), ("es", "22 de noviembre de 2026")],
)
def test_days_follow_the_language(spoken: Callable, language: str, expected: str):
    """A day is written out in the page's language."""
    assert spoken(language, lambda: words.date("2026-11-22")) == expected


def test_instants_follow_the_portals_zone(
    spoken: Callable, monkeypatch: pytest.MonkeyPatch
):
    """An instant is shown as the day that it is where the portal is."""
    monkeypatch.setitem(tk.config, "ckan.display_timezone", "America/Lima")
    instant = "2026-11-22T03:00:00+00:00"
    assert spoken("es", lambda: words.date(instant)) == "21 de noviembre de 2026"


@pytest.mark.parametrize("value", [None, "", "soon", "2026-13-45"])
def test_what_is_no_date_is_only_text(spoken: Callable, value: str | None):
    """Anything else comes back as it is."""
    assert spoken("en", lambda: words.date(value)) == (value or "")


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (Fraction(0), "0 %"),
        (Fraction(1, 1000), "under 1 %"),
        (Fraction(999, 1000), "99 %"),
        (Fraction(1), "100 %"),
    ],
)
def test_shares_are_never_rounded_up(spoken: Callable, share: Fraction, expected: str):
    """Only everything is 100 %, and only nothing is 0 %."""
    assert spoken("en", lambda: words.percent(share)) == expected


@pytest.mark.parametrize(
    ("score", "gain", "expected"),
    [
        (Fraction(6000, 83), Fraction(200, 83), "+2.4 points"),
        (Fraction(6000, 83), Fraction(300, 83), "+3.7 points"),
        (Fraction(50), Fraction(1), "+1 points"),
        (Fraction(50), Fraction(1, 100), ""),
    ],
)
def test_shown_gains_sum_up(
    spoken: Callable, score: Fraction, gain: Fraction, expected: str
):
    """A gain is the difference of the two scores as they are shown."""
    assert spoken("en", lambda: words.risen(score, gain)) == expected


@pytest.mark.parametrize(
    ("status", "band", "expired", "shown"),
    [
        ("rated", "gold", False, ("Gold · 91.2", "gold", 3)),
        ("rated", "silver", True, ("Silver · 91.2 (expired)", "expired", 2)),
        ("rated", None, False, ("No badge yet · 91.2", "none", 0)),
        ("provisional", None, False, ("Provisional · 91.2", "open", 0)),
        ("not_rated", None, False, ("Not checked yet", "open", 0)),
    ],
)
def test_state_in_one_glance(
    spoken: Callable,
    status: str,
    band: str | None,
    expired: bool,
    shown: tuple[str, str, int],
):
    """Each state has words, a tone and bars of its own."""
    display = None if status == "not_rated" else "91.2"
    found = spoken("en", lambda: words.verdict(status, band, display, expired=expired))
    assert (found["label"], found["tone"], found["steps"]) == shown


def test_evidence_is_cleaned(spoken: Callable):
    """Evidence loses control and direction marks and is cut, and nothing else."""
    text = "a\u202eb\x00<i>" + "c" * 500
    shown = spoken("en", lambda: words.shown("text", text))
    assert (shown[:5], len(shown), shown[-1]) == ("ab<i>", 160, "…")


@pytest.mark.parametrize(("value", "expected"), [(True, "yes"), (False, "no")])
def test_evidence_of_yes_and_no(spoken: Callable, value: bool, expected: str):
    """Flags are words."""
    assert spoken("en", lambda: words.shown("flag", value)) == expected


def test_bands_have_names(spoken: Callable):
    """Each band has a name; having none is named kindly."""
    names = spoken("en", lambda: [words.band_name(b) for b in ("gold", None, "x")])
    assert names == ["Gold", "No badge yet", "No badge yet"]


def test_english_where_babel_knows_no_better():
    """A language that Babel does not know gets English numbers."""
    assert [str(locales.locale(each)) for each in ("xx_YY", "?", "es")] == [
        "en",
        "en",
        "es",
    ]
