"""The badge as an image: a small static SVG, safe for any text, no CKAN inside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

HEIGHT = 24
FONT_SIZE = 12
PADDING = 8
ICON_WIDTH = 14

_LONGEST = {"label": 48, "value": 40, "title": 160, "description": 320}

# What XML 1.0 forbids, and marks that turn the direction of text around.
_UNWANTED = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)

# Rough widths in em of a wide sans-serif; `textLength` makes them exact.
_NARROW, _WIDE = frozenset(" .,:;'|!()[]iljtfrI"), frozenset("mwMW%@—…")


@dataclass(frozen=True)
class Tone:
    """Colours of the right half: background, text and border (all AA)."""

    background: str
    text: str
    border: str


TONES = {
    "gold": Tone("#f4cf5c", "#2b2100", "#8a6a00"),
    "silver": Tone("#dfe4e9", "#1d252c", "#66717b"),
    "bronze": Tone("#ecc4a0", "#371a00", "#8c5223"),
    "none": Tone("#ffffff", "#26323a", "#66717b"),
    "grey": Tone("#ededed", "#4a4a4a", "#767676"),
}

STEPS = {"gold": 3, "silver": 2, "bronze": 1, "none": 0}


@dataclass(frozen=True)
class Badge:
    """What the image says; every text is already in the reader's language.

    Attributes:
        label: what is rated, on the left.
        value: the verdict, on the right.
        title: accessible name.
        description: longer accessible description.
        tone: key of `TONES`.
        steps: how many of the three bars of the icon are filled, 0 to 3.
    """

    label: str
    value: str
    title: str
    description: str
    tone: str
    steps: int = 0


def clean(text: str, longest: int) -> str:
    """`text` on one line, without what XML forbids, at most `longest` characters."""
    line = " ".join(_UNWANTED.sub("", text[: longest * 4]).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def text_width(text: str) -> int:
    """Estimated width of `text` in pixels at the badge's font size."""
    ems = sum(
        0.38 if c in _NARROW else 0.98 if c in _WIDE else 0.71 if c.isupper() else 0.62
        for c in text
    )
    return round(ems * FONT_SIZE)


def svg(badge: Badge) -> str:
    """The badge as an SVG document: no script, no link, no style, below 20 kB."""
    label = clean(badge.label, _LONGEST["label"])
    value = clean(badge.value, _LONGEST["value"])
    title = clean(badge.title, _LONGEST["title"])
    tone = TONES[badge.tone]
    label_width, value_width = text_width(label), text_width(value)
    left = label_width + 2 * PADDING
    right = value_width + ICON_WIDTH + 2 * PADDING + 6
    width = left + right
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}"'
        f' viewBox="0 0 {width} {HEIGHT}" role="img" aria-labelledby="t d">'
        f'<title id="t">{escape(title)}</title>'
        '<desc id="d">'
        f"{escape(clean(badge.description, _LONGEST['description']))}</desc>"
        f'<rect x=".5" y=".5" width="{width - 1}" height="{HEIGHT - 1}" rx="4"'
        f" fill={quoteattr(tone.background)} stroke={quoteattr(tone.border)}/>"
        f'<path d="M4.5 .5H{left}V{HEIGHT - 0.5}H4.5a4 4 0 0 1-4-4V4.5a4 4 0 0 1 4-4z"'
        ' fill="#26323a"/>'
        f"{_bars(left + PADDING, badge.steps, tone.text)}"
        "<g font-family=\"Verdana,'DejaVu Sans',Geneva,sans-serif\""
        f' font-size="{FONT_SIZE}">'
        f"{_text(PADDING, label, label_width, '#ffffff')}"
        f"{_text(left + PADDING + ICON_WIDTH + 6, value, value_width, tone.text)}"
        "</g></svg>"
    )


def _text(x: int, text: str, width: int, colour: str) -> str:
    return (
        f'<text x="{x}" y="16.5" textLength="{width}"'
        f' fill="{colour}">{escape(text)}</text>'
    )


def _bars(x: int, filled: int, colour: str) -> str:
    """Three rising bars: the band without any colour."""
    bars = []
    for index in range(3):
        height = 4 + 4 * index
        fill = colour if index < filled else "none"
        bars.append(
            f'<rect x="{x + 5 * index + 0.5}" y="{17.5 - height}" width="3"'
            f' height="{height}" fill="{fill}" stroke="{colour}"/>'
        )
    return "".join(bars)
