"""Where an editor fixes something: the form, opened at the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ckantoolkit as tk

from ckanext.merit.quality import mapping

# Ids of the inputs in CKAN's own forms, by the name of the field.
_DATASET_INPUTS = {
    "title": "field-title",
    "notes": "field-notes",
    "tag_string": "field-tags",
    "license_id": "field-license",
    "owner_org": "field-organizations",
    "maintainer_email": "field-maintainer-email",
}
# Fields of files; what has no input of its own is decided by another one.
_FILE_INPUTS = {
    "url": "field-resource-url",
    "upload": "field-resource-url",
    "last_modified": "field-resource-url",
    "format": "field-format",
    # CKAN reads it from the ending of the address or of the uploaded file.
    "mimetype": "field-resource-url",
}
# Where a property of the record for other portals comes from, if from one place.
_PROPERTIES = {
    "dct:description": "notes",
    "dcat:theme": "theme",
    "foaf:page": "documentation",
    "dct:accrualPeriodicity": "frequency",
    "dct:accessRights": "access_rights",
    "dct:temporal": "temporal",
    "foaf:name": "owner_org",
}
# Custom fields whose fact has another name in the field mapping.
_FACTS = {"theme": "themes"}


def field_of_record(paths: str) -> str:
    """The first field of the dataset behind some properties, listed; or ``""``."""
    found = (_PROPERTIES.get(path, "") for path in paths.split(", "))
    return next(filter(None, found), "")


class Forms:
    """Links to the forms of one dataset, for somebody who may edit it.

    A field is the name that a profile gives to where the fix is made.
    """

    def __init__(self, package: Mapping[str, Any], *, can_edit: bool) -> None:
        self._package = package
        self._can_edit = can_edit
        self._files = {each["id"]: each for each in package.get("resources") or ()}

    def file_name(self, resource_id: str) -> str:
        """The name of a file, as CKAN shows it."""
        file = self._files.get(resource_id)
        return tk.h.resource_display_name(file) if file else resource_id

    def link(self, field: str, files: Sequence[Mapping[str, Any]] = ()) -> str | None:
        """The form for `field`; for a field of files, that of the first of `files`."""
        if not self._can_edit:
            return None
        if field in _FILE_INPUTS:
            listed = [each["id"] for each in files if each["id"] in self._files]
            first = next(iter(listed or self._files), None)
            return self.file_link(field, first) if first else self.new_file()
        url = tk.url_for(f"{self._type}.edit", id=self._package["name"])
        return f"{url}#{self._input(field)}" if field else url

    def file_link(self, field: str, resource_id: str) -> str | None:
        """The form of one file, opened at `field`; None where it has none."""
        known = resource_id in self._files and field in _FILE_INPUTS
        if not self._can_edit or not known:
            return None
        place = {"id": self._package["name"], "resource_id": resource_id}
        url = tk.url_for(f"{self._type}_resource.edit", **place)
        return f"{url}#{_FILE_INPUTS[field]}"

    def new_file(self) -> str | None:
        """The form for another file."""
        if not self._can_edit:
            return None
        return tk.url_for(f"{self._type}_resource.new", id=self._package["name"])

    def words(self, field: str) -> str:
        """Which field of the form it is, where its label alone does not say it."""
        if not field or field in _FILE_INPUTS or self._own_input(field):
            return ""
        return tk._("In the form: custom field “{name}”.").format(
            name=self._custom_name(field)
        )

    @property
    def _type(self) -> str:
        return self._package.get("type") or "dataset"

    def _input(self, field: str) -> str:
        own = self._own_input(field)
        if own:
            return own
        name = self._custom_name(field)
        keys = [extra["key"] for extra in self._package.get("extras") or ()]
        if name in keys:
            # CKAN counts filled custom fields from 1 and the empty ones after them.
            return f"field-extras-{keys.index(name) + 1}-value"
        return f"field-extras-{len(keys)}-key"

    def _own_input(self, field: str) -> str | None:
        """The input of a field that CKAN's or ckanext-scheming's form has."""
        schema = _scheming_fields(self._type)
        in_schema = [name for name in (field, *_names(field)) if name in schema]
        if in_schema:
            return f"field-{in_schema[0]}"
        return _DATASET_INPUTS.get(field)

    def _custom_name(self, field: str) -> str:
        """The custom field that holds the fact, or that should."""
        keys = {extra["key"] for extra in self._package.get("extras") or ()}
        names = _names(field)
        return next((name for name in names if name in keys), names[0])


def _names(field: str) -> list[str]:
    places = mapping.active().dataset.get(_FACTS.get(field, field), ())
    return [place.head for place in places] or [field]


def _scheming_fields(dataset_type: str) -> set[str]:
    if "scheming_get_dataset_schema" not in tk.h:
        return set()
    schema = tk.h.scheming_get_dataset_schema(dataset_type) or {}
    return {each["field_name"] for each in schema.get("dataset_fields", ())}
