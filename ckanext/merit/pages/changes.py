"""What changed in rules and calendars, in words that people can compare."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import ckantoolkit as tk

from ckanext.merit import locales
from ckanext.merit.pages import measures, words

__all__ = ["of_calendar", "of_rules"]

Data = dict[str, Any]
_LONGEST = 300


def of_rules(changes: list[Data], titles: Mapping[str, str]) -> list[Data]:
    """Put differences of rules in words.

    Args:
        changes: ``path``, ``before`` and ``after`` of each.
        titles: Titles of nodes by code, of both versions.

    Returns:
        ``where``, ``before`` and ``after``, texts.
    """
    return [
        {
            "where": _where(change["path"], titles),
            "before": _value(change["before"], titles),
            "after": _value(change["after"], titles),
        }
        for change in changes
    ]


def of_calendar(changes: list[Data], zone: str) -> list[Data]:
    """Put changed dates in words; see ``of_rules``."""
    bounds = {"opens_at": tk._("opens"), "closes_at": tk._("closes")}
    found = []
    for change in changes:
        kind, _, rest = change["path"].partition(".")
        bound = bounds.get(rest.rpartition(".")[2], "")
        found.append(
            {
                "where": f"{words.word('phase', kind)}: {bound}",
                "before": _instant(change["before"], zone),
                "after": _instant(change["after"], zone),
            }
        )
    return found


def _instant(text: str | None, zone: str) -> str:
    if text is None:
        return "—"
    when = datetime.fromisoformat(text)
    return f"{locales.instant(when, zone)} · {locales.utc(when)}"


def _where(path: str, titles: Mapping[str, str]) -> str:
    """Name the criterion and what of it changed; the structure itself says nothing."""
    parts = [part for part in path.split(".") if part not in {"root", "of"}]
    named = [titles.get(part) or _field(part) for part in parts]
    return ": ".join(named) or tk._("Rules")


def _field(name: str) -> str:
    return {
        "weight": tk._("weight"),
        "title": tk._("title"),
        "help": tk._("explanation"),
        "scale": tk._("scale"),
        "levels": tk._("levels"),
        "labels": tk._("names of levels"),
        "goalposts": tk._("reference values"),
        "panel": tk._("how scores are combined"),
        "quorum": tk._("least number of scores"),
        "aggregate": tk._("how scores are combined"),
        "compose": tk._("how parts are combined"),
        "knockout": tk._("least that is asked for"),
        "categories": tk._("categories"),
        "tie_break": tk._("how ties are parted"),
        "prizes": tk._("distinctions"),
        "places": tk._("places"),
        "metric": tk._("what is counted"),
        "parameters": tk._("parameters"),
        "evidence": tk._("evidence"),
        "alignment": tk._("standards"),
        "points": tk._("points"),
        "decimals": tk._("decimals"),
        "rounding": tk._("rounding"),
        "order": tk._("order"),
        "policy": tk._("policy"),
    }.get(name, name)


def _value(value: Any, titles: Mapping[str, str]) -> str:
    if value is None:
        return tk._("(nothing)")
    if isinstance(value, Mapping):
        text = _mapping(value, titles)
    elif isinstance(value, (list, tuple)):
        text = ", ".join(_value(item, titles) for item in value)
    else:
        text = titles.get(str(value)) or str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _mapping(value: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    if value.get("title"):
        return measures.said(value["title"])
    if value.get("code"):
        return titles.get(str(value["code"])) or str(value["code"])
    return "; ".join(
        f"{_field(str(key))}: {_value(item, titles)}" for key, item in value.items()
    )
