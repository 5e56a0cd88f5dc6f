"""Babel's extractor for the texts of rule files: titles, fixes, reasons, labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from ckanext.merit import rulefile
from ckanext.merit.rulefile import Map, Seq, Text

__all__ = ["extract"]

# Keys whose text, or all texts of the mapping below, are read by people.
TRANSLATED = frozenset(
    (
        *("title", "help", "why", "fix", "reasons", "resource_reasons"),
        *("labels", "sentences"),
    )
)

# Line, name of the gettext function, text, comments.
Message = tuple[int, str, str, list[str]]


def extract(
    fileobj: BinaryIO,
    keywords: Sequence[str],
    comment_tags: Sequence[str],
    options: Mapping[str, Any],
) -> Iterator[Message]:
    """Yield the texts of one YAML rule file.

    Args:
        fileobj: the open file.
        keywords, comment_tags, options: Babel's; a rule file has no use for them.

    Raises:
        RuleFileError: the file is broken.
    """
    name = getattr(fileobj, "name", "rules")
    tree = rulefile.parse(fileobj.read().decode("utf-8"), filename=str(name))
    # Rules of contests say everything in their own languages.
    if "root" not in tree:
        yield from _below(tree, inside=False)


def _below(node: Map | Seq | Text, *, inside: bool) -> Iterator[Message]:
    if isinstance(node, Map):
        for key, value in node.items():
            yield from _below(value, inside=inside or key in TRANSLATED)
    elif isinstance(node, Seq):
        for value in node:
            yield from _below(value, inside=False)
    elif inside and node:
        yield (node.line, "gettext", str(node), [])
