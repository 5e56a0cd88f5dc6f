"""Profile files to load, change and break."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ckanext.merit.quality import profiles
from ckanext.merit.quality.profile_file import RULES

SHIPPED = RULES / "default-1.0.yaml"
SMALL = """\
id: small-1.0
version: "1.0"
title: Small
help: A profile for this test.
dimensions:
  - {id: F, title: Findability, help: Can it be found}
closed: right
na_policy: zero
bands:
  - {id: gold, start: 62.5, title: Good, help: It is good.}
rated: {applicability: 0.5, coverage: 4/5}
gates:
  - {id: g, indicator: F3, value: 1/2, cap: none, title: Keywords!}
vocabularies:
  access-rights: {access-rights}
  file-types: {file-types}
  frequencies: {frequencies}
  licences: {licences}
  media-types: {media-types}
  themes: {themes}
reasons: {no_data: No data.}
sentences:
  both: "{strength}, but {loss}."
  strength: "{strength}."
  loss: "{loss}."
  nothing: Nothing.
indicators:
  - id: F3
    dimension: F
    points: 1/3
    level: dataset
    effort: 2
    field: tag_string
    title: Keywords
    why: Because.
    help: How.
    fix: Add some.
    reasons: {none: "None, not {count}."}
    sentences: {loss: {none: it has none}}
"""


def small() -> str:
    text = SMALL
    folder = RULES.parent / "vocabularies"
    for path in folder.glob("*.txt"):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        text = text.replace(f"{{{path.stem}}}", digest)
    return text


def write(folder: Path, text: str, name: str = "small-1.0") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, "utf-8")
    return path


def load(folder: Path, text: str) -> profiles.LoadedProfile:
    return profiles.load(write(folder, text))


EXTENDING = """\
id: mine-2.0
version: "2.0"
extends: metadata-1.0
title: Ours
without: [I2]
indicators:
  - {id: T2, points: 10}
  - id: A1
    dimension: A
    points: 8
    level: resource
    effort: 2
    field: url
    title: Links
    why: Because.
    help: How.
    fix: Mend them.
    reasons: {}
    sentences: {loss: {}}
"""
