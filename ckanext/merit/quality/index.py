"""Quality in CKAN's search: fields of the index, the facet, what a page lists."""

from __future__ import annotations

import logging
from typing import Any

from flask import has_request_context
from sqlalchemy.exc import SQLAlchemyError

import ckantoolkit as tk
from ckan import model

from ckanext.merit.model import quality_read
from ckanext.merit.model.savepoint import savepoint
from ckanext.merit.quality import words
from ckanext.merit.quality.logic import store
from ckanext.merit.quality.logic.evaluate import counted_types

__all__ = ["FACET", "InSearch"]

log = logging.getLogger(__name__)

FACET = "merit_quality_band"
_LISTED = "merit_quality_ids"


class InSearch:
    """The plugin's methods for search, of `IPackageController` and `IFacets`."""

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """Index band and rank of public datasets."""
        return _with_fields(pkg_dict)

    def after_dataset_search(
        self, search_results: dict[str, Any], search_params: dict[str, Any]
    ) -> dict[str, Any]:
        """Name the facet's values, and remember what the page lists."""
        return _noted(search_results)

    def dataset_facets(self, facets_dict: Any, package_type: str) -> Any:
        """Offer the facet in the search of datasets."""
        return _with_facet(facets_dict)

    def organization_facets(
        self, facets_dict: Any, organization_type: str, package_type: str | None
    ) -> Any:
        """Offer the facet on the pages of organisations."""
        return _with_facet(facets_dict)

    def group_facets(
        self, facets_dict: Any, group_type: str, package_type: str | None
    ) -> Any:
        """Offer the facet on the pages of groups."""
        return _with_facet(facets_dict)


def _with_fields(document: dict[str, Any]) -> dict[str, Any]:
    """Add band and rank of a public dataset to what is sent to Solr.

    CKAN indexes within the user's save, which must not fail for our sake.
    """
    try:
        with savepoint(model.Session) as connection:
            row = quality_read.scores(connection, document["id"], types=counted_types())
    except SQLAlchemyError:
        log.exception("Could not read the quality of dataset %s", document["id"])
        return document
    if row is not None:
        document.update(store.search_fields(row.status, row.band, row.score))
    return document


def _with_facet(titles: Any) -> Any:
    titles[FACET] = tk._("Quality")
    return titles


def _noted(results: dict[str, Any]) -> dict[str, Any]:
    """Name the facet's values, and remember what a page may list.

    The page's helper then fetches everything in one statement; calls of the API cost
    none.
    """
    if not has_request_context():
        return results
    facet = results.get("search_facets", {}).get(FACET, {})
    for item in facet.get("items", ()):
        item["display_name"] = words.band_name(item["name"])
    found = [result["id"] for result in results["results"] if "id" in result]
    listed: list[str] = tk.g.setdefault(_LISTED, [])
    listed.extend(found)
    return results
