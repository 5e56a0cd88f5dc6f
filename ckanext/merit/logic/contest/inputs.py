"""What goes into a score run, and its digest."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.canonical import digest
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.gates import Standing, passes, read_gate
from ckanext.merit.domain.scoring.reading import pruned, read_rules
from ckanext.merit.domain.scoring.scores import Mark
from ckanext.merit.domain.scoring.seal import input_digest
from ckanext.merit.logic.contest.criteria import rules_in_force
from ckanext.merit.logic.contest.inference import blocked_pairs
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.transaction import load
from ckanext.merit.model.contest import Category, Edition, Programme, Stage
from ckanext.merit.model.contest_entry import Entry, Observation, Snapshot
from ckanext.merit.model.contest_jury import Assignment, Juror, Review, Score
from ckanext.merit.model.contest_result import Publication, RunRow

__all__ = ["Sheet", "collect", "lock_reviews", "require_submitted"]

#: States of assignments whose review may still come.
_UNFINISHED = ("assigned", "in_progress", "expired")
#: Stands for "no juror yet" on an entry that nobody has scored.
NOBODY = "-"


@dataclass(frozen=True)
class Sheet:
    """Everything that decides a result.

    Attributes:
        tree: The rules, pruned to the stage.
        marks: The score sheet, with real ids.
        below_gate: Entries that the stage's gate keeps without rank.
        context: What the sealed bundle says besides.
        digest: Of all of it; another digest means another result is possible.
    """

    tree: dict[str, Any]
    marks: list[Mark]
    below_gate: list[str]
    context: dict[str, Any]
    digest: str
    stage_id: str | None
    snapshot_id: str | None
    rule_set_id: str


def lock_reviews(context: Any, edition: Edition, stage_id: str | None) -> None:
    """Lock the submitted reviews that a run counts."""
    rows = model.Session.scalars(
        _reviews(edition, stage_id).where(Review.state == "submitted").with_for_update()
    )
    for review in rows.all():
        transit(context, review, "lock", edition_id=edition.id)


def require_submitted(
    edition: Edition, *, stage_id: str | None = None, entry_id: str | None = None
) -> None:
    """Refuse to go on while a review that counted is reopened: it would drop out.

    Args:
        edition: Of what.
        stage_id: Only of this stage (None: of all).
        entry_id: Only of this entry (None: of all that are admitted).

    Raises:
        ContestError: ``reopened``, with the titles of the entries.
    """
    found = _reviews(edition, stage_id).where(
        Review.state == "reopened", Assignment.state.in_(_UNFINISHED)
    )
    if entry_id is None:
        found = found.where(Entry.state == "admitted")
    else:
        found = found.where(Entry.id == entry_id)
    titles = model.Session.scalars(
        found.with_only_columns(Entry.title).distinct().order_by(Entry.title)
    ).all()
    if titles:
        text = tk._(
            "Reviews were reopened and not submitted again: {entries}. Their jurors "
            "submit them, or give up or lose the assignment."
        )
        raise ContestError("reopened", text.format(entries=", ".join(titles)))


def collect(edition: Edition, stage_id: str | None, snapshot_id: str | None) -> Sheet:
    """Collect the inputs of a run as they are now.

    Out go reviews that aren't locked, void ones, those of jurors with an open or
    confirmed conflict, and entries that aren't admitted.
    """
    rules = rules_in_force(edition)
    tree = _stage_tree(rules.body, stage_id)
    entries = _entries(edition)
    marks = [
        *_juror_marks(edition, stage_id, entries),
        *_machine_marks(entries, snapshot_id),
    ]
    marks = _within(tree, marks, entries)
    below = _below_gate(edition, stage_id, entries)
    snapshot = load(Snapshot, snapshot_id).sha256 if snapshot_id else None
    programme = load(Programme, edition.programme_id)
    about = {
        "programme": programme.name,
        "edition": edition.slug,
        "stage": load(Stage, stage_id).code if stage_id else None,
        "rule_set": f"version {rules.version}",
        "rules_sha256": rules.sha256,
        "snapshot_sha256": snapshot,
        "objects": {key: entry.title for key, (entry, _) in sorted(entries.items())},
    }
    found = {"sheet": input_digest(tree, marks), "below": below, "context": about}
    return Sheet(
        tree=tree,
        marks=marks,
        below_gate=below,
        context=about,
        digest=digest(found),
        stage_id=stage_id,
        snapshot_id=snapshot_id,
        rule_set_id=rules.id,
    )


Entries = dict[str, tuple[Entry, str]]


def _entries(edition: Edition) -> Entries:
    """Admitted entries by id, each with the code of its category."""
    rows = model.Session.execute(
        sa.select(Entry, Category.code)
        .join(Category, Category.id == Entry.category_id)
        .where(Entry.edition_id == edition.id, Entry.state == "admitted")
    )
    return {entry.id: (entry, code) for entry, code in rows}


def _reviews(edition: Edition, stage_id: str | None) -> Any:
    found = (
        sa.select(Review)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .join(Entry, Entry.id == Assignment.entry_id)
        .where(Entry.edition_id == edition.id, Assignment.calibration.is_(False))
    )
    if stage_id is not None:
        found = found.where(
            sa.or_(Assignment.stage_id.is_(None), Assignment.stage_id == stage_id)
        )
    return found


def _juror_marks(
    edition: Edition, stage_id: str | None, entries: Entries
) -> list[Mark]:
    blocked = blocked_pairs(edition.id)
    rows = model.Session.execute(
        _reviews(edition, stage_id)
        .with_only_columns(
            Assignment.juror_id, Assignment.entry_id, Score.criterion, Score.value
        )
        .join(Juror, Juror.id == Assignment.juror_id)
        .join(
            Score,
            sa.and_(Score.review_id == Review.id, Score.version == Review.version),
        )
        .where(Review.state == "locked", Score.value.isnot(None))
    )
    return [
        Mark(entry_id, juror_id, criterion, value, entries[entry_id][1])
        for juror_id, entry_id, criterion, value in rows
        if entry_id in entries and (juror_id, entry_id) not in blocked
    ]


def _machine_marks(entries: Entries, snapshot_id: str | None) -> list[Mark]:
    taken = Observation.snapshot_id.is_(None)
    if snapshot_id is not None:
        taken = sa.or_(taken, Observation.snapshot_id == snapshot_id)
    rows = model.Session.execute(
        sa.select(Observation.entry_id, Observation.criterion, Observation.value).where(
            Observation.entry_id.in_(list(entries)), taken
        )
    )
    return [
        Mark(entry_id, "", criterion, value or "", entries[entry_id][1])
        for entry_id, criterion, value in rows
    ]


def _within(tree: dict[str, Any], marks: list[Mark], entries: Entries) -> list[Mark]:
    """Keep the marks of the tree, and give each entry at least a blank one."""
    rules = read_rules(tree)
    known = {leaf.code: leaf for leaf in rules.leaves}
    kept = [
        mark
        for mark in marks
        if mark.criterion in known
        and rules.applies(known[mark.criterion], mark.category)
        and bool(mark.juror) == rules.takes_jurors(known[mark.criterion])
    ]
    missing = set(entries) - {mark.object for mark in kept}
    for key in missing:
        category = entries[key][1]
        for leaf in rules.leaves:
            if rules.applies(leaf, category):
                juror = NOBODY if rules.takes_jurors(leaf) else ""
                kept.append(Mark(key, juror, leaf.code, "", category))
                break
    return sorted(kept)


def _stage_tree(body: dict[str, Any], stage_id: str | None) -> dict[str, Any]:
    """Cut the rules down to the node of a stage; without one, all of them."""
    tree = pruned(body)
    if stage_id is None:
        return tree
    code = load(Stage, stage_id).code
    node = _find(tree["root"], body.get("stages", {}).get(code, code))
    if node is None:
        return tree
    codes = _codes(node)
    steps = [step for step in tree.get("tie_break", ()) if step in codes]
    cut = {key: tree[key] for key in tree if key not in {"root", "tie_break"}}
    if node.get("compose") == "sum":
        cut.pop("points", None)
    root = {key: node[key] for key in node if key not in {"weight", "categories"}}
    return cut | {"root": root} | ({"tie_break": steps} if steps else {})


def _find(node: dict[str, Any], code: str) -> dict[str, Any] | None:
    if node.get("code") == code:
        return node
    found = (_find(child, code) for child in node.get("of", ()))
    return next((item for item in found if item is not None), None)


def _codes(node: dict[str, Any]) -> set[str]:
    below = (_codes(child) for child in node.get("of", ()))
    return {node.get("code", ""), "first_places"}.union(*below)


def _below_gate(edition: Edition, stage_id: str | None, entries: Entries) -> list[str]:
    """Entries that a gate keeps out: of the stage, or of any for the whole."""
    stages = model.Session.scalars(
        sa.select(Stage).where(Stage.edition_id == edition.id).order_by(Stage.position)
    ).all()
    out: set[str] = set()
    for number, stage in enumerate(stages):
        if stage_id in {None, stage.id}:
            before = stages[number - 1] if number else None
            out |= set(entries) - _through(edition, stage, before, entries)
    return sorted(out)


def _through(
    edition: Edition, stage: Stage, before: Stage | None, entries: Entries
) -> frozenset[str]:
    gate = read_gate(stage.gate)
    if gate.kind in {"min", "top"} and before is None:
        raise ContestError("gate", tk._("The first stage has a gate without a stage."))
    rows = _published_rows(edition, before) if before is not None else None
    if rows is None and gate.kind in {"min", "top"}:
        text = tk._("The stage before has no published results.")
        raise ContestError("gate", text)
    known = rows or {}
    return passes(gate, [_standing(key, known.get(key)) for key in entries])


def _published_rows(edition: Edition, stage: Stage) -> dict[str, RunRow] | None:
    run_id = model.Session.scalars(
        sa.select(Publication.run_id)
        .where(Publication.edition_id == edition.id, Publication.stage_id == stage.id)
        .order_by(Publication.number.desc())
        .limit(1)
    ).first()
    if run_id is None:
        return None
    rows = model.Session.scalars(sa.select(RunRow).where(RunRow.run_id == run_id))
    return {row.entry_id: row for row in rows}


def _standing(key: str, row: RunRow | None) -> Standing:
    if row is None:
        return Standing(key)
    return Standing(
        key,
        total=None if row.total is None else Decimal(row.total),
        rank=row.rank,
        knocked_out="knocked_out" in row.flags["flags"],
    )
