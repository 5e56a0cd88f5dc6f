"""Tables and the statements over them; no rules.

Importing this package makes every table known to the migrations.
"""

from __future__ import annotations

from ckanext.merit.model import (
    audit,
    award,
    award_machine,
    contest,
    contest_entry,
    contest_jury,
    contest_result,
    quality,
    work,
)

__all__ = [
    "audit",
    "award",
    "award_machine",
    "contest",
    "contest_entry",
    "contest_jury",
    "contest_result",
    "quality",
    "work",
]
