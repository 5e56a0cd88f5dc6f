"""What keeps an edition or its rules from being published: as codes, and in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.portal_rules import (
    stages_without_node,
    unknown_categories,
)
from ckanext.merit.logic.contest import rulebook
from ckanext.merit.model.contest import Category, RuleSet, Stage

__all__ = ["PHASES", "misfits", "require_fitting", "sentence"]

Data = dict[str, Any]


def misfits(rules: RuleSet) -> Iterator[Data]:
    """List what rules and the stages and categories of their edition disagree on."""
    read = rulebook.rules_of(rules.body)
    stages = _codes(Stage, rules.edition_id)
    for name in stages_without_node(rules.body, read, stages):
        yield {"code": "stage_without_node", "name": name}
    for name in unknown_categories(read, _codes(Category, rules.edition_id)):
        yield {"code": "unknown_category", "name": name}


def require_fitting(rules: RuleSet) -> None:
    """Refuse rules that do not fit the stages and categories of their edition.

    Raises:
        ValidationError: with a sentence for each stage and category.
    """
    # A draft may be older than what is checked today.
    rulebook.read(rules.source)
    wrong = [sentence(check) for check in misfits(rules)]
    if wrong:
        raise tk.ValidationError({"source": wrong})


def sentence(check: Data) -> str:
    """Say what one check found, in the reader's language."""
    kind = _phase(check.get("kind"))
    if check["code"] == "order":
        opens = tk._("“{later}” would open before “{earlier}” opens.")
        closes = tk._("“{later}” would open before “{earlier}” closes.")
        text = opens if check["bound"] == "opens" else closes
        return text.format(later=kind, earlier=_phase(check["after"]))
    text = _SENTENCES[check["code"]]
    return tk._(text).format(kind=kind, name=check.get("name", ""))


def _codes(table: Any, edition_id: str) -> list[str]:
    found = sa.select(table.code).where(table.edition_id == edition_id)
    return list(model.Session.scalars(found.order_by(table.position, table.code)))


def _phase(kind: str | None) -> str:
    return tk._(PHASES[kind]) if kind in PHASES else kind or ""


def _(text: str) -> str:
    """Mark a text to be translated when it is shown."""
    return text


_SENTENCES = {
    "missing": _("There is no phase “{kind}”."),
    "overlap": _("Two phases “{kind}” overlap."),
    "foreign_kind": _("Editions of this kind have no phase “{kind}”."),
    "unknown_stage": _("A phase “{kind}” belongs to no stage of this edition."),
    "no_rules": _("No rules are in force."),
    "no_category": _("There is no category."),
    "unknown_metric": _("This portal has no metric named: {name}"),
    "stage_without_node": _(
        "The rules have no node for the stage “{name}”, though they have stages: give "
        "a node this code, or name its node under “stages”."
    ),
    "unknown_category": _(
        "The rules name the category “{name}”, which this edition does not have."
    ),
}
#: Kinds of phases, to be translated.
PHASES = {
    "enrolment": _("Enrolment"),
    "publication_window": _("Publication of data"),
    "use_window": _("Use of data"),
    "evidence": _("Evidence"),
    "screening": _("Screening"),
    "jury": _("Jury"),
    "deliberation": _("Deliberation"),
    "provisional": _("Provisional results"),
    "appeals": _("Appeals"),
    "ceremony": _("Ceremony"),
    "registration": _("Registration"),
    "working": _("Work on challenges"),
    "submission": _("Submission"),
    "voting": _("Public vote"),
}
