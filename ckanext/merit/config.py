"""The options of this package, typed; `config_declaration.yaml` says what they mean."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import ckantoolkit as tk

__all__ = [
    "badge_validity",
    "conflict_window",
    "dataset_types",
    "field_mapping",
    "file_limit",
    "portal_contacts",
    "private_folder",
    "public_mail_domains",
    "settle_time",
]


def dataset_types() -> list[str]:
    """Dataset types that are assessed."""
    return tk.config["ckanext.merit.quality.dataset_types"]


def field_mapping() -> str | None:
    """Path of the portal's own mapping of fields."""
    return tk.config["ckanext.merit.quality.field_mapping"] or None


def portal_contacts() -> list[str]:
    """Addresses that are the portal's own."""
    return tk.config["ckanext.merit.quality.portal_contacts"]


def settle_time() -> timedelta:
    """Time from the last change of a dataset to its assessment."""
    return timedelta(seconds=tk.config["ckanext.merit.quality.settle_seconds"])


def badge_validity() -> timedelta:
    """Time after which an unchecked badge expires."""
    return timedelta(days=tk.config["ckanext.merit.quality.badge_valid_days"])


def public_mail_domains() -> list[str]:
    """Mail domains, besides the known ones, that say nothing about an employer."""
    return tk.config["ckanext.merit.contest.public_mail_domains"]


def conflict_window() -> timedelta:
    """Time for which a former membership is still a conflict of interest."""
    return timedelta(days=tk.config["ckanext.merit.contest.conflict_window_days"])


def private_folder() -> Path | None:
    """Folder of the files that entities give; None where there can be none."""
    own = tk.config["ckanext.merit.award.private_folder"]
    if own:
        return Path(own)
    storage = tk.config.get("ckan.storage_path")
    return Path(storage) / "merit" if storage else None


def file_limit() -> int:
    """Bytes that a file of an entity can have."""
    return int(tk.config["ckanext.merit.award.max_file_mb"]) * 1_000_000
