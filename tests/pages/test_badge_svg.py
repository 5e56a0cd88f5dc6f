"""The badge image: well-formed, inert, small and readable, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[attr-defined]

from ckanext.merit.quality import badge
from ckanext.merit.quality.badge import TONES, Badge

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    '"><script>alert(1)</script>',
    "]]>",
    "&#0;",
    "javascript:alert(1)",
    "</text><image href='https://evil.example/x.png'/>",
    "A" * 10_000,
    "e" + "\u0301" * 10_000,
    "\u202egpj.exe",
    "\x00\x0b\ud800",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>&a;",
]


def drawn(text: str, *, tone: str = "gold", steps: int = 3) -> str:
    return badge.svg(Badge(text, text, text, text, tone, steps))


def parsed(document: str) -> etree._Element:
    parser = etree.XMLParser(recover=False, no_network=True, resolve_entities=False)
    return etree.fromstring(document.encode("utf-8"), parser)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@given(st.text(st.characters(codec=None)))
@example(HOSTILE[0])
@example(HOSTILE[1])
@example(HOSTILE[2])
@example(HOSTILE[3])
@example(HOSTILE[4])
@example(HOSTILE[5])
@example(HOSTILE[6])
@example(HOSTILE[7])
@example(HOSTILE[8])
@example(HOSTILE[9])
def test_any_text_gives_an_inert_small_image(text: str):
    """Any text gives well-formed XML of six plain elements, below 20 kB."""
    document = drawn(text)
    root = parsed(document)
    allowed = {"svg", "title", "desc", "rect", "path", "g", "text"}
    assert {str(e.tag).removeprefix(SVG) for e in root.iter()} == allowed
    names = {str(name) for e in root.iter() for name in e.attrib}
    assert {n for n in names if "href" in n or n.startswith("on") or n == "style"} == (
        set()
    )
    assert len(document.encode("utf-8")) < 20_000


@given(st.text(st.characters(codec=None)))
def test_nothing_turns_the_text_around(text: str):
    """Marks that override the direction of text never reach the image."""
    assert [c for c in drawn("\u202e\u2066" + text) if "\u202a" <= c <= "\u202e"] == []


def test_names_itself_for_screen_readers():
    """The image has a role, a title and a description, and points at both."""
    root = parsed(badge.svg(Badge("Quality", "Gold 91.2", "Title", "More", "gold", 3)))
    ids = {e.get("id"): e.text for e in root if e.get("id")}
    assert (root.get("role"), root.get("aria-labelledby"), ids) == (
        "img",
        "t d",
        {"t": "Title", "d": "More"},
    )


@pytest.mark.parametrize(("band", "steps"), badge.STEPS.items())
def test_band_is_clear_without_colour(band: str, steps: int):
    """A band fills as many of the three bars as its rank, whatever the colour."""
    root = parsed(drawn("x", tone=band, steps=steps))
    bars = [e for e in root.iter(f"{SVG}rect") if e.get("width") == "3"]
    filled = [e for e in bars if e.get("fill") != "none"]
    assert (len(bars), len(filled)) == (3, steps)


@pytest.mark.parametrize("name", TONES)
def test_text_has_enough_contrast(name: str):
    """Text has 4.5 to 1 and the border 3 to 1 against what is behind (WCAG AA)."""
    tone = TONES[name]
    assert (
        contrast(tone.text, tone.background) >= 4.5,
        contrast(tone.border, "#ffffff") >= 3,
        contrast("#ffffff", "#26323a") >= 4.5,
    ) == (True, True, True)


def test_long_text_is_cut_with_an_ellipsis():
    """A text over its limit ends with an ellipsis at the limit."""
    assert badge.clean("word " * 40, 12) == "word word w…"
