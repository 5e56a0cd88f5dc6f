"""Publications: immutable numbered results, from which all public pages read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.changes import Row, moved
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers, outbox, result_schema, schema, trail
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.anchors import anchors
from ckanext.merit.logic.contest.awarding import outdate
from ckanext.merit.logic.contest.embargo import visible
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.published_body import published_body, sealed_body
from ckanext.merit.logic.contest.runs import require_same_inputs
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.logic.contest.windows import require_settled
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_result import Publication, ScoreRun

__all__ = [
    "latest_publication",
    "merit_bundle_show",
    "merit_publication_diff",
    "merit_publication_list",
    "merit_publication_show",
    "merit_run_publish",
]

Context = Any
Data = dict[str, Any]


@tk.validate_action_data(result_schema.publish)
@guarded
@transactional
def merit_run_publish(context: Context, data_dict: Data) -> Data:
    """Publish an approved run as provisional or final results. For the secretariat.

    One transaction writes the numbered publication and moves the edition. Final results
    need the time for appeals to be over and every appeal decided. Final results that
    are published again correct the former ones and need a notice. A run that was
    published last is not published again as the same kind: the answer is what there is.

    :param id: id of the run
    :type id: string
    :param kind: ``provisional`` or ``final``
    :type kind: string
    :param visible_from: before this instant nobody outside sees it; ISO 8601 with zone
        (optional, default: now)
    :type visible_from: string
    :param notice: what a correction corrects (needed for corrections)
    :type notice: string

    :returns: the publication
    :rtype: dictionary
    """
    tk.check_access("merit_run_publish", context, data_dict)
    edition = lock(Edition, load(ScoreRun, data_dict["id"]).edition_id)
    run = lock(ScoreRun, data_dict["id"])
    before = _last(edition.id, run.stage_id)
    if before and (before.run_id, before.kind) == (run.id, data_dict["kind"]):
        return answers.as_dict(before, answers.PUBLICATION)
    visible_from = _instant(data_dict.get("visible_from"), before)
    notice = data_dict.get("notice")
    if before is not None and before.run_id != run.id and not notice:
        raise ContestError("notice", tk._("A correction needs a notice."))
    require_same_inputs(edition, run)
    _move_edition(context, edition, run, data_dict)
    _move_run(context, edition, run, before)
    user = user_of(context)
    row = Publication(
        edition_id=edition.id,
        number=_next_number(edition.id),
        stage_id=run.stage_id,
        kind=data_dict["kind"],
        run_id=run.id,
        visible_from=visible_from,
        supersedes=before.number if before else None,
        notice=notice,
        published_by=user.id if user else trail.SYSTEM,
        **sealed_body(edition, run),
    )
    model.Session.add(row)
    model.Session.flush()
    key, payload = f"publication:{row.id}", {"publication_id": row.id}
    outbox.put(key, "publication", payload, not_before=visible_from)
    change = trail.Change(reason=notice, after=row.sha256)
    trail.note(
        context, f"publish {row.kind}", row, edition_id=edition.id, change=change
    )
    return answers.as_dict(row, answers.PUBLICATION)


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_publication_list(context: Context, data_dict: Data) -> list[Data]:
    """List the results of an edition that are visible now, latest first.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: publications without their rows
    :rtype: list of dictionaries
    """
    tk.check_access("merit_publication_list", context, data_dict)
    rows = model.Session.scalars(
        sa.select(Publication)
        .where(Publication.edition_id == data_dict["edition_id"], visible())
        .order_by(Publication.number.desc())
    ).all()
    seen = {row.number for row in rows}
    return [_as_seen(row, seen) for row in rows]


@tk.side_effect_free
@tk.validate_action_data(schema.identified)
def merit_publication_show(context: Context, data_dict: Data) -> Data:
    """Return published results. Before their instant they don't exist.

    :param id: id of the publication
    :type id: string

    :returns: the publication with its ``body``; ``superseded_by`` is the number of the
        results that correct it (or null); ``snapshot`` of the catalogue (``id``,
        ``sha256``, ``taken_at``; null: none was used), and ``audit``: ``seq`` and
        ``hash`` of its record in the audit trail
    :rtype: dictionary
    """
    row = _shown("merit_publication_show", context, data_dict)
    found = model.Session.execute(
        sa.select(Publication.number, Publication.supersedes)
        .where(Publication.edition_id == row.edition_id, visible())
        .order_by(Publication.number)
    ).all()
    newer = {older: number for number, older in found}
    return _as_seen(row, {number for number, _ in found}) | {
        "body": published_body(row.id),
        "superseded_by": newer.get(row.number),
        **anchors(row),
    }


@tk.side_effect_free
@tk.validate_action_data(schema.identified)
def merit_publication_diff(context: Context, data_dict: Data) -> list[Data]:
    """Say what a correction moved: every entry whose total or rank differs.

    :param id: id of the publication
    :type id: string

    :returns: ``entry_id``, ``before`` and ``after`` (``total`` and ``rank``, or null)
    :rtype: list of dictionaries
    """
    row = _shown("merit_publication_diff", context, data_dict)
    older = None
    if row.supersedes is not None:
        older = model.Session.scalars(
            sa.select(Publication).where(
                Publication.edition_id == row.edition_id,
                Publication.number == row.supersedes,
                visible(),
            )
        ).first()
    changes = moved(_rows(older) if older else [], _rows(row))
    return [
        {
            "entry_id": item.entry,
            "before": _place(item.before),
            "after": _place(item.after),
        }
        for item in changes
    ]


@tk.side_effect_free
@tk.validate_action_data(schema.identified)
def merit_bundle_show(context: Context, data_dict: Data) -> Data:
    """Return the sealed bundle of published results: anyone can compute them again.

    Rules, pseudonymised score sheets and rows, with their digest; see
    ``python -m ckanext.merit recompute``.

    :param id: id of the publication
    :type id: string

    :returns: the bundle
    :rtype: dictionary
    """
    row = _shown("merit_bundle_show", context, data_dict)
    return dict(load(ScoreRun, row.run_id).bundle)


def latest_publication(edition_id: str) -> Publication | None:
    """Find the latest results of a whole edition that are visible now."""
    return model.Session.scalars(
        sa.select(Publication)
        .where(
            Publication.edition_id == edition_id,
            Publication.stage_id.is_(None),
            visible(),
        )
        .order_by(Publication.number.desc())
        .limit(1)
    ).first()


def _shown(action: str, context: Context, data: Data) -> Publication:
    try:
        tk.check_access(action, context, data)
    except tk.NotAuthorized:
        raise tk.ObjectNotFound(tk._("Not found")) from None
    row = load(Publication, data["id"])
    if row.visible_from > clock():
        raise tk.ObjectNotFound(tk._("Not found"))
    return row


def _instant(wanted: datetime | None, before: Publication | None) -> datetime:
    """Give the instant of new results: not past, nor before those they correct."""
    now = clock()
    visible_from = wanted or now
    if visible_from < now:
        raise tk.ValidationError({"visible_from": [tk._("Must be in the future")]})
    if before is not None and visible_from < before.visible_from:
        text = tk._(
            "These results correct publication {0}, which nobody sees before {1}: give "
            "that instant or a later one."
        )
        instant = before.visible_from.isoformat(timespec="minutes")
        raise tk.ValidationError(
            {"visible_from": [text.format(before.number, instant)]}
        )
    return visible_from


def _as_seen(row: Publication, seen: set[int]) -> Data:
    """Give a publication to everybody: what it corrects is named once it is seen."""
    answer = answers.as_dict(row, answers.PUBLICATION)
    return answer | {"supersedes": row.supersedes if row.supersedes in seen else None}


def _last(edition_id: str, stage_id: str | None) -> Publication | None:
    found = sa.select(Publication).where(Publication.edition_id == edition_id)
    if stage_id is None:
        found = found.where(Publication.stage_id.is_(None))
    else:
        found = found.where(Publication.stage_id == stage_id)
    return model.Session.scalars(found.order_by(Publication.number.desc())).first()


def _next_number(edition_id: str) -> Any:
    return model.Session.scalar(
        sa.select(sa.func.coalesce(sa.func.max(Publication.number), 0) + 1).where(
            Publication.edition_id == edition_id
        )
    )


def _move_edition(
    context: Context, edition: Edition, run: ScoreRun, data: Data
) -> None:
    """Only the results of the whole move the edition's state."""
    final = data["kind"] == "final"
    if final and edition.state != "final":
        require_settled(edition, run.stage_id)
    if run.stage_id is not None:
        if edition.state != "published":
            raise ContestError("over", tk._("Results of the whole are published."))
    elif not final:
        transit(context, edition, "publish_provisional", edition_id=edition.id)
    elif edition.state == "final":
        notice = data.get("notice")
        transit(context, edition, "correct", edition_id=edition.id, reason=notice)
    else:
        transit(
            context,
            edition,
            "publish_final",
            edition_id=edition.id,
            checked=("appeals_settled",),
        )


def _move_run(
    context: Context, edition: Edition, run: ScoreRun, before: Publication | None
) -> None:
    if before is not None and before.run_id == run.id:
        return
    transit(context, run, "publish", edition_id=edition.id, checked=("digests_hold",))
    if before is not None:
        old = lock(ScoreRun, before.run_id)
        reason = f"run {run.number}"
        transit(context, old, "supersede", edition_id=edition.id, reason=reason)
        outdate(context, edition, run)


def _place(row: Row | None) -> Data | None:
    return row and {"total": row.total, "rank": row.rank}


def _rows(row: Publication) -> list[Row]:
    return [
        Row(item["entry_id"], item["total"], item["rank"]) for item in row.body["rows"]
    ]
