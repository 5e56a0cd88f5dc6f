"""Acts on jurors, assignments and conflicts of interest."""

from __future__ import annotations

from collections.abc import Callable

import ckantoolkit as tk

from ckanext.merit.domain.contest import machines
from ckanext.merit.pages.office_acts import Act, Acts, Input

__all__ = ["ACTS"]


def _jurors() -> Acts:
    _ = tk._
    reason = (Input("reason", _("Reason")),)
    return {
        "revoke": Act(
            "merit_juror_revoke",
            "appoint_jurors",
            _("Take the invitation back"),
            done=_("The invitation is taken back."),
            back="merit_office.jury",
            inputs=reason,
            machine=machines.JUROR,
        ),
        "remove": Act(
            "merit_juror_remove",
            "appoint_jurors",
            _("Remove from the jury"),
            done=_("The juror is removed."),
            back="merit_office.jury",
            means=_(
                "Unfinished assignments are cancelled and free for others. Submitted "
                "reviews stay and count, unless you discard them: then they stay on "
                "record only, and their entries are free for others. Reviews that a "
                "run has locked cannot be discarded."
            ),
            inputs=(
                *reason,
                Input(
                    "discard_reviews",
                    _("Discard the reviews too"),
                    kind="check",
                    required=False,
                ),
            ),
            confirm=_("Yes, remove this person from the jury."),
            machine=machines.JUROR,
        ),
        "end": Act(
            "merit_juror_end",
            "appoint_jurors",
            _("End the term"),
            done=_("The term has ended."),
            back="merit_office.jury",
            means=_("The juror's work is done; what was submitted stays."),
            confirm=_("Yes, end it."),
            machine=machines.JUROR,
        ),
    }


def _assignments() -> Acts:
    _ = tk._
    reason = Input("reason", _("Reason"))
    return {
        "cancel": Act(
            "merit_assignment_cancel",
            "appoint_jurors",
            _("Cancel the assignment"),
            done=_("The assignment is cancelled."),
            back="merit_office.coverage",
            means=_("What the juror wrote so far does not count."),
            inputs=(reason,),
            confirm=_("Yes, cancel it."),
            machine=machines.ASSIGNMENT,
        ),
        "extend": Act(
            "merit_assignment_extend",
            "manage_edition",
            _("Give more time"),
            done=_("The juror has more time."),
            back="merit_office.jury",
            inputs=(Input("due_at", _("Until"), kind="instant"), reason),
            machine=machines.ASSIGNMENT,
        ),
    }


def _conflicts() -> Acts:
    _ = tk._
    reason = (Input("reason", _("Reason")),)
    action, permission = "merit_conflict_decide", "decide_conflict"
    signed = _("The decision is noted.")
    return {
        "admit": Act(
            action,
            permission,
            _("Look into it"),
            done=signed,
            back="merit_office.conflicts",
            means=_("From now on it blocks the juror until it is decided."),
            inputs=reason,
            fixed={"decision": "admit"},
            machine=machines.CONFLICT,
        ),
        "confirm": Act(
            action,
            permission,
            _("Confirm the conflict"),
            done=signed,
            back="merit_office.conflicts",
            means=_(
                "The juror's part in this entry ends, and a submitted review becomes "
                "void. A conflict of the chair takes two members of the secretariat."
            ),
            inputs=reason,
            confirm=_("Yes, there is a conflict."),
            fixed={"decision": "confirm"},
            machine=machines.CONFLICT,
        ),
        "dismiss": Act(
            action,
            permission,
            _("Dismiss it"),
            done=signed,
            back="merit_office.conflicts",
            means=_(
                "The juror is free to review this entry. A conflict of the chair "
                "takes two members of the secretariat."
            ),
            inputs=reason,
            confirm=_("There is no conflict."),
            fixed={"decision": "dismiss"},
            machine=machines.CONFLICT,
        ),
    }


ACTS: dict[str, Callable[[], Acts]] = {
    "jurors": _jurors,
    "assignments": _assignments,
    "conflicts": _conflicts,
}
