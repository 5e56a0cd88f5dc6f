"""What exactly an appeal attacks: what the entry has, or results that are out."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

import ckan.plugins as p
import ckantoolkit as tk
from ckan import model

from ckanext.merit.interfaces import IMeritEntries
from ckanext.merit.logic.contest import rulebook
from ckanext.merit.logic.contest.embargo import visible
from ckanext.merit.logic.contest.rule_sets import in_force
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_result import Distinction, Publication

__all__ = ["require_attackable"]

#: States in which those behind an entry know of its distinctions.
_KNOWN = ("announced", "revoked")


def require_attackable(entry: Entry, target: str, target_id: str) -> None:
    """Refuse an appeal against what isn't there, or isn't the entry's.

    Raises:
        ValidationError: ``target_id``; says what can be named.
    """
    if target_id not in _attackable(entry, target):
        raise tk.ValidationError({"target_id": [_said(target)]})


def _attackable(entry: Entry, target: str) -> Collection[str]:
    if target == "rank":
        return _results(entry)
    if target == "score":
        return {*_results(entry), *_criteria(entry)}
    if target == "distinction":
        return _distinctions(entry)
    if target == "evidence":
        return {
            key
            for plugin in p.PluginImplementations(IMeritEntries)
            for key in plugin.merit_appeal_evidence(entry.id)
        }
    return {entry.id}


def _results(entry: Entry) -> Collection[str]:
    found = sa.select(Publication.id).where(
        Publication.edition_id == entry.edition_id, visible()
    )
    return model.Session.scalars(found).all()


def _criteria(entry: Entry) -> Collection[str]:
    rules = in_force(entry.edition_id)
    return rulebook.rules_of(rules.body).nodes if rules else ()


def _distinctions(entry: Entry) -> Collection[str]:
    found = sa.select(Distinction.id).where(
        Distinction.entry_id == entry.id, Distinction.state.in_(_KNOWN)
    )
    return model.Session.scalars(found).all()


def _said(target: str) -> str:
    texts = {
        "rank": tk._("Name published results of this edition."),
        "score": tk._(
            "Name published results of this edition, or a criterion of its rules."
        ),
        "distinction": tk._("Name a distinction of this entry that was announced."),
        "evidence": tk._(
            "Name a piece of this entry's evidence that was accepted or rejected."
        ),
    }
    return texts.get(target) or tk._("Name this entry.")
