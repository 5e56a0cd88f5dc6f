"""What people read when a rule or a constraint refuses."""

from __future__ import annotations

import ckantoolkit as tk

from ckanext.merit.domain.contest.errors import ContestError, TransitionError

__all__ = ["constraint_text", "rule_text"]


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text


_RULES = {
    "already_open": _("The phase is open: its opening can no longer change."),
    "empty": _("A phase must close after it opens."),
    "in_the_past": _("A phase cannot open in the past."),
    "naive": _("An instant needs its time zone."),
    "not_approver": _("A chair and the secretariat approve."),
    "other_phase": _("A phase keeps its kind and stage."),
    "party": _("A party to the matter cannot decide it."),
    "phase_closed": _("The phase for this is not open."),
    "phase_over": _("The phase is over: its dates can no longer change."),
    "role_taken": _("This approval was given already."),
    "same_person": _("Two different people are needed."),
    "shortened": _("The phase is open: it can only be extended."),
}

_CONSTRAINTS = {
    "merit_appeal_open_key": _("An appeal against this is open already."),
    "merit_assignment_key": _("This juror has this entry already."),
    "merit_category_code_key": _("There is a category with this code."),
    "merit_conflict_origin_key": _("This conflict is noted already."),
    "merit_distinction_place_key": _("This entry has a place in its category."),
    "merit_edition_slug_key": _("The programme has an edition with this name."),
    "merit_entry_organization_key": _("The organization has entered already."),
    "merit_entry_team_key": _("The team has entered this category already."),
    "merit_invitation_pending_key": _("An invitation to this address is pending."),
    "merit_juror_user_key": _("This person is on the jury already."),
    "merit_phase_lasts_check": _("A phase must close after it opens."),
    "merit_phase_overlap_excl": _("Phases of one kind and stage cannot overlap."),
    "merit_programme_name_key": _("There is a programme with this name."),
    "merit_role_key": _("This person has this role already."),
    "merit_rule_set_force_key": _("Another rule set is in force."),
    "merit_stage_code_key": _("There is a stage with this code."),
    "merit_stage_position_key": _("There is a stage in this position."),
    "merit_taking_due_key": _("This snapshot was taken already."),
    "merit_taking_open_key": _("A snapshot is being taken already."),
    "merit_stage_weight_check": _("Weights are greater than zero."),
    "merit_team_organization_key": _("The organization has a team already."),
}


def rule_text(error: ContestError) -> str:
    """Say in the reader's language why a rule refuses."""
    if isinstance(error, TransitionError):
        return tk._("Not possible in the state “{state}”.").format(
            state=error.detail["state"]
        )
    text = _RULES.get(error.code)
    return tk._(text) if text else error.message


def constraint_text(name: str | None) -> str | None:
    """Say what a constraint of the database protects; None if it isn't ours."""
    text = _CONSTRAINTS.get(name or "")
    return tk._(text) if text else None
