"""The pictures of the guides: all there, all used, none heavy."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import pytest
from bin.portal import png

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


@pytest.mark.parametrize("kind", range(5))
def test_every_pixel_keeps_its_colour(kind: int):
    """Where all colours are kept nothing changes, however the rows were filtered."""
    rows = [[b"\0\0\0", b"\x10\x80\xff"], [b"\xff\xff\xff", b"\x10\x80\xff"]]
    assert pixels(png.reduced(picture(rows, kind))) == rows


def test_rare_colours_become_the_nearest():
    """Of three colours two are kept; the third turns into the one beside it."""
    black, white, grey = b"\0\0\0", b"\xff\xff\xff", b"\x10\x10\x10"
    found = png.reduced(
        picture([[black, black, grey], [white, white, black]]), colours=2
    )
    assert pixels(found) == [[black, black, black], [white, white, black]]


def picture(rows: list[list[bytes]], kind: int = 0) -> bytes:
    """A PNG with these colours, all rows filtered in the same way."""
    above, lines = bytes(3 * len(rows[0])), b""
    for row in (b"".join(row) for row in rows):
        lines += bytes([kind, *_filtered(row, above, kind)])
        above = row
    size = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    parts = ((b"IHDR", size), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + b"\0\0\0\0"
        for name, content in parts
    )


def _filtered(row: bytes, above: bytes, kind: int) -> list[int]:
    """What section 9.2 of the PNG specification writes instead of a row."""
    left, corner = bytes(3) + row, bytes(3) + above
    return [
        (value - _guess(left[at], above[at], corner[at])[kind]) & 255
        for at, value in enumerate(row)
    ]


def _guess(left: int, up: int, corner: int) -> list[int]:
    distances = [abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)]
    nearest = distances.index(min(distances))
    return [0, left, up, (left + up) // 2, (left, up, corner)[nearest]]


def pixels(content: bytes) -> list[list[bytes]]:
    """The colours of a picture that has a palette."""
    parts, at = {}, 8
    while at < len(content):
        size, name = struct.unpack(">I4s", content[at : at + 8])
        parts[name] = content[at + 8 : at + 8 + size]
        assert zlib.crc32(name + parts[name]) == int.from_bytes(
            content[at + 8 + size : at + 12 + size], "big"
        )
        at += size + 12
    width = struct.unpack(">I", parts[b"IHDR"][:4])[0]
    lines, palette = zlib.decompress(parts[b"IDAT"]), parts[b"PLTE"]
    return [
        [palette[3 * n : 3 * n + 3] for n in lines[start + 1 : start + 1 + width]]
        for start in range(0, len(lines), width + 1)
    ]
