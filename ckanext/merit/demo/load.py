"""A mapped catalogue into the portal through CKAN's actions; again changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import FileStorage

import ckantoolkit as tk
from ckan import model
from ckan.lib import search
from ckan.types import Context

from ckanext.merit.demo.catalogue import Catalogue, Dataset, Notice

__all__ = ["Loader", "Outcome"]

# Where the digest of what was loaded is kept: private data of plugins, which CKAN
# shows to sysadmins on request and to nobody else.
PLUGIN_KEY = "merit_demo"


@dataclass
class Outcome:
    """What a load did.

    Attributes:
        datasets: `created`, `updated`, `unchanged`, `skipped` -> how many.
        organizations: `created`, `unchanged` -> how many; `groups` the same.
        notices: of the reading and of the saving, in file order within each.
    """

    datasets: Counter[str] = field(default_factory=Counter)
    organizations: Counter[str] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)
    notices: list[Notice] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            "organizations": dict(self.organizations),
            "groups": dict(self.groups),
            "datasets": dict(self.datasets),
            "notices": [notice.to_dict() for notice in self.notices],
        }


@dataclass(frozen=True)
class _Stored:
    name: str
    state: str
    digest: str


class Loader:
    """Loads one catalogue.

    Args:
        catalogue: what to load.
        files: the folder that relative addresses of distributions are files of;
            they are uploaded. Without it no file of this machine is read.
        now: moves all dates of datasets and resources forward, so that the day of
            the catalogue's own `modified` becomes this day; `None` keeps the dates.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        files: Path | None = None,
        now: datetime | None = None,
    ) -> None:
        self.catalogue, self.files = catalogue, files
        self.shift = timedelta()
        if now and catalogue.modified:
            self.shift = timedelta(days=(now.date() - catalogue.modified.date()).days)
        self.outcome = Outcome(notices=list(catalogue.notices))
        skipped = sum(notice.skipped for notice in catalogue.notices)
        self.outcome.datasets["skipped"] += skipped

    def datasets(self) -> Iterator[Dataset]:
        """Load everything, one dataset per step; run it to the end."""
        with _one_index_commit():
            self.owners("organization", self.catalogue.organizations.values())
            self.owners("group", self.catalogue.groups.values())
            stored = _stored([each.package["id"] for each in self.catalogue.datasets])
            for dataset in self.catalogue.datasets:
                self.dataset(dataset, stored.get(dataset.package["id"]))
                yield dataset

    def owners(self, kind: str, wanted: Any) -> None:
        """Create the organisations or groups that aren't there yet."""
        counts = getattr(self.outcome, f"{kind}s")
        present = set(model.Session.scalars(sa.select(model.Group.id)))
        names = set(model.Session.scalars(sa.select(model.Group.name)))
        for each in wanted:
            if each["id"] in present:
                counts["unchanged"] += 1
                continue
            name = each["name"]
            if name in names:
                name = f"{name}-{each['id'][:8]}"
            # CKAN's activity plugin reads the answer here, an id alone breaks it.
            context = _context(id_only=False)
            tk.get_action(f"{kind}_create")(context, {**each, "name": name})
            counts["created"] += 1

    def dataset(self, dataset: Dataset, stored: _Stored | None) -> None:
        """Save one dataset unless it is stored as the file has it."""
        if stored and stored.state == "deleted":
            self.skip(dataset, "deleted_here")
            return
        if stored and stored.digest == dataset.digest:
            self.outcome.datasets["unchanged"] += 1
            return
        try:
            self.save(dataset, stored)
        except tk.ValidationError as error:
            model.Session.rollback()
            self.skip(dataset, "refused", str(error.error_summary)[:500])
        except (search.SearchIndexError, SQLAlchemyError) as error:
            model.Session.rollback()
            self.skip(dataset, "not_stored", str(error)[:500])
        else:
            self.outcome.datasets["updated" if stored else "created"] += 1

    def save(self, dataset: Dataset, stored: _Stored | None) -> None:
        """One create or update; files need two more, see `uploads`."""
        package = self.moved(dataset.package)
        package["plugin_data"] = {PLUGIN_KEY: {"digest": dataset.digest}}
        uploads = self.uploads(dataset)
        if stored:
            package["name"] = stored.name
        elif _taken(package["name"]):
            package["name"] = f"{package['name']}-{package['id'][:8]}"
        if uploads:
            self.save_files(package, uploads, new=not stored)
        action = "package_update" if stored or uploads else "package_create"
        tk.get_action(action)(_context(), package)

    def save_files(
        self, package: dict[str, Any], uploads: dict[str, Path], *, new: bool
    ) -> None:
        """Upload before the last save: an upload makes CKAN write today's date."""
        if new:
            bare = {**package, "resources": [], "state": "draft"}
            tk.get_action("package_create")(_context(), bare)
        with _opened(uploads) as opened:
            resources = [
                {**each, "url_type": "upload", "upload": opened[each["id"]]}
                if each["id"] in opened
                else each
                for each in package["resources"]
            ]
            sent = {**package, "resources": resources, "state": "draft"}
            tk.get_action("package_update")(_context(), sent)
        package.setdefault("state", "active")
        for each in package["resources"]:
            path = uploads.get(each["id"])
            if path:
                each |= {"url": path.name, "url_type": "upload"}
                each["size"] = path.stat().st_size
                each.pop("downloadURL", None)

    def uploads(self, dataset: Dataset) -> dict[str, Path]:
        """Resource id -> file to upload; only files inside the given folder."""
        found: dict[str, Path] = {}
        if not self.files:
            return found
        root = self.files.resolve()
        for resource_id, relative in dataset.files.items():
            path = (root / relative).resolve()
            if path.is_relative_to(root) and path.is_file():
                found[resource_id] = path
                continue
            self.notice(dataset, "file_missing", relative)
        return found

    def moved(self, package: dict[str, Any]) -> dict[str, Any]:
        """A copy of the package whose dates are moved by the loader's shift."""
        resources = [
            {key: self.later(key, value) for key, value in each.items()}
            for each in package["resources"]
        ]
        extras = [
            {"key": e["key"], "value": self.later(e["key"], e["value"])}
            for e in package["extras"]
        ]
        return {**package, "resources": resources, "extras": extras}

    def later(self, key: str, value: Any) -> Any:
        """A date moved by the shift; anything else as it is."""
        if not self.shift or key not in _DATES:
            return value
        try:
            return (datetime.fromisoformat(value) + self.shift).isoformat()
        except ValueError:
            return value

    def skip(self, dataset: Dataset, reason: str, detail: str = "") -> None:
        """Count a dataset as left out and say why."""
        self.outcome.datasets["skipped"] += 1
        self.notice(dataset, reason, detail)

    def notice(self, dataset: Dataset, reason: str, detail: str = "") -> None:
        """Add a notice about a dataset."""
        found = Notice(dataset.line, dataset.identifier[:100], reason, detail)
        self.outcome.notices.append(found)


_DATES = frozenset({"created", "last_modified", "issued", "modified"})


def _context(*, id_only: bool = True) -> Context:
    """A fresh context of the site user, who may do everything."""
    user = tk.get_action("get_site_user")(Context(ignore_auth=True), {})
    return Context(user=user["name"], ignore_auth=True, return_id_only=id_only)


def _stored(ids: Sequence[str]) -> dict[str, _Stored]:
    """Name, state and digest of the datasets that are on the portal already."""
    package = model.Package
    found: dict[str, _Stored] = {}
    for start in range(0, len(ids), 1000):
        wanted = package.id.in_(ids[start : start + 1000])
        columns = (package.id, package.name, package.state, package.plugin_data)
        for row in model.Session.execute(sa.select(*columns).where(wanted)):
            kept = (row.plugin_data or {}).get(PLUGIN_KEY) or {}
            found[row.id] = _Stored(row.name, row.state, kept.get("digest", ""))
    return found


def _taken(name: str) -> bool:
    query = sa.select(model.Package.id).where(model.Package.name == name)
    return model.Session.scalars(query).first() is not None


@contextmanager
def _opened(uploads: dict[str, Path]) -> Iterator[dict[str, FileStorage]]:
    opened = {
        resource_id: FileStorage(path.open("rb"), filename=path.name)
        for resource_id, path in uploads.items()
    }
    try:
        yield opened
    finally:
        for each in opened.values():
            each.close()


@contextmanager
def _one_index_commit() -> Iterator[None]:
    """Let Solr commit once at the end: a commit per dataset takes most of the time."""
    before = tk.config.get("ckan.search.solr_commit")
    tk.config["ckan.search.solr_commit"] = False
    try:
        yield
    finally:
        tk.config["ckan.search.solr_commit"] = before
        search.commit()
