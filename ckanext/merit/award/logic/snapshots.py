"""Snapshots of the catalogue: take, list, show, measure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit import bell
from ckanext.merit.award.logic import (
    machine_schema,
    measuring,
    reading,
    takings,
    unmeasured,
)
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import schema, trail
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.model import work
from ckanext.merit.model.award_machine import Finding, Part, Taking
from ckanext.merit.model.contest import Edition, Phase, Stage
from ckanext.merit.model.contest_entry import Entry, Snapshot
from ckanext.merit.model.contest_result import Publication, ScoreRun

__all__ = [
    "EXAMINE",
    "TAKE",
    "merit_award_snapshot_advance",
    "merit_award_snapshot_examine",
    "merit_award_snapshot_list",
    "merit_award_snapshot_measure",
    "merit_award_snapshot_show",
    "merit_award_snapshot_take",
]

Context = Any
Data = dict[str, Any]

#: Kinds of work.
TAKE, EXAMINE = "award.snapshot", "award.examine"
#: Datasets that are read while somebody waits; of larger catalogues workers read the
#: rest, this many per transaction. And entries that are measured meanwhile.
AT_ONCE = 1_000
ENTRIES_AT_ONCE = 50
SCOPES = {"baseline": "catalogue", "cut_off": "entries"}
#: Phase, edition's stage, boundary.
_Boundary = tuple[Phase | None, str | None, datetime]


@tk.validate_action_data(machine_schema.snapshot_take)
@guarded
@transactional
def merit_award_snapshot_take(context: Context, data_dict: Data) -> Data:
    """Freeze what the catalogue holds, for machine criteria. For the secretariat.

    A small catalogue is read at once, of a large one workers read the rest. The
    quality of its datasets is brought up to date first. Phases of the kinds
    publication_window and use_window have their snapshots taken by the clock, a
    baseline when they open and a cut-off when they close.

    :param edition_id: id of the edition
    :type edition_id: string
    :param kind: ``baseline`` or ``cut_off``
    :type kind: string
    :param stage_id: for the criteria of this stage (optional, default: all)
    :type stage_id: string
    :param scope: ``catalogue``, every organisation (default of baselines: who enters
        later has one too), or ``entries``
    :type scope: string

    :returns: the snapshot as `merit_award_snapshot_show` gives it, perhaps in the
        ``state`` ``collecting``
    :rtype: dictionary
    """
    tk.check_access("merit_award_snapshot_take", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"])
    kind, stage_id = data_dict["kind"], data_dict.get("stage_id")
    if stage_id and load(Stage, stage_id).edition_id != edition.id:
        raise tk.ValidationError({"stage_id": [tk._("Not found")]})
    now = clock()
    row = _begin(
        context,
        edition,
        kind,
        data_dict.get("scope") or SCOPES[kind],
        boundary=(None, stage_id, now),
    )
    return _go_on(context, row)


@tk.validate_action_data(machine_schema.keys)
@guarded
@transactional
def merit_award_snapshot_advance(context: Context, data_dict: Data) -> Data:
    """Take the snapshots whose time has come, and go on with those begun.

    Called by background work. What isn't due, or is done, stays as it is.

    :param keys: ``phase/ID/baseline``, ``phase/ID/cut_off`` or ``taking/ID``
    :type keys: list of strings

    :returns: ``complete``, the number of snapshots that were completed
    :rtype: dictionary
    """
    tk.check_access("merit_award_snapshot_advance", context, data_dict)
    complete = 0
    for key in sorted(data_dict["keys"]):
        row = _due(context, key)
        if row is not None and row.finished_at is None:
            complete += _go_on(context, row)["state"] == "complete"
    return {"complete": complete}


@tk.validate_action_data(machine_schema.keys)
@guarded
@transactional
def merit_award_snapshot_examine(context: Context, data_dict: Data) -> Data:
    """Look for signs of gaming in entries, and measure them. Called by background work.

    :param keys: ``SNAPSHOT/ENTRY``
    :type keys: list of strings

    :returns: ``measured``, the number of entries
    :rtype: dictionary
    """
    tk.check_access("merit_award_snapshot_examine", context, data_dict)
    measured = 0
    for key in sorted(data_dict["keys"]):
        snapshot_id, _, entry_id = key.partition("/")
        snapshot = model.Session.get(Snapshot, snapshot_id)
        entry = model.Session.get(Entry, entry_id)
        if snapshot is None or entry is None or snapshot.kind != "cut_off":
            continue
        lock(Edition, snapshot.edition_id, share=True)
        lock(Entry, entry_id)
        measuring.examine(context, snapshot, entry)
        measured += 1
    return {"measured": measured}


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_award_snapshot_measure(context: Context, data_dict: Data) -> Data:
    """Measure all entries on a snapshot again. For the secretariat.

    After an addendum to the rules, or when entries came in later. The snapshot stays
    as it was taken, and so does what was decided about it.

    :param id: id of the cut-off snapshot
    :type id: string

    :returns: the snapshot
    :rtype: dictionary
    """
    tk.check_access("merit_award_snapshot_measure", context, data_dict)
    snapshot = load(Snapshot, data_dict["id"])
    lock(Edition, snapshot.edition_id)
    row = load(Taking, snapshot.id)
    if snapshot.kind != "cut_off":
        raise ContestError("kind", tk._("Only cut-off snapshots are measured."))
    _examine(context, snapshot, at_once=row.datasets <= AT_ONCE)
    return _answer(row, snapshot)


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_award_snapshot_list(context: Context, data_dict: Data) -> list[Data]:
    """List the snapshots of an edition, latest first, also those in the making.

    For those who run or audit it.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: as `merit_award_snapshot_show` gives them, without ``parts``; of a cut-off
        also how many admitted entries are ``unmeasured``
    :rtype: list of dictionaries
    """
    tk.check_access("merit_award_snapshot_list", context, data_dict)
    rows = model.Session.execute(
        sa.select(Taking, Snapshot)
        .outerjoin(Snapshot, Snapshot.id == Taking.id)
        .where(Taking.edition_id == data_dict["edition_id"])
        .order_by(Taking.created_at.desc())
    )
    open_ones = _open_findings(data_dict["edition_id"])
    return [
        _answer(row, snapshot)
        | {
            "open_findings": open_ones.get(row.id, 0),
            "unmeasured": unmeasured.count(snapshot),
        }
        for row, snapshot in rows
    ]


@tk.side_effect_free
@tk.validate_action_data(machine_schema.snapshot_show)
def merit_award_snapshot_show(context: Context, data_dict: Data) -> Data:
    """Return a snapshot, its digest, and the datasets of an organisation in it.

    For those who run or audit the edition; for everybody once results that were
    computed on it are published. Who created a dataset is never part of it.

    :param id: id of the snapshot
    :type id: string
    :param organization_id: also the datasets of this organisation (optional)
    :type organization_id: string
    :param n: which part of its datasets, from 1 (optional, default: 1)
    :type n: int
    :param verify: also compute all digests again; only for those who run or audit the
        edition (optional, default: false)
    :type verify: boolean

    :returns: ``id``, ``kind``, ``state``, ``sha256``, ``taken_at``, ``datasets``,
        ``body`` (with the digest of each part), with an organisation ``part``, and
        with ``verify`` whether it is ``intact``
    :rtype: dictionary
    """
    row, snapshot = _visible("merit_award_snapshot_show", context, data_dict)
    answer = _answer(row, snapshot) | {"body": snapshot and snapshot.body}
    organization_id = data_dict.get("organization_id")
    if organization_id:
        key = (row.id, organization_id, data_dict["n"])
        part = model.Session.get(Part, key)
        answer["part"] = part and part.body
    if data_dict["verify"] and not _may_list(context, row.edition_id):
        raise tk.NotAuthorized(tk._("You are not allowed to do this"))
    if data_dict["verify"] and snapshot is not None:
        answer["intact"] = takings.intact(snapshot)
    return answer


def _visible(
    action: str, context: Context, data_dict: Data
) -> tuple[Taking, Snapshot | None]:
    try:
        tk.check_access(action, context, data_dict)
    except tk.NotAuthorized:
        raise tk.ObjectNotFound(tk._("Not found")) from None
    row = load(Taking, data_dict["id"])
    snapshot = model.Session.get(Snapshot, row.id)
    if not _may_list(context, row.edition_id) and not _is_published(snapshot):
        raise tk.ObjectNotFound(tk._("Not found"))
    return row, snapshot


def _may_list(context: Context, edition_id: str) -> bool:
    try:
        tk.check_access(
            "merit_award_snapshot_list",
            tk.fresh_context(context),
            {"edition_id": edition_id},
        )
    except tk.NotAuthorized:
        return False
    return True


def _is_published(snapshot: Snapshot | None) -> bool:
    """Whether visible results rest on it; a baseline, on a later cut-off."""
    if snapshot is None:
        return False
    used = sa.select(Publication.id).join(ScoreRun, ScoreRun.id == Publication.run_id)
    used = used.where(
        Publication.edition_id == snapshot.edition_id,
        Publication.visible_from <= sa.func.clock_timestamp(),
    )
    if snapshot.kind == "baseline":
        used = used.where(ScoreRun.snapshot_id.isnot(None))
    else:
        used = used.where(ScoreRun.snapshot_id == snapshot.id)
    return model.Session.scalars(used.limit(1)).first() is not None


def _answer(row: Taking, snapshot: Snapshot | None) -> Data:
    return takings.progress(row) | {
        "sha256": snapshot and snapshot.sha256,
        "taken_at": snapshot and snapshot.taken_at.isoformat(),
    }


def _begin(
    context: Context, edition: Edition, kind: str, scope: str, *, boundary: _Boundary
) -> Taking:
    phase, stage_id, now = boundary
    user = user_of(context)
    opens_at, closes_at = reading.window(edition, stage_id, now)
    row = Taking(
        edition_id=edition.id,
        stage_id=stage_id,
        kind=kind,
        scope=scope,
        opens_at=phase.opens_at if phase else opens_at,
        closes_at=phase.closes_at if phase else min(closes_at, now),
        phase_id=phase.id if phase else None,
        due_at=now if phase else None,
        organizations=takings.organizations(edition.id, scope),
        requested_by=user.id if user else trail.SYSTEM,
    )
    model.Session.add(row)
    model.Session.flush()
    trail.note(context, "begin", row, edition_id=edition.id)
    return row


def _go_on(context: Context, row: Taking) -> Data:
    lock(Taking, row.id)
    snapshot = takings.advance(context, row, budget=AT_ONCE)
    if snapshot is None:
        _hand_over(TAKE, [f"taking/{row.id}"])
    elif snapshot.kind == "cut_off":
        _examine(context, snapshot, at_once=row.datasets <= AT_ONCE)
    model.Session.flush()
    return _answer(row, snapshot)


def _examine(context: Context, snapshot: Snapshot, *, at_once: bool) -> None:
    entries = model.Session.scalars(
        sa.select(Entry)
        .where(
            Entry.edition_id == snapshot.edition_id,
            Entry.organization_id.isnot(None),
            takings.CANDIDATES,
        )
        .order_by(Entry.id)
    ).all()
    if not at_once or len(entries) > ENTRIES_AT_ONCE:
        _hand_over(EXAMINE, [f"{snapshot.id}/{entry.id}" for entry in entries])
        return
    for entry in entries:
        measuring.examine(context, snapshot, entry)


def _hand_over(kind: str, keys: list[str]) -> None:
    work.mark(model.Session, kind, keys)
    bell.ring()


def _due(context: Context, key: str) -> Taking | None:
    """Find the snapshot that a key of work is about, or begin it."""
    head, _, rest = key.partition("/")
    if head == "taking":
        return model.Session.get(Taking, rest)
    phase_id, _, kind = rest.partition("/")
    phase = model.Session.get(Phase, phase_id) if head == "phase" else None
    if phase is None or kind not in SCOPES:
        return None
    edition = lock(Edition, phase.edition_id)
    due_at = phase.opens_at if kind == "baseline" else phase.closes_at
    same = sa.select(Taking).where(
        Taking.phase_id == phase.id, Taking.kind == kind, Taking.due_at == due_at
    )
    known = model.Session.scalars(same).first()
    if known is not None or edition.state != "published" or due_at > clock():
        return known
    boundary = (phase, phase.stage_id, due_at)
    return _begin(context, edition, kind, SCOPES[kind], boundary=boundary)


def _open_findings(edition_id: str) -> dict[str, int]:
    rows = model.Session.execute(
        sa.select(Finding.snapshot_id, sa.func.count())
        .join(Entry, Entry.id == Finding.entry_id)
        .where(Entry.edition_id == edition_id, Finding.state.in_(["open", "heard"]))
        .group_by(Finding.snapshot_id)
    )
    return {row[0]: row[1] for row in rows}
