"""An edition as one YAML file: to hold it again, here or in another country."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import yaml

from ckan import model

from ckanext.merit import rulefile
from ckanext.merit.domain.contest.offsets import from_offset, to_offset
from ckanext.merit.logic.contest.calendar import phases_of
from ckanext.merit.logic.contest.editions import parts_of
from ckanext.merit.model.contest import Category, Edition, RuleSet, Stage
from ckanext.merit.model.contest_result import Announcement

__all__ = ["FILENAME", "date_of", "document", "instant_of", "read", "written"]

Data = dict[str, Any]
FILENAME = "edition.yaml"
#: Keys that must be there, and those that may: of the whole, and of the items.
_TOP = (
    ("merit_edition", "kind", "title"),
    (
        *("timezone", "starts_on", "summary", "contact"),
        *("stages", "categories", "phases", "faq", "rules"),
    ),
)
_PARTS = {
    "stages": (("code", "position", "title"), ("weight", "gate")),
    "categories": (("code", "position", "title"), ("predicate", "places")),
    "phases": (("kind", "opens", "closes"), ("stage",)),
    "faq": (("title", "text"), ()),
}


def document(edition: Edition, rules: RuleSet | None, *, offsets: bool) -> Data:
    """Describe an edition: what it is, not what happened in it.

    Args:
        edition: The edition.
        rules: Whose text goes in.
        offsets: Whether dates are days from the start, or instants.
    """
    calendar = phases_of(edition.id)
    start = _start(edition, calendar)
    stages = parts_of(Stage, edition.id)
    codes = {stage["id"]: stage["code"] for stage in stages}
    phases = [
        {
            "kind": phase.kind,
            "stage": codes.get(phase.stage_id),
            "opens": _when(phase.opens_at, edition, start if offsets else None),
            "closes": _when(phase.closes_at, edition, start if offsets else None),
        }
        for phase in calendar
    ]
    found = {
        "merit_edition": "1",
        **{name: getattr(edition, name) for name in ("kind", "timezone")},
        "starts_on": start and start.isoformat(),
        **{name: getattr(edition, name) for name in ("title", "summary", "contact")},
        "stages": _picked(stages, "stages"),
        "categories": _picked(parts_of(Category, edition.id), "categories"),
        "phases": [_told(phase) for phase in phases],
        "faq": _frequent(edition),
        "rules": rules.source if rules else None,
    }
    return _told(found)


def written(found: Data) -> str:
    """Write a document as YAML that people can read and edit."""
    return yaml.dump(
        _plain(found), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=88
    )


def read(source: str) -> rulefile.Map:
    """Read a document; every value is text.

    Raises:
        RuleFileError: with the line and the reason.
    """
    found = rulefile.parse(source, filename=FILENAME)
    _check(found, _TOP)
    if found.get("merit_edition") != "1":
        raise rulefile.RuleFileError(
            '"merit_edition" must be 1, the version of this format',
            filename=FILENAME,
            line=1,
        )
    for name, keys in _PARTS.items():
        for item in _items(found, name):
            _check(item, keys)
    return found


def date_of(text: str, *, line: int) -> date:
    """Read a day.

    Raises:
        RuleFileError: with the line.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise rulefile.RuleFileError(
            f"not a day such as 2026-03-01: {text}", filename=FILENAME, line=line
        ) from None


def instant_of(text: str, *, start: date | None, zone: str, line: int) -> str:
    """Read an instant, or days from the start.

    Raises:
        RuleFileError: with the line.
    """
    relative = text[:1] in {"+", "-"}
    if relative and start is None:
        problem = "days from the start need starts_on"
        raise rulefile.RuleFileError(problem, filename=FILENAME, line=line)
    try:
        if relative and start is not None:
            return from_offset(text, start=start, zone=zone).isoformat()
        return datetime.fromisoformat(text).isoformat()
    except ValueError as error:
        raise rulefile.RuleFileError(str(error), filename=FILENAME, line=line) from None


def _items(found: rulefile.Map, name: str) -> list[rulefile.Map]:
    items = found.get(name) or []
    line = found.lines.get(name, 1)
    if not isinstance(items, list) or not all(isinstance(i, dict) for i in items):
        text = f'"{name}" is a list of mappings'
        raise rulefile.RuleFileError(text, filename=FILENAME, line=line)
    return items  # type: ignore[return-value]


def _start(edition: Edition, calendar: Any) -> date | None:
    if not calendar:
        return None
    return calendar[0].opens_at.astimezone(ZoneInfo(edition.timezone)).date()


def _when(instant: datetime, edition: Edition, start: date | None) -> str:
    if start is not None:
        return to_offset(instant, start=start, zone=edition.timezone)
    return instant.astimezone(ZoneInfo(edition.timezone)).isoformat()


def _frequent(edition: Edition) -> list[Data]:
    rows = model.Session.scalars(
        sa.select(Announcement)
        .where(Announcement.edition_id == edition.id, Announcement.kind == "faq")
        .order_by(Announcement.created_at, Announcement.id)
    )
    return [{"title": row.title, "text": row.text} for row in rows]


def _picked(rows: list[Data], part: str) -> list[Data]:
    required, optional = _PARTS[part]
    names = (*required, *optional)
    return [_told({name: row[name] for name in names}) for row in rows]


def _check(found: rulefile.Map, keys: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    required, optional = keys
    rulefile.check_keys(found, required=required, optional=optional, filename=FILENAME)


def _told(found: Data) -> Data:
    """Leave out what says nothing."""
    return {key: value for key, value in found.items() if value not in (None, {}, [])}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value)


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as it is."""


def _text(dumper: _Dumper, value: str) -> Any:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
