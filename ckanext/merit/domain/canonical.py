"""One byte sequence per JSON value (RFC 8785), for digests that anyone can redo.

Fractions and decimals travel as text: a binary float never enters a digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, cast

__all__ = ["canonical", "digest"]

# Integers beyond this lose digits in JavaScript readers (RFC 8785, 3.2.2.3).
MAX_INTEGER = 2**53 - 1


def canonical(value: Any) -> bytes:
    """Encode a JSON value in the one form that RFC 8785 allows.

    Args:
        value: None, bool, int within ±(2⁵³ - 1), str, list, tuple or a mapping
            with text keys, nested at will.

    Returns:
        UTF-8 bytes without insignificant space, keys in UTF-16 order.

    Raises:
        TypeError: For any other type, floats included.
        ValueError: For an integer out of range or text with a lone surrogate.
    """
    text = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def digest(value: Any) -> str:
    """Give the SHA-256 of the canonical form as 64 hexadecimal digits.

    Raises:
        TypeError: As :func:`canonical`.
        ValueError: As :func:`canonical`.
    """
    return hashlib.sha256(canonical(value)).hexdigest()


def _ordered(value: Any) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise ValueError(f"{value} has no canonical form: write it as text")
        return value
    if isinstance(value, Mapping):
        named = cast("Mapping[Any, Any]", value)
        return {key: _ordered(named[key]) for key in sorted(named, key=_utf16)}
    if isinstance(value, (list, tuple)):
        return [_ordered(item) for item in cast("list[Any]", value)]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _utf16(key: Any) -> bytes:
    if not isinstance(key, str):
        raise TypeError(f"a key is text, not {type(key).__name__}")
    return key.encode("utf-16-be")
