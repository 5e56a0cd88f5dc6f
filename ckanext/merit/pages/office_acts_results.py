"""Acts on runs, appeals and distinctions."""

from __future__ import annotations

from collections.abc import Callable

import ckantoolkit as tk

from ckanext.merit.domain.contest import machines
from ckanext.merit.pages.office_acts import Act, Acts, Input
from ckanext.merit.pages.words import word

__all__ = ["ACTS"]


def _runs() -> Acts:
    _ = tk._
    return {
        "approve": Act(
            "merit_run_approve",
            "approve_run",
            _("Approve the run"),
            done=_("Your approval is noted."),
            back="merit_office.results",
            means=_(
                "A chair and a member of the secretariat approve, two different "
                "people. It takes reviews, rules and snapshot to be unchanged and "
                "every conflict of interest to be decided."
            ),
            confirm=_("I have looked at rows and diagnostics."),
            machine=machines.RUN,
        ),
        "discard": Act(
            "merit_run_discard",
            "compute_run",
            _("Discard the run"),
            done=_("The run is discarded."),
            back="merit_office.results",
            means=_("It stays on record. Another one can be computed."),
            inputs=(Input("reason", _("Reason")),),
            machine=machines.RUN,
        ),
        "publish": Act(
            "merit_run_publish",
            "publish_results",
            _("Publish the results"),
            done=_("The results are published."),
            back="merit_office.results",
            means=_(
                "Writes a numbered publication that can never change, only be "
                "corrected by another one. Final results need the time for appeals to "
                "be over and every appeal decided."
            ),
            inputs=(
                Input(
                    "kind",
                    _("As"),
                    kind="select",
                    options=tuple(
                        (code, word("publication", code))
                        for code in ("provisional", "final")
                    ),
                ),
                Input(
                    "visible_from",
                    _("Visible from"),
                    kind="instant",
                    required=False,
                    help=_(
                        "Before it nobody outside sees anything. Empty: at once. In "
                        "the time of the edition."
                    ),
                ),
                Input(
                    "notice",
                    _("What it corrects"),
                    required=False,
                    help=_("Needed where results were published before."),
                ),
            ),
            confirm=_("Yes, publish them."),
        ),
    }


def _appeals() -> Acts:
    _ = tk._
    return {
        "admit": Act(
            "merit_appeal_admit",
            "decide_appeal",
            _("Admit the appeal"),
            done=_("The appeal is admitted."),
            back="merit_office.appeals",
            means=_("It will be decided on its merits, by two people."),
            machine=machines.APPEAL,
        ),
        "refuse": Act(
            "merit_appeal_refuse",
            "decide_appeal",
            _("Find it inadmissible"),
            done=_("The appeal is inadmissible."),
            back="merit_office.appeals",
            inputs=(Input("reason", _("Reason"), help=_("The appellant reads it.")),),
            confirm=_("Yes, it is not decided on its merits."),
            machine=machines.APPEAL,
        ),
        "decide": Act(
            "merit_appeal_decide",
            "decide_appeal",
            _("Sign a decision"),
            done=_("Your signature is noted."),
            back="merit_office.appeals",
            means=_(
                "Two people who haven't scored the entry sign the same decision; the "
                "second signature makes it. Upheld, an admission or disqualification "
                "is corrected at once; where scores can move, the chair reopens the "
                "review and a new run follows, with the difference shown to all."
            ),
            inputs=(
                Input(
                    "decision",
                    _("Decision"),
                    kind="select",
                    options=(
                        ("uphold", word("appeal", "upheld")),
                        ("uphold_partly", word("appeal", "partly_upheld")),
                        ("dismiss", word("appeal", "dismissed")),
                    ),
                ),
                Input(
                    "reason",
                    _("Reasons"),
                    help=_("The second signer's are the decision's."),
                ),
            ),
            confirm=_("I sign this decision."),
            machine=machines.APPEAL,
            move="uphold",
        ),
        "close": Act(
            "merit_appeal_close",
            "decide_appeal",
            _("Close the appeal"),
            done=_("The appeal is closed."),
            back="merit_office.appeals",
            means=_("The decision was carried out."),
            machine=machines.APPEAL,
        ),
    }


def _distinctions() -> Acts:
    _ = tk._
    permission, back = "confirm_distinction", "merit_office.distinctions"
    reason = (Input("reason", _("Reason")),)
    return {
        "verify": Act(
            "merit_distinction_verify",
            permission,
            _("Begin to verify"),
            done=_("It is being verified."),
            back=back,
            means=_("Before it is confirmed somebody checks that it may be given."),
            machine=machines.DISTINCTION,
        ),
        "confirm": Act(
            "merit_distinction_confirm",
            permission,
            _("Confirm"),
            done=_("The distinction is confirmed."),
            back=back,
            machine=machines.DISTINCTION,
        ),
        "forfeit": Act(
            "merit_distinction_forfeit",
            permission,
            _("Note that it is forfeited"),
            done=_("The distinction is forfeited. Propose again for the next one."),
            back=back,
            means=_(
                "The entry did not verify it. When places are proposed again, the next "
                "entry takes the place."
            ),
            inputs=reason,
            confirm=_("Yes, it is forfeited."),
            machine=machines.DISTINCTION,
        ),
        "announce": Act(
            "merit_distinction_announce",
            permission,
            _("Announce"),
            done=_("The distinction is announced."),
            back=back,
            means=_(
                "Everybody sees it from now on. The final results must be visible."
            ),
            machine=machines.DISTINCTION,
        ),
        "correct": Act(
            "merit_distinction_correct",
            permission,
            _("Note that it is corrected"),
            done=_("It is noted as corrected. Propose again for what takes its stead."),
            back=back,
            means=_(
                "The results were corrected, or somebody before lost a place. It stays "
                "visible as corrected, with the reason, and the entry may get another "
                "distinction. One that is revoked gets none."
            ),
            inputs=reason,
            confirm=_("Yes, it is corrected."),
            machine=machines.DISTINCTION,
        ),
        "revoke": Act(
            "merit_distinction_revoke",
            permission,
            _("Revoke"),
            done=_("The distinction is revoked."),
            back=back,
            means=_("It stays visible, with the reason for which it was revoked."),
            inputs=reason,
            confirm=_("Yes, revoke it."),
            machine=machines.DISTINCTION,
        ),
    }


ACTS: dict[str, Callable[[], Acts]] = {
    "runs": _runs,
    "appeals": _appeals,
    "distinctions": _distinctions,
}
