"""From `package_show` to facts: five recorded answers, and awkward values."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ckanext.merit.domain.facts import Column, Facts, ResourceFacts
from ckanext.merit.quality import mapping
from ckanext.merit.quality.collect import Collector

DATA = Path(__file__).parents[2] / "quality" / "data"
KINDS = ["core", "extras", "scheming", "dcat", "andino"]
SITE = "http://test.ckan.net"


def recorded(kind: str) -> dict[str, Any]:
    return json.loads((DATA / f"{kind}.json").read_text("utf-8"))


def facts(record: dict[str, Any], **options: Any) -> Facts:
    options = {"site_url": SITE, "language": "es", **options}
    return Collector(mapping.load(mapping.DEFAULT), **options).facts(record)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=timezone.utc)


def resource(number: int) -> str:
    return f"0b6a1f6e-27a5-4a40-a1f0-95a0c5f7d{number}"


EXPECTED = {
    "core": Facts(
        id="b3a1c9d2-6f7e-4c11-9a55-0a6f3c2d1e01",
        name="arbolado-urbano-altovalle",
        title="Arbolado urbano de Altovalle",
        description=(
            "Censo de los **árboles** en veredas y plazas: especie, diámetro, "
            "estado sanitario y ubicación de cada ejemplar."
        ),
        keywords=("arbolado", "censo", "espacios verdes"),
        groups=("Ambiente", "ambiente"),
        licence_id="cc-by",
        licence_title="Creative Commons Attribution",
        licence_url="http://www.opendefinition.org/licenses/cc-by",
        licence_open=True,
        publisher="Municipalidad de Altovalle",
        organization_id="5d1c3f0a-0c7e-4f0e-8f0e-2f6a2f0b7a01",
        contact_email="aquiroga@altovalle.example",
        contact_name="Ana Quiroga",
        resources=(
            ResourceFacts(
                id=resource(101),
                name="Censo 2023",
                url=(
                    f"{SITE}/dataset/b3a1c9d2-6f7e-4c11-9a55-0a6f3c2d1e01"
                    f"/resource/{resource(101)}/download/censo-2023.csv"
                ),
                url_type="upload",
                format="CSV",
                media_type="text/csv",
                description="Un registro por árbol.",
                is_upload=True,
                datastore_active=True,
                created=utc(2024, 3, 5, 14, 15, 30, 1122),
                modified=utc(2024, 1, 15, 10),
            ),
            ResourceFacts(
                id=resource(102),
                name="Mapa",
                url="http://mapas.altovalle.example/arboles",
                format="HTML",
                kind="visualisation",
                created=utc(2024, 3, 5, 14, 15, 30, 1122),
            ),
        ),
    ),
    "extras": Facts(
        id="b3a1c9d2-6f7e-4c11-9a55-0a6f3c2d1e02",
        name="pasajeros-de-trenes",
        title="Pasajeros de trenes por línea y mes",
        description="Pasajeros pagos transportados por las líneas metropolitanas.",
        keywords=("boletos", "pasajeros", "trenes"),
        themes=("Transporte",),
        spatial="Área metropolitana",
        temporal_start="01/01/2015",
        temporal_end="2023-12-31",
        frequency="Mensual",
        access_rights="público",
        licence_id="notspecified",
        licence_title="License not specified",
        licence_open=False,
        publisher="Ministerio de Transporte",
        organization_id="5d1c3f0a-0c7e-4f0e-8f0e-2f6a2f0b7a02",
        contact_email="mailto:datos@transporte.example",
        provenance="Declaraciones juradas de los operadores ferroviarios.",
        resources=(
            ResourceFacts(
                id=resource(201),
                name="Serie completa",
                url="https://transporte.example/datos/pasajeros.xlsx",
                format="XLSX",
                media_type=(
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                ),
                created=utc(2024, 3, 5, 14, 15, 30, 1122),
                modified=utc(2024, 2, 2),
                columns=(
                    Column("linea", "Línea", "Línea de trenes", "string"),
                    Column("mes", "", "", "yearmonth"),
                    Column("pasajeros", "", "Pasajeros pagos", "integer"),
                ),
            ),
            ResourceFacts(
                id=resource(202),
                name="Metodología",
                url="https://transporte.example/datos/metodologia.pdf",
                format="PDF",
                kind="documentation",
                created=utc(2024, 3, 5, 14, 15, 30, 1122),
            ),
        ),
    ),
    "scheming": Facts(
        id="b3a1c9d2-6f7e-4c11-9a55-0a6f3c2d1e03",
        name="precios-canasta-basica",
        title="Precios de la canasta básica",
        description="Precios minoristas relevados en 120 comercios.",
        keywords=("precios",),
        themes=("economy", "prices"),
        spatial="Todo el país",
        temporal_start="2019-01-07",
        frequency="weekly",
        access_rights="public",
        licence_id="odc-odbl",
        licence_title="Open Data Commons Open Database License (ODbL)",
        licence_url="http://www.opendefinition.org/licenses/odc-odbl",
        licence_open=True,
        publisher="Instituto de Estadística",
        organization_id="5d1c3f0a-0c7e-4f0e-8f0e-2f6a2f0b7a03",
        contact_email="ayuda@estadistica.example",
        contact_name="Mesa de ayuda",
        provenance="https://estadistica.example/metodologia/ipc",
        documentation=("https://estadistica.example/docs/canasta.pdf",),
        resources=(
            ResourceFacts(
                id=resource(301),
                name="Precios",
                url="https://estadistica.example/precios.json",
                format="JSON",
                media_type="application/json",
                created=utc(2023, 5, 5, 12),
                columns=(
                    Column("producto", "Producto", "Nombre del producto", "text"),
                    Column("precio", "", "", "numeric"),
                ),
            ),
        ),
    ),
    "dcat": Facts(
        id="b3a1c9d2-6f7e-4c11-9a55-0a6f3c2d1e04",
        name="calidad-del-aire-costa",
        title="Calidad del aire en la Costa",
        description="Promedios horarios de las estaciones de monitoreo.",
        keywords=("aire", "contaminación", "sensores"),
        themes=("http://publications.europa.eu/resource/authority/data-theme/ENVI",),
        spatial="https://sws.geonames.org/3427378/",
        temporal_start="2022-01-01",
        temporal_end="2023-12-31",
        frequency="http://publications.europa.eu/resource/authority/frequency/HOURLY",
        access_rights=(
            "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
        ),
        licence_id="cc-by",
        licence_title="Creative Commons Attribution",
        licence_url="http://www.opendefinition.org/licenses/cc-by",
        licence_open=True,
        publisher="Gobierno de la Costa",
        organization_id="5d1c3f0a-0c7e-4f0e-8f0e-2f6a2f0b7a04",
        contact_email="ambiente@costa.example",
        contact_url="https://costa.example/contacto",
        contact_name="Secretaría de Ambiente",
        provenance="Red de monitoreo automático; calibración mensual.",
        documentation=("https://costa.example/aire/documentacion",),
        resources=(
            ResourceFacts(
                id=resource(401),
                name="Promedios",
                url="https://costa.example/aire.csv",
                format="http://publications.europa.eu/resource/authority/file-type/CSV",
                media_type="text/csv",
                created=utc(2024, 3, 5, 14, 15, 30, 1122),
                modified=utc(2024, 6, 1),
                access_url="https://costa.example/aire",
                download_url="https://costa.example/aire.csv",
                licence="http://creativecommons.org/licenses/by/4.0/",
            ),
            ResourceFacts(
                id=resource(402),
                name="API de sensores",
                url="https://costa.example/api/sta",
                format="JSON",
                kind="service",
                created=utc(2024, 3, 5, 14, 15, 30, 1122),
                endpoint_description="https://costa.example/api/openapi.json",
            ),
        ),
    ),
    "andino": Facts(
        id="b3a1c9d2-6f7e-4c11-9a55-0a6f3c2d1e05",
        name="jgm-pauta-oficial",
        title="Pauta oficial",
        description=(
            "Montos destinados a la publicidad oficial por año, medio y proveedor."
        ),
        keywords=("comunicación", "medios"),
        themes=("GOVE", "gove"),
        groups=("Gobierno y sector público", "gove"),
        spatial="00",
        temporal="2009-01-01/2016-06-30",
        frequency="R/P6M",
        access_rights="ABIERTO",
        licence_id="Creative Commons Attribution 4.0",
        licence_title="Creative Commons Attribution 4.0",
        publisher="Jefatura de Gabinete de Ministros",
        organization_id="5d1c3f0a-0c7e-4f0e-8f0e-2f6a2f0b7a05",
        contact_email="comunicacion@jefatura.example",
        contact_name="Secretaría de Comunicación Pública",
        resources=(
            ResourceFacts(
                id=resource(501),
                name="Pauta oficial 2014",
                url="https://jefatura.example/pauta/2014.csv",
                format="CSV",
                description="Montos del año 2014.",
                created=utc(2024, 3, 5, 14, 15, 30, 1122),
                modified=utc(2016, 9, 2, 19, 0, 50, 469703),
                access_url="https://jefatura.example/pauta/2014",
                columns=(
                    Column(
                        "orden_de_publicidad",
                        "",
                        "Número de orden de publicidad",
                        "string",
                    ),
                    Column("total", "", "Monto total de la orden", "float"),
                    Column("rubro", "", "", "string"),
                ),
            ),
        ),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_recorded_answer(kind: str):
    """Each way of keeping metadata yields the facts that it holds."""
    assert facts(recorded(kind)) == EXPECTED[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_fields_of_a_form_or_extras(kind: str):
    """A field reads the same at the top, as a custom form shows it, or as an extra."""
    record = recorded(kind)
    own = set(record) - set(recorded("core"))
    extras = [
        {"key": key, "value": json.dumps(value) if isinstance(value, list) else value}
        for key, value in record.items()
        if key in own
    ]
    record = {key: value for key, value in record.items() if key not in own}
    record["extras"] = [*record["extras"], *extras]
    assert facts(record) == EXPECTED[kind]


def test_order_of_lists_means_nothing():
    """Tags, groups and extras in another order are the same facts."""
    record = recorded("andino")
    for name in ("tags", "groups", "extras"):
        record[name].reverse()
    assert facts(record) == EXPECTED["andino"]


def test_portal_contact_is_passed_over():
    """Where there are several addresses, the portal's own comes last."""
    found = facts(recorded("core"), portal_contacts=["AQuiroga@altovalle.example"])
    assert found.contact_email == "espaciosverdes@altovalle.example"
