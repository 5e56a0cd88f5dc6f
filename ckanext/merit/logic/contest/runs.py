"""Score runs: computed from locked reviews, approved by two, or discarded."""

from __future__ import annotations

from random import SystemRandom
from typing import Any

import sqlalchemy as sa

import ckan.plugins as p
import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.approvals import approved, check_approval
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.scoring.diagnostics import diagnose
from ckanext.merit.domain.scoring.engine import (
    ALGORITHM,
    ALGORITHM_VERSION,
    Result,
    score,
)
from ckanext.merit.domain.scoring.reading import read_rules
from ckanext.merit.domain.scoring.report import diagnostics_data
from ckanext.merit.domain.scoring.scores import ScoreError, check_marks
from ckanext.merit.domain.scoring.seal import sealed
from ckanext.merit.guard import guarded
from ckanext.merit.interfaces import IMeritEntries
from ckanext.merit.logic.contest import (
    answers,
    inputs,
    metrics,
    names,
    result_schema,
    schema,
    trail,
)
from ckanext.merit.logic.contest.actors import actor_of, user_of
from ckanext.merit.logic.contest.calendar import phases_of
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.subjects import own_juror
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Snapshot
from ckanext.merit.model.contest_jury import Conflict, Juror
from ckanext.merit.model.contest_result import Approval, RunRow, ScoreRun

__all__ = [
    "conflicted",
    "merit_run_approve",
    "merit_run_compute",
    "merit_run_discard",
    "merit_run_list",
    "merit_run_show",
    "require_same_inputs",
    "rows_of",
]

Context = Any
Data = dict[str, Any]


@tk.validate_action_data(result_schema.compute)
@guarded
@transactional
def merit_run_compute(context: Context, data_dict: Data) -> Data:
    """Compute a score run from the submitted reviews, which it locks.

    For the chair and the secretariat, when the jury's phase is over. A snapshot cannot
    be used while findings about it are undecided.

    :param edition_id: id of the edition
    :type edition_id: string
    :param stage_id: only this stage (optional, default: the whole rules)
    :type stage_id: string
    :param snapshot_id: the snapshot that machine values are taken from (optional)
    :type snapshot_id: string

    :returns: the run
    :rtype: dictionary
    """
    tk.check_access("merit_run_compute", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"])
    stage_id = data_dict.get("stage_id")
    if edition.state not in {"published", "provisional", "final"}:
        raise ContestError("over", tk._("This edition is not being evaluated."))
    _require_jury_over(edition, stage_id)
    _require_usable(edition, data_dict.get("snapshot_id"))
    inputs.lock_reviews(context, edition, stage_id)
    sheet = inputs.collect(edition, stage_id, data_dict.get("snapshot_id"))
    if not sheet.marks:
        raise ContestError("nothing", tk._("There is nothing to compute."))
    try:
        bundle = sealed(
            sheet.tree,
            sheet.marks,
            random=SystemRandom(),
            context=sheet.context,
            below_gate=sheet.below_gate,
        )
        diagnostics = _diagnosed(sheet)
    except ScoreError as error:
        text = "; ".join(problem.message for problem in error.problems[:5])
        raise tk.ValidationError({"scores": [text]}) from error
    run = _stored(context, edition, sheet, bundle, diagnostics)
    change = trail.Change(states=(None, run.state), after=run.digest)
    trail.note(context, "compute", run, edition_id=edition.id, change=change)
    return answers.as_dict(run, answers.RUN)


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_run_approve(context: Context, data_dict: Data) -> Data:
    """Approve a run: a chair and a member of the secretariat, two different people.

    Only while reviews, rules and snapshot are those it was computed from, and no
    conflict of interest is reported or open, nor any doubt about the snapshot, nor any
    review reopened.

    :param id: id of the run
    :type id: string

    :returns: the run with its ``approvals``
    :rtype: dictionary
    """
    tk.check_access("merit_run_approve", context, data_dict)
    edition = lock(Edition, load(ScoreRun, data_dict["id"]).edition_id)
    run = lock(ScoreRun, data_dict["id"])
    user = user_of(context)
    if run.state != "computed" or user is None:
        raise ContestError("not_computed", tk._("This run is not to be approved."))
    _require_approvable(edition, run)
    pairs = _approvals(run)
    taken = {role for _, role in pairs}
    held = [role for role in "HS" if role in actor_of(user, edition=edition).roles]
    role = next((role for role in held if role not in taken), held[0])
    check_approval(pairs, user.id, role)
    model.Session.add(Approval(run_id=run.id, user_id=user.id, role=role))
    trail.note(context, f"approve as {role}", run, edition_id=edition.id)
    if approved([*pairs, (user.id, role)]):
        transit(
            context,
            run,
            "approve",
            edition_id=edition.id,
            checked=("digests_hold", "no_open_conflict", "two_signers"),
        )
    approvals = [{"user_id": who, "role": how} for who, how in _approvals(run)]
    return answers.as_dict(run, answers.RUN) | {"approvals": approvals}


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_run_discard(context: Context, data_dict: Data) -> Data:
    """Discard a run that isn't approved.

    :param id: id of the run
    :type id: string
    :param reason: why
    :type reason: string

    :returns: the run
    :rtype: dictionary
    """
    tk.check_access("merit_run_discard", context, data_dict)
    edition = lock(Edition, load(ScoreRun, data_dict["id"]).edition_id, share=True)
    run = lock(ScoreRun, data_dict["id"])
    transit(context, run, "discard", edition_id=edition.id, reason=data_dict["reason"])
    return answers.as_dict(run, answers.RUN)


@tk.side_effect_free
@tk.validate_action_data(schema.identified)
def merit_run_show(context: Context, data_dict: Data) -> Data:
    """Return a run with rows and diagnostics, before anything of it is published.

    For chair, secretariat and observers. What concerns an entry with which you have a
    conflict is left out.

    :param id: id of the run
    :type id: string

    :returns: the run with ``rows``, ``diagnostics`` and ``approvals``; ``entries``:
        ``title`` and ``category_id`` by id, and ``jurors``: ``user`` by the juror's id
    :rtype: dictionary
    """
    tk.check_access("merit_run_show", context, data_dict)
    run = load(ScoreRun, data_dict["id"])
    hidden = conflicted(context, run.edition_id)
    rows = [row for row in rows_of(run.id) if row["entry_id"] not in hidden]
    found = None if hidden else run.diagnostics
    severities = (found or {}).get("severities", ())
    return answers.as_dict(run, answers.RUN) | {
        "rows": rows,
        # Spreads and intervals of single entries would tell what is hidden.
        "diagnostics": found,
        "approvals": [{"user_id": who, "role": how} for who, how in _approvals(run)],
        "entries": names.about_entries(row["entry_id"] for row in rows),
        "jurors": names.of_jurors(item["juror"] for item in severities),
    }


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_run_list(context: Context, data_dict: Data) -> list[Data]:
    """List the runs of an edition, latest first. For those who may see them.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: runs without rows
    :rtype: list of dictionaries
    """
    tk.check_access("merit_run_list", context, data_dict)
    rows = model.Session.scalars(
        sa.select(ScoreRun)
        .where(ScoreRun.edition_id == data_dict["edition_id"])
        .order_by(ScoreRun.number.desc())
    )
    return [answers.as_dict(row, answers.RUN) for row in rows]


def rows_of(run_id: str) -> list[Data]:
    """List the rows of a run by rank; the unranked come last."""
    rows = model.Session.scalars(
        sa.select(RunRow)
        .where(RunRow.run_id == run_id)
        .order_by(RunRow.rank.nulls_last(), RunRow.entry_id)
    )
    return [answers.as_dict(row, answers.RUN_ROW) for row in rows]


def require_same_inputs(edition: Edition, run: ScoreRun) -> None:
    """Refuse a run whose reviews, rules or snapshot changed since.

    Raises:
        ContestError: ``inputs_changed``.
    """
    sheet = inputs.collect(edition, run.stage_id, run.snapshot_id)
    if sheet.digest != run.input_sha256:
        text = tk._("Reviews, rules or entries changed since: compute it again.")
        raise ContestError("inputs_changed", text)


def _require_jury_over(edition: Edition, stage_id: str | None) -> None:
    now = clock()
    for phase in phases_of(edition.id):
        concerned = stage_id is None or phase.stage_id in {None, stage_id}
        if phase.kind == "jury" and concerned and now < phase.closes_at:
            raise ContestError("jury_open", tk._("The jury's phase is not over."))


def _require_usable(edition: Edition, snapshot_id: str | None) -> None:
    snapshot = load(Snapshot, snapshot_id) if snapshot_id else None
    metrics.require_usable(edition, snapshot)


def _require_approvable(edition: Edition, run: ScoreRun) -> None:
    _require_usable(edition, run.snapshot_id)
    inputs.require_submitted(edition, stage_id=run.stage_id)
    require_same_inputs(edition, run)
    undecided = sa.exists().where(
        Conflict.juror_id == Juror.id,
        Juror.edition_id == edition.id,
        Conflict.state.in_(["reported", "open"]),
    )
    if model.Session.execute(sa.select(undecided)).scalar_one():
        text = tk._("Conflicts of interest are undecided.")
        raise ContestError("open_conflict", text)
    for plugin in p.PluginImplementations(IMeritEntries):
        for problem in plugin.merit_run_problems(edition.id):
            raise ContestError("undecided", problem)
    if not run.bundle_approvable:
        text = tk._("This result is an analysis, or jurors cannot be compared.")
        raise ContestError("not_approvable", text)


def _approvals(run: ScoreRun) -> list[tuple[str, str]]:
    model.Session.flush()
    found = model.Session.execute(
        sa.select(Approval.user_id, Approval.role)
        .where(Approval.run_id == run.id)
        .order_by(Approval.role)
    )
    return [(user_id, role) for user_id, role in found]


def conflicted(context: Context, edition_id: str) -> set[str]:
    """List the entries towards which the caller, a juror, isn't free."""
    juror = own_juror(user_of(context), edition_id)
    if juror is None:
        return set()
    found = sa.select(Conflict.entry_id).where(
        Conflict.juror_id == juror.id, Conflict.state.in_(["open", "confirmed"])
    )
    return set(model.Session.scalars(found))


def _diagnosed(sheet: inputs.Sheet) -> tuple[Result, Data]:
    rules = read_rules(sheet.tree)
    scores = check_marks(rules, sheet.marks)
    result = score(rules, scores, below_gate=sheet.below_gate)
    return result, diagnostics_data(diagnose(result, input_digest=sheet.digest))


def _stored(
    context: Context,
    edition: Edition,
    sheet: inputs.Sheet,
    bundle: Data,
    diagnosed: tuple[Result, Data],
) -> ScoreRun:
    result, diagnostics = diagnosed
    user = user_of(context)
    number = model.Session.scalar(
        sa.select(sa.func.coalesce(sa.func.max(ScoreRun.number), 0) + 1).where(
            ScoreRun.edition_id == edition.id
        )
    )
    run = ScoreRun(
        edition_id=edition.id,
        number=number,
        stage_id=sheet.stage_id,
        rule_set_id=sheet.rule_set_id,
        snapshot_id=sheet.snapshot_id,
        algorithm=f"{ALGORITHM} {ALGORITHM_VERSION}",
        input_sha256=sheet.digest,
        digest=bundle["digest"],
        bundle=bundle,
        bundle_approvable=result.approvable,
        diagnostics=diagnostics,
        computed_by=user.id if user else trail.SYSTEM,
    )
    model.Session.add(run)
    model.Session.flush()
    for row in bundle["rows"]:
        lines = {node["code"]: node["points"] for node in row["nodes"]}
        flags = [*row["flags"], *diagnostics["flags"].get(row["object"], ())]
        model.Session.add(
            RunRow(
                run_id=run.id,
                entry_id=row["object"],
                points={code: lines[code] for code in result.lines if code in lines},
                total=row["total"],
                rank=None if row["rank"] is None else int(row["rank"]),
                flags={"flags": flags, "tie_break": row["tie_break"]},
            )
        )
    model.Session.flush()
    return run
