"""Tables and the statements over them; no rules.

Importing this package makes every table known to the migrations.
"""

from __future__ import annotations

from ckanext.merit.model import work

__all__ = ["work"]
