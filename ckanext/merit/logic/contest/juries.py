"""Who is on the jury, where the rules let everybody know."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.logic.contest import schema
from ckanext.merit.logic.contest.rule_sets import in_force
from ckanext.merit.model.contest_jury import Juror

__all__ = ["merit_jury_show"]

Context = Any
Data = dict[str, Any]
_PUBLIC_STATES = ("accepted", "active", "ended")


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_jury_show(context: Context, data_dict: Data) -> list[Data]:
    """List the jury of an edition whose rules say ``policy: {jury: public}``.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: ``id`` (of the appointment), ``name`` and ``institution`` of each juror;
        nobody where the rules don't
        make the jury public
    :rtype: list of dictionaries
    """
    tk.check_access("merit_jury_show", context, data_dict)
    rules = in_force(data_dict["edition_id"])
    policy = rules.body.get("policy") if rules else None
    if not isinstance(policy, dict) or policy.get("jury") != "public":
        return []
    found = model.Session.execute(
        sa.select(model.User, Juror.institution, Juror.id)
        .join(Juror, Juror.user_id == model.User.id)
        .where(
            Juror.edition_id == data_dict["edition_id"],
            Juror.state.in_(_PUBLIC_STATES),
        )
    )
    names = [(user.display_name, institution, key) for user, institution, key in found]
    return [
        {"id": key, "name": name, "institution": institution}
        for name, institution, key in sorted(names, key=lambda row: row[0].casefold())
    ]
