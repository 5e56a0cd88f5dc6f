"""The permission table itself: rows of acts, one cell per role, nothing else."""

from __future__ import annotations

__all__ = ["CONDITIONS", "ROLES", "TABLE"]

ROLES = {
    "A": "anonymous visitor",
    "U": "registered user without another role in the edition",
    "M": "team member",
    "C": "captain of a team",
    "E": "editor of an enrolled organisation",
    "R": "admin of an organisation, or its member who represents the entry",
    "J": "juror",
    "H": "jury chair or acting deputy",
    "S": "secretariat",
    "P": "co-recogniser",
    "T": "mentor or trainer",
    "O": "observer or auditor",
    "X": "system administrator of the portal",
}

CONDITIONS = {
    "review_policy": "as the policy of the rule set says",
    "after_lock": "after the reviews are locked",
    "own_first": "where also assigned: after the own review is submitted",
    "not_own_review": "not the own review",
    "one_of_two": "as one of two different people",
    "not_own_conflict": "not a conflict of one's own, nor of the chair or a deputy",
    "chairs_own": "only a conflict of the chair or a deputy, by two people",
    "no_conflict": "without a conflict of interest with the entry, nor behind it",
    "not_scorer": "not on an entry one has scored",
    "if_invited": "only where invited",
    "not_own_team": "not for one's own team",
}

# + allowed, o only own or assigned, - not by this role, x never, whatever other
# role the person holds; after each colon a condition that must also hold.
TABLE: tuple[tuple[str, str, str], ...] = (
    # act, title, cells of                       A U M C E R J H S P T O X
    (
        "see_public",
        "See published edition, rules, calendar, final results, challenges, winners",
        "+ + + + + + + + + + + + +",
    ),
    (
        "verify",
        "Verify a credential, download the result bundle",
        "+ + + + + + + + + + + + +",
    ),
    (
        "edit_edition",
        "Create or edit an edition, a rule set draft, an addendum",
        "- - - - - - - - + - - - +",
    ),
    (
        "publish_edition",
        "Publish an edition, put rules in force",
        "- - - - - - - - + - - - +",
    ),
    ("enrol", "Enrol an organisation, withdraw it", "- - - - - o - - - - - - -"),
    ("prepare_enrolment", "Prepare an enrolment draft", "- - - - - o - - + - - - -"),
    (
        "add_evidence",
        "Add evidence, answer corrections",
        "- - - - o o - - - - - - -",
    ),
    (
        "dispute_level",
        "Dispute the level accepted for own evidence",
        "- - - - o o - - - - - - -",
    ),
    (
        "decide_level",
        "Decide a dispute over a level that was handed to one as juror",
        "- - - - - - o o x - - - x",
    ),
    (
        "see_machine_score",
        "See the own machine score before the cut-off",
        "- - - - o o - - + - o + +",
    ),
    (
        "screen",
        "Admit, return or reject an enrolment or evidence",
        "- - - - - - - - +:no_conflict - - - -",
    ),
    ("take_snapshot", "Take a snapshot", "- - - - - - - - + - - - +"),
    ("appoint_jurors", "Appoint jurors, assign", "- - - - - - - + + - - - -"),
    (
        "declare_conflict",
        "Declare an own conflict, recuse oneself",
        "- - - - - - o o - - - - -",
    ),
    ("report_conflict", "Report a conflict", "- + + + + + + + + + + + +"),
    ("score", "Score", "- - - - - - o o x - - - x"),
    (
        "type_sheet",
        "Type a juror's paper sheet as a draft that the juror confirms",
        "- - - - - - - - + - - - -",
    ),
    ("see_own_scores", "See the own scores", "- - - - - - o o - - - - -"),
    (
        "see_scores",
        "See others' scores of an entry",
        "- - - - - - o:review_policy +:own_first +:after_lock - - +:after_lock -",
    ),
    (
        "reopen_review",
        "Reopen a review",
        "- - - - - - - +:not_own_review:no_conflict - - - - -",
    ),
    ("compute_run", "Compute a score run", "- - - - - - - + + - - - +"),
    (
        "approve_run",
        "Approve a score run",
        "- - - - - - - +:one_of_two +:one_of_two - - - -",
    ),
    (
        "publish_results",
        "Publish provisional or final results",
        "- - - - - - - - + - - - -",
    ),
    ("file_appeal", "File an appeal", "- - - o - o - - - - - - -"),
    (
        "decide_conflict",
        "Decide a conflict",
        "- - - - - - - +:not_own_conflict +:chairs_own - - - -",
    ),
    (
        "appoint_deputy",
        "Appoint a deputy chair",
        "- - - - - - - + + - - - -",
    ),
    ("appoint_secretariat", "Appoint the secretariat", "- - - - - - - - - - - - +"),
    (
        "manage_edition",
        "Screen submissions, disqualify, extend, cancel, release feedback, "
        "simulate weights, override with two signers",
        "- - - - - - - - + - - - -",
    ),
    (
        "see_own_result",
        "See the own result and feedback after release",
        "- - o o o o - + + - - + +",
    ),
    (
        "decide_appeal",
        "Decide an appeal",
        "- - - - - - - +:not_scorer:no_conflict +:not_scorer:no_conflict - - - -",
    ),
    ("confirm_distinction", "Confirm a distinction", "- - - - - - - + + - - - -"),
    (
        "issue_credential",
        "Issue, suspend or revoke a credential",
        "- - - - - - - - + - - - +",
    ),
    (
        "sign_endorsement",
        "Sign or decline an endorsement",
        "- - - - - - - - - o - - -",
    ),
    ("propose_challenge", "Propose a challenge", "- + + + o o - - + - + - +"),
    (
        "approve_challenge",
        "Approve or publish a challenge",
        "- - - - - - - - + - - - +",
    ),
    ("register", "Register, create a team, join one", "- + o o + + x x - - - - -"),
    (
        "answer_invitation",
        "Accept an own invitation, leave a team",
        "- o o o o o o - - o o - -",
    ),
    (
        "lead_team",
        "Invite, accept requests, remove members, transfer the captaincy",
        "- - - o - - - - - - - - -",
    ),
    ("edit_submission", "Edit a draft submission", "- - o o - - - - - - - - -"),
    ("submit", "Submit or withdraw", "- - - o - - - - - - - - -"),
    (
        "see_submissions",
        "See submissions before the deadline",
        "- - o o - - - - - - o:if_invited - -",
    ),
    (
        "vote",
        "Vote",
        "- + +:not_own_team +:not_own_team + + - - - - + - -",
    ),
    ("manage_courses", "Manage courses and attendance", "- - - - - - - - + - o - +"),
    ("request_data", "Create a data request", "- + + + + + + + + + + - +"),
    ("answer_request", "Answer a data request", "- - - - o o - - + - - - +"),
    (
        "keep_commitments",
        "Keep commitments and milestones of the own entity",
        "- - - - o o - - + - - - +",
    ),
    ("read_audit", "Read the audit trail", "- - - - - - - + + - - + +"),
    # Acts that the kernel has besides.
    (
        "see_draft",
        "See an edition before it is published",
        "- - - - - - - + + + - + +",
    ),
    (
        "appoint_roles",
        "Appoint a chair, observers, co-recognisers and mentors",
        "- - - - - - - - + - - - -",
    ),
    (
        "see_run",
        "See a score run before it is published",
        "- - - - - - - + + - - + -",
    ),
    ("ask_question", "Ask a question about the rules", "- + + + + + + + - + + + -"),
    (
        "follow_entry",
        "See an own entry and its history",
        "- - o o o o - + + - - + +",
    ),
    (
        "give_files",
        "Give files of an own entry",
        "- - - - o o - - + - - - -",
    ),
    (
        "see_evidence",
        "See the evidence of an entry",
        "- - o o o o o + + - - + -",
    ),
    (
        "see_chances",
        "See which categories admit an own organisation, and why",
        "- + + + + + + + + + + + +",
    ),
    (
        "credit",
        "Say whether to be named for the datasets one created",
        "- + + + + + + + + + + + +",
    ),
    (
        "see_assigned",
        "See an assigned entry",
        "- - - - - - o + + - - + -",
    ),
)
