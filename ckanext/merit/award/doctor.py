"""What `ckan merit doctor` says of the private folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import ckantoolkit as tk

from ckanext.merit import config
from ckanext.merit.interfaces import Finding

__all__ = ["Folder"]


class Folder:
    """What the plugin says of its part of the portal."""

    def merit_doctor_findings(self) -> Iterable[Finding]:
        """Say whether letters and evidence can be kept, and privately."""
        folder = config.private_folder()
        if folder is None:
            yield Finding(
                "award_folder",
                "error",
                "Entities cannot give files: there is no private folder.",
                "Set ckan.storage_path, or ckanext.merit.award.private_folder.",
            )
        elif not _is_writable(folder):
            yield Finding(
                "award_folder_writable",
                "error",
                f"Entities cannot give files: {folder} cannot be written.",
                "Make it the folder of the user that runs CKAN.",
            )
        elif _is_public(folder):
            yield Finding(
                "award_folder_public",
                "error",
                f"Letters and evidence are open to everybody: {folder} is public.",
                "Move it out, and set ckanext.merit.award.private_folder.",
            )


def _is_writable(folder: Path) -> bool:
    """Say whether it, or the folder in which it will be made, can be written."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _is_public(folder: Path) -> bool:
    """Say whether CKAN gives away what lies in it."""
    listed = str(tk.config.get("extra_public_paths") or "").split(",")
    storage = tk.config.get("ckan.storage_path")
    public = [Path(path.strip()) for path in listed if path.strip()]
    public += [Path(storage) / "storage"] if storage else []
    here = folder.resolve()
    return any(here.is_relative_to(path.resolve()) for path in public)
