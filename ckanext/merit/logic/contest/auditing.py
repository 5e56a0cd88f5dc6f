"""Reading and checking the audit trail."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.audit import verify
from ckanext.merit.logic.contest import answers, names, result_schema, schema
from ckanext.merit.model import audit

__all__ = ["merit_audit_check", "merit_audit_list", "merit_audit_verify"]

Context = Any
Data = dict[str, Any]


@tk.side_effect_free
@tk.validate_action_data(result_schema.trail)
def merit_audit_list(context: Context, data_dict: Data) -> Data:
    """List the audit trail of an edition, latest first. For those who run or audit it.

    :param edition_id: id of the edition
    :type edition_id: string
    :param limit: number of records to return (default: 20)
    :type limit: int
    :param offset: number of records to pass over (default: 0)
    :type offset: int

    :returns: ``count`` and ``results``, each with the ``user`` who acted (name and
        full name; null for the clock)
    :rtype: dictionary
    """
    tk.check_access("merit_audit_list", context, data_dict)
    table = audit.table
    mine = table.c.chain == data_dict["edition_id"]
    count = model.Session.scalar(
        sa.select(sa.func.count()).select_from(table).where(mine)
    )
    rows = model.Session.execute(
        sa.select(table)
        .where(mine)
        .order_by(table.c.seq.desc())
        .limit(data_dict["limit"])
        .offset(data_dict["offset"])
    )
    found = [answers.as_dict(row, answers.RECORD) for row in rows]
    people = names.of_users(row["actor"] for row in found)
    return {
        "count": count,
        "results": [row | {"user": people.get(row["actor"])} for row in found],
    }


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_audit_check(context: Context, data_dict: Data) -> Data:
    """Check the chain of an edition's audit trail. For those who run or audit it.

    Keep ``seq`` and ``hash`` outside the portal: with them ``ckan merit audit verify``
    also finds a tail that was cut off and a chain that was rebuilt as a whole.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: ``seq`` and ``hash`` of the last record, and ``broken``: ``seq`` and
        ``reason`` of the first bad record, or null
    :rtype: dictionary
    """
    tk.check_access("merit_audit_check", context, data_dict)
    return _checked(data_dict["edition_id"], None)


@tk.side_effect_free
@tk.validate_action_data(result_schema.head)
def merit_audit_verify(context: Context, data_dict: Data) -> list[Data]:
    """Check the chains of the audit trail. Only for sysadmins.

    With a head that was kept outside the portal, a tail that was cut off and a chain
    that was rebuilt as a whole are found too. It takes ``chain``, ``seq`` and ``hash``.

    :param chain: only this chain: an edition's id, or ``global`` (optional)
    :type chain: string
    :param seq: number of the record that was kept (optional)
    :type seq: int
    :param hash: its hash (optional)
    :type hash: string

    :returns: for each chain its ``chain``, ``seq`` and ``hash`` of the last record, and
        ``broken``: ``seq`` and ``reason`` of the first bad record, or null
    :rtype: list of dictionaries
    """
    tk.check_access("merit_audit_verify", context, data_dict)
    chosen = data_dict.get("chain")
    names = [chosen] if chosen else audit.chains(model.Session)
    head = _head(data_dict)
    return [_checked(name, head) for name in names]


def _head(data: Data) -> tuple[int, str] | None:
    """Read the head that was kept; a part of one would prove nothing."""
    if data.get("seq") is None and not data.get("hash"):
        return None
    lacking = [name for name in ("chain", "seq", "hash") if not data.get(name)]
    if lacking:
        text = tk._("Needed to check the record that was kept.")
        raise tk.ValidationError({name: [text] for name in lacking})
    return data["seq"], data["hash"]


def _checked(chain: str, head: tuple[int, str] | None) -> Data:
    last: dict[str, Any] = {"seq": 0, "hash": None}

    def walked() -> Any:
        for link in audit.links(model.Session, chain):
            last.update(seq=link.seq, hash=link.hash)
            yield link

    broken = verify(walked(), head=head)
    found = broken and {"seq": broken.seq, "reason": broken.reason}
    return {"chain": chain, **last, "broken": found}
