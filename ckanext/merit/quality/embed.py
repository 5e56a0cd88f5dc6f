"""What a badge says in words, and the snippets that show it on other sites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import ckantoolkit as tk

from ckanext.merit.quality import words
from ckanext.merit.quality.badge import Badge
from ckanext.merit.quality.texts import Texts


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
