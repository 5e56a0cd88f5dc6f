"""What records of the audit trail say, in words."""

from __future__ import annotations

import re
from typing import Any

import ckantoolkit as tk

from ckanext.merit.pages.words import word

__all__ = ["defect", "reason", "sentence", "told"]

Data = dict[str, Any]
_PLAN = re.compile(r"(?P<count>\d+) per entry, seed (?P<seed>.*)", re.DOTALL)


def sentence(record: Data) -> str:
    """Say what was done to what: ``Entry f0add660 was submitted``."""
    text = tk._("{thing} {number} {act}")
    return text.format(
        thing=word("object", record["object_type"]),
        number=record["object_id"][:8],
        act=told(record["object_type"], record["act"]) or record["act"],
    )


def told(thing: str, act: str) -> str | None:
    """Tell an act on a kind of thing; None if there are no words for it."""
    text = _OF_ONE.get((thing, act)) or _OF_ALL.get(act)
    if text:
        return tk._(text)
    for opening, (kind, phrase) in _OPENINGS.items():
        if act.startswith(opening):
            return tk._(phrase).format(name=word(kind, act.removeprefix(opening)))
    return None


def reason(record: Data) -> str:
    """Give the reason; what the portal wrote there as a code is told in words."""
    given = record["reason"] or ""
    match record["object_type"], record["act"]:
        case "finding", "note":
            return word("detector", given)
        case "entry", "measure":
            return f"{word('object', 'snapshot')} {given[:8]}"
        case "edition", "plan":
            return _PLAN.sub(_plan, given)
        case _:
            return given


def defect(reason: str) -> str:
    """Say what is wrong with a record at which the chain is broken."""
    missing = _MISSING.fullmatch(reason)
    if missing:
        text = tk._("it is missing; record {number} comes in its place")
        return text.format(number=missing["number"])
    text = _DEFECTS.get(reason)
    return tk._(text) if text else reason


def _plan(noted: re.Match[str]) -> str:
    text = tk._("Jurors for each entry: {count}; seed: {seed}")
    return text.format(count=noted["count"], seed=noted["seed"])


def _(text: str) -> str:
    """Mark a text to be translated when it is shown."""
    return text


# What `domain/audit.py` finds.
_MISSING = re.compile(r"is missing: row (?P<number>\d+) comes in its place")
_DEFECTS: dict[str, str] = {
    "does not follow the row before it": _("it does not follow the one before it"),
    "has a body without canonical form": _("its contents cannot be read"),
    "was changed after it was written": _("it was changed after it was written"),
}
# Acts that mean something else on one kind of thing.
_OF_ONE: dict[tuple[str, str], str] = {
    ("appeal", "admit"): _("was taken up"),
    ("appeal", "close"): _("was settled"),
    ("appeal", "refuse"): _("was found inadmissible"),
    ("conflict", "admit"): _("was taken up"),
    ("credit", "withdraw"): _("was taken back: the person is no longer named"),
    ("dispute", "decide"): _("was decided by a juror"),
    ("finding", "answer"): _("was answered by the entity"),
    ("juror", "accept"): _("accepted the invitation"),
    ("juror", "activate"): _("took office"),
    ("juror", "decline"): _("declined the invitation"),
    ("juror", "end"): _("left office"),
    ("juror", "expire"): _("did not answer in time"),
    ("juror", "reinvite"): _("was invited again"),
    ("juror", "revoke"): _("was no longer invited"),
    ("assignment", "decline"): _("was declined by the juror"),
    ("review", "confirm"): _("was confirmed by the juror, as typed by others"),
}
_OF_ALL: dict[str, str] = {
    "accept": _("was accepted"),
    "admit": _("was admitted"),
    "agree": _("was given: the person agreed to be named"),
    "announce": _("was announced"),
    "answer": _("was answered"),
    "approve": _("was approved"),
    "ask": _("was asked"),
    "assign": _("was assigned"),
    "begin": _("was begun"),
    "cancel": _("was cancelled"),
    "carry": _("is borne out by the corrected results"),
    "change calendar": _("got other dates"),
    "change representative": _("got another representative"),
    "clone": _("was copied from another edition"),
    "close": _("was closed"),
    "complete": _("was completed"),
    "compute": _("was computed"),
    "confirm": _("was confirmed"),
    "correct": _("was corrected"),
    "create": _("was created"),
    "declared": _("was declared by the juror"),
    "decline": _("was declined"),
    "delete": _("was deleted"),
    "discard": _("was discarded"),
    "dismiss": _("was dismissed"),
    "disqualify": _("was disqualified"),
    "dissolve": _("was dissolved"),
    "expire": _("expired"),
    "extend": _("got more time"),
    "file": _("was filed"),
    "forfeit": _("was forfeited"),
    "give": _("was uploaded"),
    "hand": _("was given to a juror"),
    "import": _("was imported"),
    "infer": _("was seen by the portal"),
    "invite": _("was invited"),
    "lapse": _("lapsed"),
    "lock": _("was locked"),
    "measure": _("was measured by the portal"),
    "note": _("was noted by the portal"),
    "open": _("was opened"),
    "outdate": _("was superseded, as the results or the winners changed"),
    "pass": _("passed on without an answer in time"),
    "plan": _("got its entries assigned automatically"),
    "prepare": _("was begun"),
    "propose": _("was proposed"),
    "publish": _("was made public"),
    "publish final": _("was made public as final"),
    "publish provisional": _("was made public as preliminary"),
    "publish_final": _("got final results"),
    "publish_provisional": _("got provisional results"),
    "put_in_force": _("came into force"),
    "raise": _("was raised to a higher level"),
    "ready": _("declared itself ready"),
    "reassign": _("went to another juror"),
    "recuse": _("was given back because of a conflict of interest"),
    "refuse": _("was refused"),
    "reinstate": _("was reinstated"),
    "reject": _("was rejected"),
    "remove": _("was removed"),
    "reopen": _("was reopened"),
    "reported": _("was reported by others"),
    "return": _("was returned for correction"),
    "revoke": _("was revoked"),
    "save": _("was saved"),
    "set level": _("got the level that a juror decided"),
    "sign confirm": _("was signed by one person, to confirm it"),
    "sign dismiss": _("was signed by one person, to dismiss it"),
    "sign uphold": _("was signed by one person, to uphold it"),
    "sign uphold_partly": _("was signed by one person, to uphold it in part"),
    "start": _("was started"),
    "submit": _("was submitted"),
    "supersede": _("was superseded"),
    "take baseline": _("was taken as the baseline"),
    "take cut_off": _("was taken at the cut-off"),
    "travel": _("moved its simulated calendar"),
    "type": _("was typed from paper"),
    "unready": _("declared itself not ready"),
    "update": _("was changed"),
    "uphold": _("was upheld"),
    "uphold_partly": _("was upheld in part"),
    "verify": _("went to verification"),
    "void": _("was declared void"),
    "withdraw": _("was withdrawn"),
}
# Acts that end with the code of something else: its kind of word, and the phrase.
_OPENINGS: dict[str, tuple[str, str]] = {
    "approve as ": ("letter", _("was approved by one person, as: {name}")),
    "end ": ("role", _("ended: {name}")),
    "grant ": ("role", _("was given: {name}")),
    "invite by link as ": ("role", _("was sent by mail, as: {name}")),
    "write to ": ("segment", _("sent a message to: {name}")),
}
