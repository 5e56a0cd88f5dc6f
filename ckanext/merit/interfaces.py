"""What a feature, ours or somebody else's, plugs into the base plugin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import ckan.plugins as p

from ckanext.merit.domain.contest.parameters import Parameter

__all__ = [
    "Enclosure",
    "Finding",
    "IMeritContestPages",
    "IMeritDoctor",
    "IMeritEntries",
    "IMeritMetrics",
    "IMeritWork",
    "Kind",
    "Link",
    "Linked",
    "Material",
    "Metric",
    "Waiting",
    "kinds_of_plugins",
    "marked",
    "overlooked",
]


@dataclass(frozen=True)
class Kind:
    """One kind of background work.

    ``handle`` gets keys and writes results through ``model.Session``; it must not
    commit, for the worker commits results and "done" together. What it does outside
    the database must be repeatable. ``discover`` marks work that nobody marked (time
    passed, rules changed) with ``mark_select(..., only_new=True)``; the worker commits.

    Attributes:
        title: What is done, in English; a message of the translations.
        page: Gives the address of the page about a key. Optional.
        overlooked: Counts what has been due for longer than a running worker would
            take to mark it. Optional.
    """

    name: str
    handle: Callable[[list[str]], None]
    discover: Callable[[], None] | None = None
    batch: int = 200
    lease: timedelta = timedelta(minutes=2)
    title: str = ""
    page: Callable[[str], str] | None = None
    overlooked: Callable[[], int] | None = None


class IMeritWork(p.Interface):
    """Contribute kinds of background work."""

    def merit_work_kinds(self) -> Iterable[Kind]:
        """Return the kinds that this plugin handles, most urgent first."""
        return ()


def kinds_of_plugins() -> list[Kind]:
    """Return the kinds that the loaded plugins contribute, in plugin order."""
    return [
        kind
        for plugin in p.PluginImplementations(IMeritWork)
        for kind in plugin.merit_work_kinds()
    ]


def marked(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text


def overlooked() -> int:
    """Count what is due although no row of the table of work says so."""
    return sum(kind.overlooked() for kind in kinds_of_plugins() if kind.overlooked)


@dataclass(frozen=True)
class Finding:
    """Something unsafe or broken: ``what`` it is and the ``fix``, for people."""

    id: str
    level: Literal["error", "warning"]
    what: str
    fix: str


class IMeritDoctor(p.Interface):
    """Contribute to ``ckan merit doctor``."""

    def merit_doctor_findings(self) -> Iterable[Finding]:
        """Return what is wrong with this plugin's part of the portal."""
        return ()


@dataclass(frozen=True)
class Metric:
    """A number that a machine reads for an entry, and that rules may name.

    ``measure`` gets facts that the feature collects for the entry and the parameters
    of the criterion (texts); it returns an exact value as decimal text, or None where
    it could not be measured, and never reads the clock or the database. In an award
    the facts are `ckanext.merit.domain.award.facts.EntityFacts`.

    Attributes:
        name: As rules name it.
        title: What it is, in English; a message of the translations.
        parameters: Those that rules may give; others are refused.
        lacking: Gets the same as ``measure``; names the datasets that keep the value
            down, the first to fix first, each with the quality indicators whose fix
            raises it (none: whichever gains most). Optional.
        help: How it is measured, in plain words.
        unit: What the value counts: ``datasets``, ``points`` or ``share``.
    """

    name: str
    title: str
    measure: Callable[[Any, dict[str, str]], str | None]
    parameters: tuple[Parameter, ...] = ()
    lacking: (
        Callable[[Any, dict[str, str]], list[tuple[str, tuple[str, ...]]]] | None
    ) = None
    help: str = ""
    unit: str = ""


class IMeritMetrics(p.Interface):
    """Contribute metrics for criteria with the source `auto`."""

    def merit_metrics(self) -> Iterable[Metric]:
        """Return the metrics of this plugin."""
        return ()

    def merit_rule_problems(self, body: dict[str, Any]) -> Iterable[str]:
        """Say what keeps rules from entering force; ``body`` is the rule file."""
        return ()

    def merit_snapshot_problems(self, snapshot_id: str) -> Iterable[str]:
        """Say what keeps a score run from using a snapshot."""
        return ()


@dataclass(frozen=True)
class Link:
    """A page of an edition in its navigation: its endpoint and its label."""

    endpoint: str
    label: str


@dataclass(frozen=True)
class Linked:
    """Words with the address to which they lead."""

    text: str
    url: str


@dataclass(frozen=True)
class Waiting:
    """How many of something wait for the secretariat, and the page where it is done."""

    count: int
    label: str
    endpoint: str


class IMeritContestPages(p.Interface):
    """Contribute pages to the navigation of an edition, and words for its entries."""

    def merit_contest_links(self, place: str, frame: Any) -> Iterable[Link]:
        """Return the links for a place that this visitor has use for.

        ``place`` is ``edition`` (the tabs of the edition) or ``office`` (the desk of
        the secretariat); ``frame`` a `ckanext.merit.pages.frame.Frame`.
        """
        return ()

    def merit_contest_waiting(self, frame: Any) -> Iterable[Waiting]:
        """Count what waits for the secretariat in an edition, as far as it is ours."""
        return ()

    def merit_snapshot_address(
        self, snapshot_id: str, organization_id: str | None = None
    ) -> str | None:
        """Give the address of a published snapshot, or of an organization's part."""
        return None

    def merit_entry_people(self, frame: Any, entry_id: str) -> Iterable[str]:
        """Name people behind published results of an entry who agreed to be named."""
        return ()

    def merit_entry_words(
        self, frame: Any, entry: dict[str, Any], body: dict[str, Any]
    ) -> Mapping[str, Any] | None:
        """Say in words what was submitted; None: it is not ours.

        ``body`` is a submitted version as it was stored, without what this visitor may
        not see. Return labels with texts, `Linked`, lists or mappings of them.
        """
        return None


@dataclass(frozen=True)
class Material:
    """Something that those who judge an entry look at.

    Attributes:
        title: What it is, for people.
        criterion: Code of the criterion it speaks to; None: the whole entry.
        text: Words; plain text.
        url: An address.
        path: A private file on this machine. It never leaves the server as a path.
        filename: The name under which people know the file.
        detail: Lines of label and value: the claimed level, the state, …
    """

    title: str
    criterion: str | None = None
    text: str | None = None
    url: str | None = None
    path: Path | None = None
    filename: str | None = None
    detail: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Enclosure:
    """A file that an entry gave for an appeal.

    Attributes:
        url: Where those who may read it get it.
    """

    id: str
    name: str
    size: int
    url: str


class IMeritEntries(p.Interface):
    """Say what an entry still lacks, and what comes with it for its jurors."""

    def merit_entry_problems(
        self, kind: str, draft: dict[str, Any], entry_id: str
    ) -> Iterable[str]:
        """Return sentences; an entry with any cannot be submitted.

        ``kind`` is ``award`` or ``datathon``, ``draft`` what is about to be submitted.
        """
        return ()

    def merit_run_problems(self, edition_id: str) -> Iterable[str]:
        """Say what keeps score runs of an edition from being approved."""
        return ()

    def merit_appeal_evidence(self, entry_id: str) -> Iterable[str]:
        """Return the ids of an entry's evidence whose decision can be appealed."""
        return ()

    def merit_appeal_files(self, entry_id: str) -> Iterable[Enclosure]:
        """Return the files that appeals of an entry can name."""
        return ()

    def merit_appeal_upheld(self, context: Any, appeal: dict[str, Any]) -> None:
        """Correct what an upheld appeal attacked, where it is the feature's own.

        Called in the transaction of the decision; the entry is locked.
        """

    def merit_entry_materials(self, kind: str, entry_id: str) -> Iterable[Material]:
        """Return what an admitted entry gives to its jurors, in a steady order.

        Called for those who may see the entry only. The submitted body of the entry is
        shown anyway.
        """
        return ()
