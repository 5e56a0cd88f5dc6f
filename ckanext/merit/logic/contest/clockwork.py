"""What the clock does: drafts lapse, invitations and assignments expire."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import result_schema
from ckanext.merit.logic.contest.calendar import phases_of
from ckanext.merit.logic.contest.entries import ENTERING
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.transaction import clock, load, lock, transactional
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry, Invitation
from ckanext.merit.model.contest_jury import Assignment, Juror

__all__ = ["merit_clock_tick"]

Context = Any
Data = dict[str, Any]


@tk.validate_action_data(result_schema.tick)
@guarded
@transactional
def merit_clock_tick(context: Context, data_dict: Data) -> Data:
    """Make the transitions that time alone makes. Called by background work.

    What isn't due (any more) stays as it is, so that doing it twice changes nothing.

    :param keys: ``entry/ID``, ``juror/ID``, ``invitation/ID`` or ``assignment/ID``
    :type keys: list of strings

    :returns: ``changed``, the number of transitions
    :rtype: dictionary
    """
    tk.check_access("merit_clock_tick", context, data_dict)
    changed = 0
    # The same order of locks for all workers.
    for key in sorted(data_dict["keys"]):
        kind, _, row_id = key.partition("/")
        if kind not in _TICKS:
            raise tk.ValidationError({"keys": [tk._("Unknown key")]})
        try:
            changed += _TICKS[kind](context, row_id)
        except tk.ObjectNotFound:
            continue
    return {"changed": changed}


def _entry(context: Context, key: str) -> bool:
    edition = lock(Edition, load(Entry, key).edition_id, share=True)
    row = lock(Entry, key)
    if row.state == "returned":
        due, act = row.due_at is not None and row.due_at <= clock(), "lapse"
    elif row.state == "draft":
        due, act = _entering_over(edition), "lapse"
    elif row.state == "submitted" and edition.kind == "datathon":
        due, act = _entering_over(edition), "lock"
    else:
        return False
    if due:
        transit(context, row, act, edition_id=edition.id, checked=("due_passed",))
    return due


def _entering_over(edition: Edition) -> bool:
    now = clock()
    kinds = ENTERING[edition.kind]
    return edition.published_at is not None and all(
        phase.closes_at <= now for phase in phases_of(edition.id) if phase.kind in kinds
    )


def _juror(context: Context, key: str) -> bool:
    edition = lock(Edition, load(Juror, key).edition_id, share=True)
    row = lock(Juror, key)
    if row.state != "invited" or row.expires_at > clock():
        return False
    transit(context, row, "expire", edition_id=edition.id, checked=("due_passed",))
    return True


def _invitation(context: Context, key: str) -> bool:
    edition = lock(Edition, load(Invitation, key).target_id, share=True)
    row = lock(Invitation, key)
    if row.state != "pending" or row.expires_at > clock():
        return False
    transit(context, row, "expire", edition_id=edition.id, checked=("due_passed",))
    return True


def _assignment(context: Context, key: str) -> bool:
    juror = load(Juror, load(Assignment, key).juror_id)
    edition = lock(Edition, juror.edition_id, share=True)
    row = lock(Assignment, key)
    open_states = {"assigned", "in_progress"}
    if row.state not in open_states or row.due_at is None or row.due_at > clock():
        return False
    transit(context, row, "expire", edition_id=edition.id, checked=("due_passed",))
    return True


_TICKS = {
    "entry": _entry,
    "juror": _juror,
    "invitation": _invitation,
    "assignment": _assignment,
}
