"""Labels of the codes that contests store: one word per thing, as in the glossary."""

from __future__ import annotations

import ckantoolkit as tk

from ckanext.merit.logic.contest.checks import PHASES

__all__ = ["word"]


def word(kind: str, code: str | None) -> str:
    """Give the label of a code; a code without label is shown as it is.

    Args:
        kind: ``edition``, ``phase``, ``entry``, … or ``role``.
        code: As stored.
    """
    if not code:
        return ""
    label = _WORDS.get(kind, {}).get(code)
    return tk._(label) if label else code


def _(text: str) -> str:
    """Mark a text to be translated when it is shown."""
    return text


_WORDS: dict[str, dict[str, str]] = {
    "kind": {"award": _("Award"), "datathon": _("Datathon")},
    "edition": {
        "draft": _("Draft"),
        "published": _("Published"),
        "announced": _("Announced"),
        "running": _("Running"),
        "evaluation": _("Under evaluation"),
        "appeals": _("Open to appeals"),
        "provisional": _("Provisional results"),
        "final": _("Final results"),
        "closed": _("Closed"),
        "cancelled": _("Cancelled"),
    },
    "phase": PHASES,
    "rule_set": {
        "draft": _("Draft"),
        "in_force": _("In force"),
        "superseded": _("Superseded"),
    },
    "entry": {
        "draft": _("Draft"),
        "submitted": _("Submitted"),
        "returned": _("Returned for correction"),
        "locked": _("Locked"),
        "admitted": _("Admitted"),
        "not_admitted": _("Not admitted"),
        "withdrawn": _("Withdrawn"),
        "lapsed": _("Lapsed"),
        "disqualified": _("Disqualified"),
    },
    "evidence": {
        "draft": _("Draft"),
        "submitted": _("Submitted"),
        "accepted": _("Accepted"),
        "rejected": _("Rejected"),
        "returned": _("Returned for correction"),
        "superseded": _("Superseded"),
        "withdrawn": _("Withdrawn"),
    },
    "dispute": {
        "open": _("Disputed"),
        "handed": _("With a juror"),
        "decided": _("Decided by a juror"),
        "withdrawn": _("Withdrawn"),
    },
    "juror": {
        "invited": _("Invited"),
        "accepted": _("Accepted"),
        "active": _("Active"),
        "declined": _("Declined"),
        "revoked": _("Revoked"),
        "expired": _("Expired"),
        "ended": _("Ended"),
        "removed": _("Removed"),
    },
    "conflict": {
        "reported": _("Reported"),
        "open": _("Open"),
        "confirmed": _("Confirmed"),
        "dismissed": _("Dismissed"),
    },
    "origin": {
        "declared": _("Declared by the juror"),
        "inferred": _("Seen by the portal"),
        "reported": _("Reported by others"),
    },
    "assignment": {
        "assigned": _("Assigned"),
        "in_progress": _("In progress"),
        "completed": _("Completed"),
        "recused": _("Recused"),
        "declined": _("Declined"),
        "reassigned": _("Reassigned"),
        "expired": _("Expired"),
        "cancelled": _("Cancelled"),
    },
    "review": {
        "draft": _("Draft"),
        "submitted": _("Submitted"),
        "locked": _("Locked"),
        "reopened": _("Reopened"),
        "void": _("Void"),
    },
    "run": {
        "computed": _("Computed"),
        "approved": _("Approved"),
        "published": _("Made public"),
        "superseded": _("Superseded"),
        "discarded": _("Discarded"),
    },
    "publication": {
        "provisional": _("Provisional results"),
        "final": _("Final results"),
    },
    "appeal": {
        "draft": _("Draft"),
        "filed": _("Filed"),
        "admitted": _("Taken up"),
        "inadmissible": _("Inadmissible"),
        "upheld": _("Upheld"),
        "partly_upheld": _("Partly upheld"),
        "dismissed": _("Dismissed"),
        "closed": _("Settled"),
    },
    "target": {
        "admission": _("Not being admitted"),
        "eligibility": _("Not being eligible"),
        "evidence": _("Rejected evidence"),
        "score": _("A score"),
        "rank": _("The rank"),
        "disqualification": _("The disqualification"),
        "distinction": _("A distinction"),
    },
    "distinction": {
        "proposed": _("Proposed"),
        "verifying": _("Being verified"),
        "confirmed": _("Confirmed, not announced"),
        "announced": _("Announced"),
        "forfeited": _("Forfeited"),
        "revoked": _("Revoked"),
        "superseded": _("Superseded"),
        "corrected": _("Corrected"),
    },
    "finding": {
        "open": _("Waits for the entity's answer"),
        "heard": _("Waits for a decision"),
        "upheld": _("Upheld"),
        "dismissed": _("Dismissed"),
    },
    "detector": {
        "duplicates": _("Datasets with the same files"),
        "split": _("One dataset split into many"),
        "unusable": _("Datasets without usable files"),
        "last_day": _("Many datasets just before the cut-off"),
        "mass_edit": _("Many datasets edited at once"),
        "removed": _("Datasets removed since the baseline"),
        "deleted": _("Datasets removed after the cut-off"),
    },
    "evidence_kind": {
        "dataset": _("a dataset"),
        "resource": _("a resource"),
        "url": _("an address on the web"),
        "file": _("a file"),
        "text": _("a text"),
        "reuse": _("a reuse"),
        "course": _("a course"),
    },
    "choice": {
        "yes": _("yes"),
        "no": _("no"),
        "all": _("all of them"),
        "same": _("the same"),
    },
    "segment": {
        "entries": _("All entries"),
        "entries_draft": _("Entries not submitted yet"),
        "entries_returned": _("Entries to be corrected"),
        "entries_admitted": _("Admitted entries"),
        "jurors": _("The jury"),
        "late_jurors": _("Jurors with unfinished reviews"),
        "everybody": _("All entries and the jury"),
    },
    "invitation": {
        "pending": _("Waiting for an answer"),
        "accepted": _("Accepted"),
        "declined": _("Declined"),
        "revoked": _("Taken back"),
        "expired": _("Expired"),
    },
    "distinction_type": {
        "place": _("Place"),
        "level": _("Level"),
        "mention": _("Honourable mention"),
        "special": _("Special distinction"),
        "regional": _("Regional distinction"),
        "public": _("Distinction by public vote"),
        "participation": _("Participation"),
    },
    "level": {
        "gold": _("Gold"),
        "silver": _("Silver"),
        "bronze": _("Bronze"),
    },
    "flag": {
        "below_quorum": _("Too few scores for a total"),
        "missing": _("A value is missing, so there is no total"),
        "disconnected": _("Its jurors cannot be compared with the others"),
        "knocked_out": _("Below the least that a criterion asks for"),
        "below_gate": _("Did not reach this stage"),
        "uncalibrated": _("Some of its jurors reviewed too little to be compared"),
        "not_applicable": _("No criterion applies to it"),
        "analysis": _("Compared with the other entries: for analysis only"),
        "high_disagreement": _("Jurors are far apart"),
        "close_call": _("Too close to call: one juror's smallest step decides"),
    },
    "announcement": {
        "news": _("News"),
        "faq": _("Frequent question"),
        "question": _("Question"),
        "addendum": _("Addendum"),
    },
    "role": {
        "secretariat": _("Secretariat"),
        "chair": _("Jury chair"),
        "deputy": _("Deputy chair"),
        "observer": _("Observer"),
        "co_recogniser": _("Co-recogniser"),
        "mentor": _("Mentor"),
        "juror": _("Juror"),
    },
    # What records of the audit trail are about, by the name of its table.
    "object": {
        "programme": _("Programme"),
        "edition": _("Edition"),
        "role": _("Role"),
        "rule_set": _("Rules"),
        "stage": _("Stage"),
        "phase": _("Phase"),
        "category": _("Category"),
        "entry": _("Entry"),
        "evidence": _("Evidence"),
        "dispute": _("Dispute"),
        "finding": _("Finding"),
        "file": _("File"),
        "credit": _("Credit"),
        "organization": _("Organization"),
        "snapshot": _("Snapshot"),
        "taking": _("Work on snapshot"),
        "team": _("Team"),
        "invitation": _("Invitation"),
        "juror": _("Juror"),
        "conflict": _("Conflict of interest"),
        "assignment": _("Assignment"),
        "review": _("Review"),
        "score_run": _("Run"),
        "publication": _("Publication"),
        "appeal": _("Appeal"),
        "distinction": _("Distinction"),
        "announcement": _("Message"),
    },
    # As what somebody acted, by the letter of the permission table.
    "letter": {
        "U": _("Registered user"),
        "E": _("Editor of the entity"),
        "R": _("Representative"),
        "J": _("Juror"),
        "H": _("Jury chair"),
        "S": _("Secretariat"),
        "P": _("Co-recogniser"),
        "T": _("Mentor"),
        "O": _("Observer"),
        "X": _("System administrator"),
    },
}
