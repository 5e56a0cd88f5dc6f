"""Acts on editions, their parts and rules, and on entries."""

from __future__ import annotations

from collections.abc import Callable

import ckantoolkit as tk

from ckanext.merit.domain.contest import machines
from ckanext.merit.pages.office_acts import Act, Acts, Input

__all__ = ["ACTS"]


def _edition() -> Acts:
    _ = tk._
    return {
        "publish": Act(
            "merit_edition_publish",
            "publish_edition",
            _("Publish the edition"),
            done=_("The edition is published."),
            back="merit_office.dashboard",
            means=_(
                "Everybody sees it from now on. Stages, categories and time zone can "
                "no longer change; dates and rules only by addenda that are announced."
            ),
            confirm=_("I have checked calendar, categories and rules."),
            machine=machines.EDITION,
        ),
        "close": Act(
            "merit_edition_close",
            "publish_results",
            _("Close the edition"),
            done=_("The edition is closed."),
            back="merit_office.dashboard",
            means=_("Results stay as they are; nothing can be corrected any more."),
            confirm=_("All distinctions are announced and nothing is open."),
            machine=machines.EDITION,
        ),
        "cancel": Act(
            "merit_edition_cancel",
            "manage_edition",
            _("Cancel the edition"),
            done=_("The edition is cancelled."),
            back="merit_office.dashboard",
            means=_("It stays on the portal with the reason, and cannot go on."),
            inputs=(
                Input("reason", _("Reason"), help=_("Published with the edition.")),
            ),
            confirm=_("Yes, cancel it for good."),
            machine=machines.EDITION,
        ),
    }


def _phases() -> Acts:
    _ = tk._
    return {
        "delete": Act(
            "merit_phase_delete",
            "edit_edition",
            _("Take the phase out"),
            done=_("The phase is out of the calendar."),
            back="merit_office.calendar",
            confirm=_("Yes, take it out."),
        )
    }


def _stages() -> Acts:
    _ = tk._
    return {
        "delete": Act(
            "merit_stage_delete",
            "edit_edition",
            _("Take the stage out"),
            done=_("The stage is gone."),
            back="merit_office.stages",
            confirm=_("Yes, take it out."),
        )
    }


def _categories() -> Acts:
    _ = tk._
    return {
        "delete": Act(
            "merit_category_delete",
            "edit_edition",
            _("Take the category out"),
            done=_("The category is gone."),
            back="merit_office.categories",
            confirm=_("Yes, take it out."),
        )
    }


def _entries() -> Acts:
    _ = tk._
    shown = _("Those behind the entry read it.")
    return {
        "admit": Act(
            "merit_entry_admit",
            "screen",
            _("Admit"),
            done=_("The entry is admitted."),
            back="merit_office.entries",
            means=_("It appears among the entries, and jurors can be given it."),
            machine=machines.ENTRY,
        ),
        "return": Act(
            "merit_entry_return",
            "screen",
            _("Return for correction"),
            done=_("The entry is returned."),
            back="merit_office.entries",
            means=_("It can be changed and submitted again until the day you set."),
            inputs=(
                Input("reason", _("What to correct"), help=shown),
                Input("due_at", _("Until"), kind="instant"),
            ),
            machine=machines.ENTRY,
        ),
        "reject": Act(
            "merit_entry_reject",
            "screen",
            _("Do not admit"),
            done=_("The entry is not admitted."),
            back="merit_office.entries",
            means=_("Only an appeal that is upheld brings it back."),
            inputs=(Input("reason", _("Reason"), help=shown),),
            confirm=_("Yes, do not admit it."),
            machine=machines.ENTRY,
        ),
        "disqualify": Act(
            "merit_entry_disqualify",
            "manage_edition",
            _("Disqualify"),
            done=_("The entry is disqualified."),
            back="merit_office.entries",
            means=_(
                "It loses its place in all results to come: where results are final, "
                "compute another run and publish it as a correction. Those behind it "
                "must be heard first; only an appeal that is upheld brings it back."
            ),
            inputs=(
                Input("reason", _("Reason"), help=shown),
                Input("hearing", _("What they said when they were heard")),
            ),
            confirm=_("They were heard, and it is disqualified."),
            machine=machines.ENTRY,
        ),
    }


ACTS: dict[str, Callable[[], Acts]] = {
    "edition": _edition,
    "phases": _phases,
    "stages": _stages,
    "categories": _categories,
    "entries": _entries,
}
