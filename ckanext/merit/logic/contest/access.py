"""What somebody may be offered in an edition: for navigation, never instead of auth."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.domain.contest.permission_table import CONDITIONS
from ckanext.merit.domain.contest.permissions import decide, rules
from ckanext.merit.logic.contest import schema
from ckanext.merit.logic.contest.actors import actor_in
from ckanext.merit.logic.contest.transaction import load
from ckanext.merit.model.contest import Edition

__all__ = ["merit_edition_access_show"]


@tk.side_effect_free
@tk.validate_action_data(schema.addressed)
def merit_edition_access_show(context: Any, data_dict: dict[str, Any]) -> Any:
    """Say which roles you hold in an edition, and which acts they can permit.

    :param id: id of the edition, or its address ``programme/slug``
    :type id: string

    :returns: ``roles``, letters of the permission table, and ``acts``, its rows;
        whether an act is permitted on one object is decided when it is done
    :rtype: dictionary
    """
    try:
        tk.check_access("merit_edition_access_show", context, data_dict)
    except tk.NotAuthorized:
        raise tk.ObjectNotFound(tk._("Not found")) from None
    edition = load(Edition, data_dict["id"])
    roles = actor_in(context, edition).roles
    acts = [
        act
        for act in rules()
        if decide(act, roles=roles, own=roles, met=CONDITIONS).allowed
    ]
    return {"roles": sorted(roles), "acts": acts}
