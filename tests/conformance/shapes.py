"""DCAT-AP 3.0.1's shapes: the published ones where they are at hand, and our reading.

`CONSTRAINTS` says in our words what the shapes ask of the properties that our records
have, and `broken` applies it to an RDF graph; it shares no code with the package.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF
from rdflib.term import Node
from tests.conformance.rdf import PREFIXES

NAME = "dcat-ap-3.0.1-shapes.ttl"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


class Constraint(NamedTuple):
    """How often a property may be there, and what its values must be."""

    least: int
    most: int
    kind: str  # node, iri, literal, date, any


Broken = dict[int, set[tuple[str, str]]]

_MANY = 10**6
CONSTRAINTS: dict[URIRef, tuple[str, dict[URIRef, Constraint]]] = {
    DCAT.Dataset: (
        "Dataset_Shape",
        {
            DCTERMS.title: Constraint(1, _MANY, "literal"),
            DCTERMS.description: Constraint(1, _MANY, "literal"),
            DCAT.keyword: Constraint(0, _MANY, "literal"),
            DCAT.theme: Constraint(0, _MANY, "iri"),
            DCTERMS.accrualPeriodicity: Constraint(0, 1, "node"),
            DCTERMS.accessRights: Constraint(0, 1, "node"),
            DCTERMS.publisher: Constraint(0, 1, "node"),
            DCTERMS.spatial: Constraint(0, _MANY, "node"),
            DCTERMS.temporal: Constraint(0, _MANY, "node"),
            DCTERMS.provenance: Constraint(0, _MANY, "node"),
            DCAT.contactPoint: Constraint(0, _MANY, "node"),
            DCAT.distribution: Constraint(0, _MANY, "node"),
            FOAF.page: Constraint(0, _MANY, "node"),
        },
    ),
    DCAT.Distribution: (
        "Distribution_Shape",
        {
            DCTERMS.title: Constraint(0, _MANY, "literal"),
            DCTERMS.description: Constraint(0, _MANY, "literal"),
            DCAT.accessURL: Constraint(1, _MANY, "node"),
            DCAT.downloadURL: Constraint(0, _MANY, "node"),
            DCAT.accessService: Constraint(0, _MANY, "node"),
            DCTERMS.format: Constraint(0, 1, "node"),
            DCAT.mediaType: Constraint(0, 1, "node"),
            DCTERMS.license: Constraint(0, 1, "node"),
            DCTERMS.issued: Constraint(0, 1, "date"),
            DCTERMS.modified: Constraint(0, 1, "date"),
        },
    ),
    DCAT.DataService: (
        "DataService_Shape",
        {
            DCTERMS.title: Constraint(1, _MANY, "literal"),
            DCAT.endpointURL: Constraint(1, _MANY, "node"),
            DCAT.endpointDescription: Constraint(0, _MANY, "node"),
        },
    ),
    FOAF.Agent: ("Agent_Shape", {FOAF.name: Constraint(1, _MANY, "literal")}),
    DCTERMS.PeriodOfTime: (
        "PeriodOfTime_Shape",
        {
            # Their type is asked for by sh:shape, which no validator knows.
            DCAT.startDate: Constraint(0, 1, "any"),
            DCAT.endDate: Constraint(0, 1, "any"),
        },
    ),
}
_DATES = ("date", "dateTime", "gYear", "gYearMonth")


def published() -> Path | None:
    """Return the published shapes, from the data beside the project or by variable."""
    named = os.environ.get("DCAT_AP_SHAPES")
    path = Path(named) if named else SHARED / "vocab" / NAME
    return path if path.is_file() else None


def broken(graph: Graph, owners: dict[Node, int]) -> Broken:
    """Return what each record breaks by our own reading of the shapes."""
    found: dict[int, set[tuple[str, str]]] = {
        number: set() for number in owners.values()
    }
    for kind, (shape, properties) in CONSTRAINTS.items():
        for node in graph.subjects(RDF.type, kind):
            for path, constraint in properties.items():
                values = list(graph.objects(node, path))
                counted = constraint.least <= len(values) <= constraint.most
                if not counted or not all(_fits(each, constraint) for each in values):
                    found[owners[node]].add((shape, short(path)))
    return found


def validated(graph: Graph, owners: dict[Node, int], shapes: Path) -> Broken:
    """Return what each record breaks by a SHACL validator and the published shapes."""
    import pyshacl  # noqa: PLC0415 (slow to load)

    rules = Graph().parse(shapes)
    _, report, _ = pyshacl.validate(graph, shacl_graph=rules, inference="none")
    found: dict[int, set[tuple[str, str]]] = {
        number: set() for number in owners.values()
    }
    for result in report.subjects(RDF.type, SH.ValidationResult):
        node = report.value(result, SH.focusNode)
        path = report.value(result, SH.resultPath)
        source = report.value(result, SH.sourceShape)
        assert node is not None
        shape = rules.value(predicate=SH.property, object=source)
        found[owners[node]].add((str(shape).rpartition("#")[2], short(path)))
    return found


def short(path: Node | None) -> str:
    """Return a property with its usual prefix."""
    for prefix, base in PREFIXES.items():
        if str(path).startswith(base):
            return f"{prefix}:{str(path).removeprefix(base)}"
    raise AssertionError(f"no prefix for {path}")


def _fits(value: Node, constraint: Constraint) -> bool:
    if constraint.kind == "any":
        return True
    if constraint.kind == "node":
        return isinstance(value, (URIRef, BNode))
    if constraint.kind == "iri":
        return isinstance(value, URIRef)
    if constraint.kind == "literal":
        return isinstance(value, Literal)
    return isinstance(value, Literal) and str(value.datatype).endswith(
        tuple(f"#{each}" for each in _DATES)
    )
