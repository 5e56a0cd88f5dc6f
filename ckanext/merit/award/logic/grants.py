"""Which row of the permission table each action of awards needs, and on what."""

from __future__ import annotations

from ckanext.merit.logic.contest.grants import Grant

__all__ = ["GRANTS"]

GRANTS: dict[str, Grant] = {}
