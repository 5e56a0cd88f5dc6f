"""Writes mapped records as RDF: used by tests only, to ask a SHACL validator."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from urllib.parse import quote

from rdflib import RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, SKOS, Namespace
from rdflib.term import Node

from ckanext.merit.domain.dcat import Distribution, Iri, PeriodOfTime, Record, Term
from ckanext.merit.domain.text import is_email

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
PREFIXES = {
    "dct": str(DCTERMS),
    "dcat": str(DCAT),
    "foaf": str(FOAF),
    "skos": str(SKOS),
}


def graph_of(records: Iterable[Record]) -> tuple[Graph, dict[Node, int]]:
    """Return one graph of all records and, for each node, whose record it is."""
    graph = Graph()
    owners: dict[Node, int] = {}
    for number, record in enumerate(records):
        before = len(owners)
        for node in _Writer(graph, number).dataset(record):
            owners[node] = number
        assert len(owners) > before
    return graph, owners


class _Writer:
    def __init__(self, graph: Graph, number: int) -> None:
        self.graph = graph
        self.base = f"urn:record:{number}"
        self.nodes: list[Node] = []

    def dataset(self, record: Record) -> list[Node]:
        node = self.node("", DCAT.Dataset)
        self.text(node, DCTERMS.title, record.title)
        self.text(node, DCTERMS.description, record.description)
        for keyword in record.keywords:
            self.text(node, DCAT.keyword, keyword)
        for theme in record.themes:
            self.term(node, DCAT.theme, theme)
        self.term(node, DCTERMS.accrualPeriodicity, record.frequency)
        self.term(node, DCTERMS.accessRights, record.access_rights)
        for page in record.pages:
            self.term(node, FOAF.page, page)
        self.publisher(node, record)
        self.contact(node, record)
        self.coverage(node, record)
        if record.provenance.strip():
            statement = self.below(
                node, DCTERMS.provenance, DCTERMS.ProvenanceStatement
            )
            self.text(statement, RDFS.label, record.provenance)
        for place, distribution in enumerate(record.distributions):
            self.distribution(node, distribution, f"/distribution/{place}")
        return self.nodes

    def publisher(self, dataset: Node, record: Record) -> None:
        if record.publisher is not None:
            agent = self.below(dataset, DCTERMS.publisher, FOAF.Agent)
            self.text(agent, FOAF.name, record.publisher)

    def contact(self, dataset: Node, record: Record) -> None:
        address = record.contact_email.strip().removeprefix("mailto:")
        if not address and not record.contact_name.strip():
            return
        point = self.below(dataset, DCAT.contactPoint, VCARD.Kind)
        self.text(point, VCARD.fn, record.contact_name)
        if is_email(address):
            self.graph.add((point, VCARD.hasEmail, URIRef(f"mailto:{quote(address)}")))

    def coverage(self, dataset: Node, record: Record) -> None:
        if isinstance(record.temporal, PeriodOfTime):
            period = self.below(dataset, DCTERMS.temporal, DCTERMS.PeriodOfTime)
            self.term(period, DCAT.startDate, record.temporal.start)
            self.term(period, DCAT.endDate, record.temporal.end)
        else:
            self.term(dataset, DCTERMS.temporal, record.temporal)
        if isinstance(record.spatial, Iri):
            self.term(dataset, DCTERMS.spatial, record.spatial)
        elif record.spatial:
            place = self.below(dataset, DCTERMS.spatial, DCTERMS.Location)
            self.term(place, SKOS.prefLabel, record.spatial)

    def distribution(
        self, dataset: Node, distribution: Distribution, name: str
    ) -> None:
        node = self.node(name, DCAT.Distribution)
        self.graph.add((dataset, DCAT.distribution, node))
        self.text(node, DCTERMS.title, distribution.title)
        self.text(node, DCTERMS.description, distribution.description)
        self.term(node, DCAT.accessURL, distribution.access_url)
        self.term(node, DCAT.downloadURL, distribution.download_url)
        self.term(node, DCTERMS.format, distribution.format)
        self.term(node, DCAT.mediaType, distribution.media_type)
        self.term(node, DCTERMS.license, distribution.licence)
        self.term(node, DCTERMS.issued, distribution.issued)
        self.term(node, DCTERMS.modified, distribution.modified)
        service = distribution.service
        if service is not None:
            below = self.below(node, DCAT.accessService, DCAT.DataService)
            self.text(below, DCTERMS.title, service.title)
            self.term(below, DCAT.endpointURL, service.endpoint_url)
            self.term(below, DCAT.endpointDescription, service.endpoint_description)

    def node(self, name: str, kind: URIRef) -> Node:
        node = URIRef(self.base + name)
        self.graph.add((node, RDF.type, kind))
        self.nodes.append(node)
        return node

    def below(self, above: Node, path: URIRef, kind: URIRef) -> Node:
        node = BNode()
        self.graph.add((node, RDF.type, kind))
        self.graph.add((above, path, node))
        self.nodes.append(node)
        return node

    def text(self, node: Node, path: URIRef, text: str) -> None:
        if text.strip():
            self.graph.add((node, path, Literal(text)))

    def term(self, node: Node, path: URIRef, term: Term) -> None:
        if term is None or term == "":
            return
        if isinstance(term, Iri):
            found: Node = URIRef(term)
        elif isinstance(term, datetime):
            found = Literal(term.isoformat(), datatype=XSD.dateTime)
        elif isinstance(term, date):
            found = Literal(term.isoformat(), datatype=XSD.date)
        else:
            found = Literal(term)
        self.graph.add((node, path, found))
