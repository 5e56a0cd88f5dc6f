"""The message catalogues: as new as the code, complete, and true to their templates."""

from __future__ import annotations

import re
from distutils.core import run_setup
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "ckanext" / "merit" / "i18n"
TEMPLATE = FOLDER / "ckanext-merit.pot"
CATALOGUES = sorted(FOLDER.glob("*/LC_MESSAGES/ckanext-merit.po"))


def read(path: Path) -> Any:
    return read_po(BytesIO(path.read_bytes()), locale=path.parts[-3])


def both(text: Any) -> list[str]:
    """Singular and plural, or the one text."""
    return [text] if isinstance(text, str) else list(text)


def pairs(catalogue: Any) -> set[tuple[str, ...]]:
    return {(*both(m.id), *both(m.string)) for m in catalogue if m.id}


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{\w*\}|%\w", text))


@pytest.fixture(scope="module")
def from_code() -> set[Any]:
    """All messages that the code holds now."""
    package: Any = run_setup(str(ROOT / "setup.py"), stop_after="init")
    extractors = package.message_extractors
    methods = [(pattern, method) for pattern, method, _ in extractors["ckanext"]]
    found = extract_from_dir(ROOT / "ckanext", method_map=methods)
    return {message for _, _, message, _, _ in found}


def test_there_is_spanish():
    """The package speaks Spanish."""
    assert [path.parts[-3] for path in CATALOGUES] == ["es"]


def test_template_is_as_new_as_the_code(from_code: set[Any]):
    """Every text of the code is in the template, and nothing else (`bin/i18n`)."""
    template: Any = read_po(BytesIO(TEMPLATE.read_bytes()))
    assert {message.id for message in template if message.id} == from_code


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_nothing_is_missing(path: Path, from_code: set[Any]):
    """Every text of the code is translated."""
    translated = {m.id for m in read(path) if m.id and all(both(m.string))}
    assert from_code - translated == set()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_nothing_is_guessed(path: Path):
    """No translation is marked as fuzzy."""
    assert [m.id for m in read(path) if m.id and m.fuzzy] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_placeholders_survive(path: Path):
    """A translation has the placeholders of its original."""
    wrong = [
        message.id
        for message in read(path)
        for original, text in zip(both(message.id), both(message.string), strict=True)
        if placeholders(text) != placeholders(original)
    ]
    assert wrong == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_compiled_catalogue_is_current(path: Path):
    """What CKAN reads at run time is compiled from what people edit."""
    compiled = BytesIO()
    write_mo(compiled, read(path))
    compiled.seek(0)
    ours = read_mo(BytesIO(path.with_suffix(".mo").read_bytes()))
    assert pairs(ours) == pairs(read_mo(compiled))
