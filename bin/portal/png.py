"""Small PNG files: a picture of a page needs few colours."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

__all__ = ["reduced"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {2: 3, 6: 4}  # colour types: RGB and RGBA
Colour = bytes


def reduced(picture: bytes, *, colours: int = 32) -> bytes:
    """The picture with its most frequent colours only; others become the nearest.

    Args:
        picture: A PNG of 8 bits per channel, not interlaced, as browsers make them.
        colours: How many colours are kept, at most 256.
    """
    header, packed = _read(picture)
    width, height, depth, kind = struct.unpack(">IIBB", header[:10])
    channels = _CHANNELS[kind]
    if depth != 8 or header[12]:
        raise ValueError("not a PNG as browsers make them")
    rows = [
        [bytes(line[at : at + 3]) for at in range(0, len(line), channels)]
        for line in _unfiltered(zlib.decompress(packed), width * channels, channels)
    ]
    counted = Counter(colour for row in rows for colour in row)
    kept = [colour for colour, _ in counted.most_common(colours)]
    nearest = {colour: _nearest(colour, kept) for colour in counted}
    lines = b"".join(b"\0" + bytes(nearest[colour] for colour in row) for row in rows)
    return _SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(kept)),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _read(picture: bytes) -> tuple[bytes, bytes]:
    """The header and the packed pixels of a PNG."""
    header, packed, at = b"", b"", len(_SIGNATURE)
    while at < len(picture):
        size, name = struct.unpack(">I4s", picture[at : at + 8])
        content = picture[at + 8 : at + 8 + size]
        header = content if name == b"IHDR" else header
        packed += content if name == b"IDAT" else b""
        at += size + 12
    return header, packed


def _unfiltered(data: bytes, size: int, step: int) -> Iterator[bytearray]:
    """Undo the filter of each row; see section 9 of the PNG specification."""
    above = bytearray(size)
    for start in range(0, len(data), size + 1):
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + size])
        for at in range(size) if kind else ():
            left = row[at - step] if at >= step else 0
            corner = above[at - step] if at >= step else 0
            row[at] = (row[at] + _predicted(kind, left, above[at], corner)) & 255
        yield row
        above = row


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 1:
        return left
    if kind == 2:
        return up
    if kind == 3:
        return (left + up) // 2
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def _nearest(colour: Colour, kept: list[Colour]) -> int:
    def distance(number: int) -> int:
        return sum(
            (one - two) ** 2 for one, two in zip(colour, kept[number], strict=True)
        )

    return min(range(len(kept)), key=distance)


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
