"""What those behind an entry learn of its result once results are out."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

import ckantoolkit as tk
from ckan import model

from ckanext.merit.logic.contest import answers, jury_schema
from ckanext.merit.logic.contest.criteria import rules_in_force
from ckanext.merit.logic.contest.inference import blocked_pairs
from ckanext.merit.logic.contest.review_sight import counting_reviews
from ckanext.merit.logic.contest.transaction import load
from ckanext.merit.logic.contest.wall import require_free
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_result import Publication

__all__ = ["merit_entry_feedback_show"]

Context = Any
Data = dict[str, Any]
#: What rules may say of jurors' feedback: ``policy: {feedback: …}``; the kinds of
#: published results with which it is released.
_RELEASED = {
    "with_provisional": ("provisional", "final"),
    "with_final": ("final",),
    "never": (),
}


@tk.side_effect_free
@tk.validate_action_data(jury_schema.of_entry)
def merit_entry_feedback_show(context: Context, data_dict: Data) -> Data:
    """Return the published results of an entry and what jurors tell it.

    For those behind the entry, and for those who run or audit the edition unless they
    have a conflict with it. Jurors' words are released with the provisional results of
    their stage, or of the whole, unless the rules say otherwise
    (``policy: {feedback: with_final}`` or ``never``); without names, in an order that
    tells nothing.

    :param entry_id: id of the entry
    :type entry_id: string

    :returns: ``results``, latest first: number, kind and stage of the publication, and
        the entry's ``row`` in it; ``feedback``, a list of texts; ``released``, whether
        there can be any yet
    :rtype: dictionary
    """
    tk.check_access("merit_entry_feedback_show", context, data_dict)
    require_free(context, data_dict["entry_id"])
    entry = load(Entry, data_dict["entry_id"])
    edition = load(Edition, entry.edition_id)
    results = _results(entry)
    kinds = _released(edition) if results else ()
    stages = {item["stage_id"] for item in results if item["kind"] in kinds}
    return {
        "results": results,
        "released": bool(stages),
        "feedback": _texts(entry, stages) if stages else [],
    }


def _released(edition: Edition) -> tuple[str, ...]:
    policy = rules_in_force(edition).body.get("policy", {})
    said = policy.get("feedback", "with_provisional")
    # A word that rules could once hold unread must not release early.
    return _RELEASED.get(said, _RELEASED["with_final"])


def _results(entry: Entry) -> list[Data]:
    """The entry's row in every visible publication, cut out by the database."""
    found = sa.func.jsonb_path_query_first(
        Publication.body,
        sa.literal_column("'$.rows[*] ? (@.entry_id == $id)'"),
        sa.func.jsonb_build_object("id", sa.cast(entry.id, sa.Text)),
        type_=JSONB,
    )
    rows = model.Session.execute(
        sa.select(Publication, found)
        .where(
            Publication.edition_id == entry.edition_id,
            Publication.visible_from <= sa.func.clock_timestamp(),
        )
        .order_by(Publication.number.desc())
    )
    names = ("id", "number", "kind", "stage_id", "visible_from", "notice")
    return [
        answers.as_dict(publication, names) | {"row": row}
        for publication, row in rows
        if row is not None
    ]


def _texts(entry: Entry, stages: Collection[str | None]) -> list[str]:
    """What jurors tell an entry of released stages; None stands for the whole."""
    blocked = blocked_pairs(entry.edition_id)
    found = [
        (sha256(review.id.encode()).hexdigest(), review.feedback)
        for review, task in counting_reviews(entry.id)
        if review.state == "locked"
        and (None in stages or task.stage_id in stages)
        and (review.feedback or "").strip()
        and (task.juror_id, entry.id) not in blocked
    ]
    return [text for _, text in sorted(found)]
