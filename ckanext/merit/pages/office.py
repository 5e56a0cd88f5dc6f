"""The pages of those who run contests: all modules that add routes."""

from __future__ import annotations

from ckanext.merit.pages import (
    office_closing,
    office_dashboard,
    office_entries,
    office_import,
    office_jury,
    office_programmes,
    office_results,
    office_rules,
    office_setup,
    office_subjects,
    office_telling,
)
from ckanext.merit.pages.office_blueprint import merit_office

__all__ = ["MODULES", "merit_office"]

MODULES = (
    *(office_dashboard, office_programmes, office_rules, office_setup),
    *(office_subjects, office_entries, office_jury, office_results),
    *(office_closing, office_telling, office_import),
)
