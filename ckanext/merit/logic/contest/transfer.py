"""Exporting an edition as a file, and making a draft from one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit import rulefile
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers, edition_file, schema
from ckanext.merit.logic.contest.rule_sets import in_force
from ckanext.merit.logic.contest.transaction import load, transactional
from ckanext.merit.model.contest import Edition, RuleSet

__all__ = ["merit_edition_export", "merit_edition_import"]

Context = Any
Data = dict[str, Any]


@tk.side_effect_free
@tk.validate_action_data(schema.edition_export)
def merit_edition_export(context: Context, data_dict: Data) -> Data:
    """Return an edition as one YAML file: description, calendar, rules, questions.

    People, entries and results are not part of it. A draft that you may not see is not
    found.

    :param id: id of the edition, or its address ``programme/slug``
    :type id: string
    :param dates: ``offsets`` (days from the start, the default) or ``instants``
    :type dates: string

    :returns: ``source``, the text of the file
    :rtype: dictionary
    """
    try:
        tk.check_access("merit_edition_export", context, data_dict)
    except tk.NotAuthorized:
        raise tk.ObjectNotFound(tk._("Not found")) from None
    edition = load(Edition, data_dict["id"])
    rules = in_force(edition.id) or (
        _last_rules(edition) if edition.published_at is None else None
    )
    offsets = data_dict["dates"] == "offsets"
    found = edition_file.document(edition, rules, offsets=offsets)
    return {"source": edition_file.written(found)}


@tk.validate_action_data(schema.edition_import)
@guarded
@transactional
def merit_edition_import(context: Context, data_dict: Data) -> Data:
    """Make a draft of an edition from a file. For the secretariat.

    All of the file, or nothing. The rules are a draft too.

    :param programme_id: id of the programme
    :type programme_id: string
    :param slug: part of the new address
    :type slug: string
    :param source: the text of the file
    :type source: string
    :param starts_on: day 0 of the calendar, such as 2027-03-01 (optional, default: as
        in the file)
    :type starts_on: string

    :returns: the edition
    :rtype: dictionary
    """
    tk.check_access("merit_edition_import", context, data_dict)
    try:
        found = edition_file.read(data_dict["source"])
        return _Import(context, data_dict, found).run()
    except rulefile.RuleFileError as error:
        raise tk.ValidationError({"source": [str(error)]}) from error


class _Import:
    """One file being turned into a draft, through the actions that people use."""

    def __init__(self, context: Context, data: Data, found: rulefile.Map) -> None:
        self.context = context
        self.data = data
        self.found = found
        self.zone = str(found.get("timezone") or "America/Lima")

    def run(self) -> Data:
        """Make the edition with all its parts."""
        edition_id = self._edition()
        stages = {
            item["code"]: self._made("merit_stage_create", item, edition_id)["id"]
            for item in self.found.get("stages") or []
        }
        for item in self.found.get("categories") or []:
            self._made("merit_category_create", item, edition_id)
        for item in self.found.get("phases") or []:
            self._phase(item, edition_id, stages)
        if self.found.get("rules"):
            line = self.found.lines["rules"]
            source = str(self.found["rules"])
            data = {"edition_id": edition_id, "source": source}
            self._call("merit_rule_set_create", data, line=line)
        for item in self.found.get("faq") or []:
            self._made("merit_announcement_create", {**item, "kind": "faq"}, edition_id)
        return answers.as_dict(load(Edition, edition_id), answers.EDITION)

    def _edition(self) -> str:
        names = ("kind", "timezone", "title", "summary", "contact")
        data = {name: self.found[name] for name in names if self.found.get(name)}
        data |= {name: self.data[name] for name in ("programme_id", "slug")}
        return self._call("merit_edition_create", data, line=1)["id"]

    def _phase(self, item: Any, edition_id: str, stages: dict[str, str]) -> None:
        start = self._start()
        data = {
            "edition_id": edition_id,
            "kind": item.get("kind", ""),
            **{
                f"{name}_at": edition_file.instant_of(
                    str(item.get(name, "")), start=start, zone=self.zone, line=item.line
                )
                for name in ("opens", "closes")
            },
        }
        if item.get("stage"):
            if item["stage"] not in stages:
                text = f"no stage of this edition: {item['stage']}"
                rulefile.fail(item, text, filename=edition_file.FILENAME)
            data["stage_id"] = stages[item["stage"]]
        self._call("merit_phase_create", data, line=item.line)

    def _start(self) -> date | None:
        if self.data.get("starts_on"):
            return edition_file.date_of(self.data["starts_on"], line=1)
        text = self.found.get("starts_on")
        line = self.found.lines.get("starts_on", 1)
        return edition_file.date_of(str(text), line=line) if text else None

    def _made(self, action: str, item: Any, edition_id: str) -> Data:
        data = {"edition_id": edition_id, **item}
        return self._call(action, data, line=getattr(item, "line", 1))

    def _call(self, action: str, data: Data, *, line: int) -> Data:
        plain = {
            key: json.dumps(value) if isinstance(value, dict) else str(value)
            for key, value in data.items()
        }
        inner = tk.fresh_context(self.context) | {"defer_commit": True}
        with _at(line):
            return tk.get_action(action)(inner, plain)


@contextmanager
def _at(line: int) -> Iterator[None]:
    """Name the line of the file to which a refusal belongs."""
    try:
        yield
    except tk.ValidationError as error:
        texts = [
            f"{edition_file.FILENAME}:{line}: {name}: {text}"
            for name, values in error.error_dict.items()
            for text in (values if isinstance(values, list) else [values])
        ]
        raise tk.ValidationError({"source": texts}) from error


def _last_rules(edition: Edition) -> RuleSet | None:
    return model.Session.scalars(
        sa.select(RuleSet)
        .where(RuleSet.edition_id == edition.id)
        .order_by(RuleSet.version.desc())
        .limit(1)
    ).first()
