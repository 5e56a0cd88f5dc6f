"""The pictures of the guides: all there, all used, none heavy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
IMAGES = DOCS / "images"
_NAMED = re.compile(r"!\[([^\]]*)\]\(images/([^)]+)\)", re.DOTALL)
_MOST_BYTES = 60_000


def named() -> list[tuple[str, str, str]]:
    """Guide, alternative text and file of each picture that a guide shows."""
    return [
        (guide.name, " ".join(words.split()), file)
        for guide in sorted(DOCS.glob("*.md"))
        for words, file in _NAMED.findall(guide.read_text("utf-8"))
    ]


def test_guides_show_every_picture_and_no_other():
    """Each file is shown by a guide, and each that is shown is there."""
    assert {file for _, _, file in named()} == {file.name for file in IMAGES.iterdir()}


def test_every_picture_can_be_read_aloud():
    """Its alternative text says what is seen, in more than a word."""
    short = [file for _, words, file in named() if len(words) < 20]
    assert short == []


@pytest.mark.parametrize("file", sorted(IMAGES.iterdir()), ids=lambda file: file.name)
def test_pictures_are_small(file: Path):
    """A PNG of at most 60 kB."""
    content = file.read_bytes()
    assert (content[1:4], len(content) <= _MOST_BYTES) == (b"PNG", True)
