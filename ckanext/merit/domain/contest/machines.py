"""The kernel's state machines: the one place that says what may follow what."""

from __future__ import annotations

from ckanext.merit.domain.contest.machine import Machine, move

__all__ = [
    "APPEAL",
    "ASSIGNMENT",
    "CONFLICT",
    "DISPUTE",
    "DISTINCTION",
    "EDITION",
    "ENTRY",
    "EVIDENCE",
    "FINDING",
    "GUARDS",
    "INVITATION",
    "JUROR",
    "MACHINES",
    "REVIEW",
    "RULE_SET",
    "RUN",
    "TEAM",
]

GUARDS = {
    "appeal_upheld": "an appeal against this state was upheld",
    "appeals_settled": "the appeal window is over and no appeal is undecided",
    "before_provisional": "provisional results are not yet published",
    "complete": "everything the rules require has been given",
    "conflict_confirmed": "a conflict of interest of the juror was confirmed",
    "declared": "confidentiality and absence of conflicts were declared",
    "digests_hold": "reviews, snapshot and rules are those it was computed from",
    "due_open": "the instant set for the correction has not passed",
    "due_passed": "the instant it was due has passed",
    "heard": "the affected party was heard",
    "no_conflict": "the juror has no open or confirmed conflict with the entry",
    "no_open_conflict": "no conflict is reported or open",
    "not_approved": "no approved or published run counts it",
    "phase_open": "its phase is open by the database's clock",
    "rule_set_complete": (
        "weights are positive, the calendar is consistent, there is a category "
        "and every metric it names is available"
    ),
    "run_published": "the run behind it is published",
    "team_complete": "the size fits and every member accepted the rules",
    "two_signers": "two different people signed",
    "window_open": "the window for this kind of appeal is open",
}

EDITION = Machine(
    "edition",
    ("draft",),
    (
        move("publish", "draft", "published", "rule_set_complete"),
        move("publish_provisional", "published provisional", "provisional"),
        move("publish_final", "provisional", "final", "appeals_settled"),
        move("correct", "final", "final", reason=True),
        move("close", "final", "closed"),
        move("cancel", "draft published provisional", "cancelled", reason=True),
    ),
)

RULE_SET = Machine(
    "rule set",
    ("draft",),
    (
        move("put_in_force", "draft", "in_force", "rule_set_complete"),
        move("supersede", "in_force", "superseded", reason=True),
    ),
)

# Enrolments and submissions alike: a submission's `eligible` is `admitted`,
# `ineligible` is `not_admitted`; only submissions are locked by their deadline.
ENTRY = Machine(
    "entry",
    ("draft",),
    (
        move("submit", "draft submitted", "submitted", "phase_open", "complete"),
        move("submit", "returned", "submitted", "due_open", "complete"),
        move("lock", "submitted", "locked", "due_passed", system=True),
        move("admit", "submitted locked", "admitted"),
        move("reject", "submitted locked", "not_admitted", reason=True),
        move("return", "submitted", "returned", reason=True),
        move(
            "withdraw",
            "submitted returned locked admitted",
            "withdrawn",
            "before_provisional",
        ),
        move("lapse", "draft returned", "lapsed", "due_passed", system=True),
        move("disqualify", "admitted", "disqualified", "heard", reason=True),
        move(
            "reinstate",
            "not_admitted disqualified",
            "admitted",
            "appeal_upheld",
            reason=True,
        ),
    ),
)

EVIDENCE = Machine(
    "evidence",
    ("draft",),
    (
        move("submit", "draft", "submitted", "phase_open"),
        move("submit", "returned", "submitted", "due_open"),
        move("withdraw", "draft submitted returned", "withdrawn", "before_provisional"),
        move("accept", "submitted", "accepted"),
        move("reject", "submitted", "rejected", reason=True),
        move("return", "submitted", "returned", reason=True),
        move("reinstate", "rejected", "accepted", "appeal_upheld", reason=True),
        move(
            "supersede",
            "submitted returned accepted rejected",
            "superseded",
            "phase_open",
        ),
    ),
)

JUROR = Machine(
    "juror",
    ("invited",),
    (
        move("accept", "invited", "accepted", "declared"),
        move("decline", "invited", "declined"),
        move("revoke", "invited", "revoked", reason=True),
        move("expire", "invited", "expired", "due_passed", system=True),
        move("activate", "accepted", "active"),
        move("end", "active", "ended"),
        move("remove", "accepted active", "removed", reason=True),
        move("reinvite", "declined revoked expired ended removed", "invited"),
    ),
)

CONFLICT = Machine(
    "conflict",
    ("open", "reported"),
    (
        move("admit", "reported", "open"),
        move("confirm", "open", "confirmed", reason=True),
        move("dismiss", "reported open", "dismissed", reason=True),
    ),
)

ASSIGNMENT = Machine(
    "assignment",
    ("assigned",),
    (
        move("start", "assigned", "in_progress", "no_conflict", "phase_open"),
        move("complete", "in_progress", "completed", "no_conflict", "phase_open"),
        move("recuse", "assigned in_progress", "recused", reason=True),
        move("void", "completed", "recused", "conflict_confirmed", reason=True),
        move("decline", "assigned in_progress", "declined", reason=True),
        move("reassign", "assigned in_progress", "reassigned", reason=True),
        move("expire", "assigned in_progress", "expired", "due_passed", system=True),
        move("extend", "expired", "assigned", reason=True),
        move("reopen", "completed", "in_progress", "not_approved", reason=True),
        move("cancel", "assigned in_progress", "cancelled", reason=True),
    ),
)

# A deliberation looks at a computed run, whose reviews are locked: what it
# reopens is a locked review, as long as nobody approved a run on it.
REVIEW = Machine(
    "review",
    ("draft",),
    (
        move(
            "submit",
            "draft reopened",
            "submitted",
            "no_conflict",
            "phase_open",
            "complete",
        ),
        move("lock", "submitted", "locked"),
        move("reopen", "submitted locked", "reopened", "not_approved", reason=True),
        move(
            "void",
            "draft submitted reopened locked",
            "void",
            "conflict_confirmed",
            reason=True,
        ),
    ),
)

RUN = Machine(
    "score run",
    ("computed",),
    (
        move(
            "approve",
            "computed",
            "approved",
            "digests_hold",
            "no_open_conflict",
            "two_signers",
        ),
        move("publish", "approved", "published", "digests_hold"),
        move("supersede", "published", "superseded", reason=True),
        move("discard", "computed", "discarded", reason=True),
    ),
)

APPEAL = Machine(
    "appeal",
    ("draft",),
    (
        move("file", "draft", "filed", "window_open"),
        move("admit", "filed", "admitted"),
        move("refuse", "filed", "inadmissible", reason=True),
        move("uphold", "admitted", "upheld", "two_signers", reason=True),
        move("uphold_partly", "admitted", "partly_upheld", "two_signers", reason=True),
        move("dismiss", "admitted", "dismissed", "two_signers", reason=True),
        move("close", "inadmissible upheld partly_upheld dismissed", "closed"),
    ),
)

# Corrected results outdate what is not announced yet. What is announced gives way only
# by the secretariat's word, and the entry may get another one: it lost nothing.
DISTINCTION = Machine(
    "distinction",
    ("proposed",),
    (
        move("verify", "proposed", "verifying"),
        move("confirm", "verifying", "confirmed", "run_published"),
        move("forfeit", "verifying", "forfeited", reason=True),
        move("announce", "confirmed", "announced"),
        move("revoke", "announced", "revoked", reason=True),
        move("outdate", "proposed verifying confirmed", "superseded", reason=True),
        move("correct", "announced", "corrected", reason=True),
    ),
)

INVITATION = Machine(
    "invitation",
    ("pending",),
    (
        move("accept", "pending", "accepted", "due_open"),
        move("decline", "pending", "declined"),
        move("revoke", "pending", "revoked"),
        move("expire", "pending", "expired", "due_passed", system=True),
    ),
)

# A sign of gaming: the entity answers, or lets the time for it pass.
FINDING = Machine(
    "finding",
    ("open",),
    (
        move("answer", "open", "heard"),
        move("pass", "open", "heard", "due_passed", system=True),
        move("uphold", "heard", "upheld", "heard", reason=True),
        move("dismiss", "open heard", "dismissed", reason=True),
    ),
)

# A dispute over the level accepted for evidence is for a juror to decide.
DISPUTE = Machine(
    "dispute",
    ("open",),
    (
        move("hand", "open handed", "handed", "no_conflict"),
        move("decide", "handed", "decided", "no_conflict", reason=True),
        move("withdraw", "open handed", "withdrawn"),
    ),
)

TEAM = Machine(
    "team",
    ("forming",),
    (
        move("ready", "forming", "ready", "team_complete"),
        move("unready", "ready", "forming"),
        move("lock", "ready", "locked", "due_passed", system=True),
        move("dissolve", "forming ready", "dissolved"),
    ),
)

MACHINES = {
    machine.name: machine
    for machine in (
        *(EDITION, RULE_SET, ENTRY, EVIDENCE, JUROR, CONFLICT, ASSIGNMENT),
        *(REVIEW, RUN, APPEAL, DISTINCTION, INVITATION, FINDING, DISPUTE, TEAM),
    )
}
