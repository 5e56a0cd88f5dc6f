"""Spatial coverage that a map can show."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.domain.indicators_places import is_place

POINT = {"type": "Point", "coordinates": [-68.8, -32.9]}
FEATURE = {"type": "Feature", "geometry": POINT}


@pytest.mark.parametrize(
    "text",
    [
        *("AR", "ARG", "AR-M", " PE "),
        *("http://sws.geonames.org/3844421/", "geo:-32.9,-68.8", "urn:ogc:def:crs:x"),
        *("-70,-36,-66,-32", "[-70, -36, -66, -32]", "-68.8;-32.9"),
        *("POINT(-68.8 -32.9)", "polygon ((0 0, 1 0, 1 1, 0 0))"),
        *("SRID=4326;MULTIPOLYGON Z (((0 0 0, 1 0 0)))", "ENVELOPE(-70,-66,-32,-36)"),
        "GEOMETRYCOLLECTION(POINT(0 0))",
    ],
)
def test_places(text):
    """Codes, addresses, boxes, points and well-known text."""
    assert is_place(text)


@pytest.mark.parametrize(
    "shape",
    [
        POINT,
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
        {"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1]]]]},
        {"type": "Feature", "geometry": POINT},
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "geometry": POINT}],
        },
        {"type": "GeometryCollection", "geometries": [POINT]},
    ],
)
def test_geojson(shape):
    """Geometries, features and collections with a position in degrees."""
    assert is_place(json.dumps(shape))


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "Point"},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": [1]},
        {"type": "Point", "coordinates": [400, 0]},
        {"type": "Point", "coordinates": [0, 91]},
        {"type": "Point", "coordinates": ["0", "0"]},
        {"type": "Point", "coordinates": [[[[[[0, 0]]]]]]},
        {"type": "Point", "coordinates": {"x": 1}},
        {"type": "Nothing", "coordinates": [0, 0]},
        {"type": ["Point"], "coordinates": [0, 0]},
        {"type": "Feature", "geometry": None},
        {"type": "FeatureCollection", "features": []},
        {"type": "FeatureCollection", "features": "all"},
        {"coordinates": [0, 0]},
    ],
)
def test_no_geojson(shape):
    """Without a known type and a first position in degrees nothing can be shown."""
    assert not is_place(json.dumps(shape))


def test_deeply_nested_features():
    """Features in features, or brackets beyond any reader's depth, are no place."""
    nested: dict[str, object] = POINT
    for _ in range(9):
        nested = {"type": "Feature", "geometry": nested}
    assert not is_place(json.dumps(nested))
    assert not is_place('{"a":' * 3_000 + "1" + "}" * 3_000)


def test_long_geometries():
    """A megabyte of coastline is recognised by its beginning and end."""
    points = ",".join(["[0.5,0.5]"] * 100_000)
    assert is_place(f'{{"type":"Polygon","coordinates":[[{points}]]}}')
    assert not is_place(f'{{"type":"Polygon","rings":[[{points}]]}}')
    assert is_place(f"LINESTRING({', '.join(['0.5 0.5'] * 100_000)})")


@pytest.mark.parametrize(
    "text",
    [
        *("", "Mendoza", "Argentina", "06", "argentina", "1,2,3", "1,2,3,400", "1,x"),
        *("{", "{}", "POINT", "POINT()", "POINT(a b)", "javascript:alert(1)", "urn:"),
        '{"type":"Point","coordinates":[NaN,0]}',
        "x" * 1_000_000,
    ],
)
def test_no_places(text):
    """Names, numbers out of range and anything else."""
    assert not is_place(text)


@given(
    st.text()
    | st.recursive(
        st.none() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["type", "coordinates", "geometry", "features"]), inner
            )
        ),
    ).map(json.dumps)
)
def test_anything_is_judged_without_error(text):
    """Any text is a place or not."""
    is_place(text)
