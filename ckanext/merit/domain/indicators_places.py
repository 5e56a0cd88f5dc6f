"""Whether a spatial coverage can be read: GeoJSON, WKT, a box, a code, an address."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import cast

from ckanext.merit.domain.text import LONGEST_NAME, LOOKED_AT, is_web_address

# ISO 3166 codes of countries and their parts: AR, ARG, AR-B.
_CODE = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?|[A-Z]{3}")
_OTHER_ADDRESS = re.compile(r"(?:geo:-?\d|urn:[A-Za-z0-9])\S{2,}")
_WELL_KNOWN_TEXT = re.compile(
    r"(?:SRID=\d{1,6};)?\s{0,9}(?:MULTI)?"
    r"(?:POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION|ENVELOPE|BBOX)"
    r"\s{0,9}(?:ZM|Z|M)?\s{0,9}\([^A-Za-z0-9]{0,20}(?:-?\d|[A-Z]{5})",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,30})?")
_GEOMETRIES = (
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
)
_COLLECTIONS = {"FeatureCollection": "features", "GeometryCollection": "geometries"}
# Positions are nested at most four deep in GeoJSON.
_DEEPEST = 5


def is_place(text: str) -> bool:
    """Say whether a machine can place the text on a map.

    Understood are GeoJSON, well-known text, a box or point of numbers in degrees,
    ISO 3166 codes and addresses; a place's name is not.
    """
    text = text.strip()
    if len(text) > LONGEST_NAME:
        return _is_geometry(text)
    return _is_short_place(text)


@lru_cache(maxsize=4096)
def _is_short_place(text: str) -> bool:
    return (
        _CODE.fullmatch(text) is not None
        or is_web_address(text)
        or _OTHER_ADDRESS.fullmatch(text) is not None
        or _is_box(text)
        or _is_geometry(text)
    )


def _is_geometry(text: str) -> bool:
    if text.startswith("{"):
        return _is_geojson(text)
    return text.endswith(")") and _WELL_KNOWN_TEXT.match(text) is not None


def _is_box(text: str) -> bool:
    """Say whether the text is two or four numbers of degrees."""
    parts = text.strip("[]()").replace(",", " ").replace(";", " ").split()
    return (
        len(parts) in (2, 4)
        and all(_NUMBER.fullmatch(part) for part in parts)
        and all(abs(float(part)) <= 180 for part in parts)
    )


def _is_geojson(text: str) -> bool:
    if len(text) > LOOKED_AT:
        # Reading a megabyte of coastline to see that it is one is not worth it.
        head = text[:LOOKED_AT]
        return text.endswith("}") and '"type"' in head and '"coordinates"' in head
    try:
        shape: object = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return _has_position(shape)


def _has_position(shape: object) -> bool:
    """Say whether a GeoJSON object has a geometry with a first position."""
    for _ in range(_DEEPEST):
        if not isinstance(shape, dict):
            return False
        members = cast("dict[str, object]", shape)
        kind = members.get("type")
        if isinstance(kind, str) and kind in _COLLECTIONS:
            shape = _first(members.get(_COLLECTIONS[kind]))
        elif kind == "Feature":
            shape = members.get("geometry")
        else:
            return kind in _GEOMETRIES and _is_position(members.get("coordinates"))
    return False


def _is_position(coordinates: object) -> bool:
    for _ in range(_DEEPEST):
        first = _first(coordinates)
        if not isinstance(first, list):
            return _are_degrees(coordinates)
        coordinates = cast("object", first)
    return False


def _first(items: object) -> object:
    return cast("list[object]", items)[0] if isinstance(items, list) and items else None


def _are_degrees(position: object) -> bool:
    if not isinstance(position, list):
        return False
    pair = cast("list[object]", position)[:2]
    return len(pair) == 2 and all(
        isinstance(number, int | float) and -limit <= number <= limit
        for number, limit in zip(pair, (180, 90), strict=True)
    )
