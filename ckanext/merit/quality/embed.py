"""What a badge says in words, and the snippets that show it on other sites."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import ckantoolkit as tk

from ckanext.merit.quality import badge, words
from ckanext.merit.quality.badge import Badge
from ckanext.merit.quality.texts import Texts

_SAID = ("found", "status", "band", "display", "expired", "valid_until")


class Image(NamedTuple):
    """A badge as it is sent, and the identity of its content."""

    content: str
    etag: str


def image(answer: Mapping[str, Any]) -> Image:
    """The badge for ``merit_quality_badge_show``'s answer, drawn once in a language."""
    profile = answer["profile"] or {}
    return _drawn(
        (tk.h.lang(), tk.config["ckan.display_timezone"]),
        (profile.get("id"), profile.get("version")),
        tuple(answer[name] for name in _SAID),
    )


def etag(content: str) -> str:
    """The identity of what is sent."""
    return hashlib.sha256(content.encode("utf-8")).hexdigest()[:32]


@lru_cache(maxsize=1024)
def _drawn(
    place: tuple[str, str], profile: tuple[str | None, ...], said: tuple[Any, ...]
) -> Image:
    answer = dict(zip(_SAID, said, strict=True))
    rated_by = {"id": profile[0]} if profile[0] else None
    content = badge.svg(badge_of({**answer, "profile": rated_by}))
    return Image(content, etag(content))


def badge_of(answer: Mapping[str, Any]) -> Badge:
    """The badge for ``merit_quality_badge_show``'s answer, in the page's language."""
    profile = answer["profile"]
    rated = Texts.of(profile["id"]).rated if profile else tk._("Data quality")
    if not answer["found"]:
        value = tk._("not rated")
        return Badge(rated, value, f"{rated}: {value}", "", "grey")
    verdict = words.verdict(
        answer["status"], answer["band"], answer["display"], expired=answer["expired"]
    )
    expired, tone = answer["expired"], answer["band"] or "none"
    return Badge(
        label=rated,
        value=verdict["label"],
        title=f"{rated}: {verdict['label']}",
        description=_validity(answer),
        tone="grey" if expired or answer["status"] != "rated" else tone,
        steps=verdict["steps"],
    )


def snippets(name: str, rated: str) -> dict[str, str]:
    """HTML and Markdown that show a dataset's badge with a link to its reasons.

    The text beside the image does not name the score, for that changes.
    """
    page = tk.url_for("merit_quality.show", id=name, _external=True)
    image = tk.url_for("merit_quality.badge_svg", id=name, _external=True)
    alt = tk._("{rated}: current badge of this dataset").format(rated=rated)
    html = (
        f"<a href={quoteattr(page)}>"
        f'<img src={quoteattr(image)} alt={quoteattr(alt)} height="24"></a>'
    )
    return {
        "alt": alt,
        "html": html,
        "markdown": f"[![{escape(alt)}]({image})]({page})",
    }


def checked(answer: Mapping[str, Any]) -> str:
    """The message after a check that somebody asked for."""
    if answer["display"] is None:
        return tk._("The dataset was checked again.")
    return tk._("The dataset was checked again: {score} of 100.").format(
        score=words.number(answer["display"])
    )


def _validity(answer: Mapping[str, Any]) -> str:
    if answer["valid_until"] is None:
        return ""
    template = (
        tk._("This badge expired on {date}.")
        if answer["expired"]
        else tk._("This badge is valid until {date}.")
    )
    return template.format(date=words.date(answer["valid_until"]))
