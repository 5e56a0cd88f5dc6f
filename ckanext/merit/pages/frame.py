"""What every page of an edition does: open it, call actions, keep what was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from flask import abort, redirect
from werkzeug.wrappers import Response

import ckan.plugins as p
import ckantoolkit as tk
from ckan.lib.pagination import Page

from ckanext.merit.interfaces import IMeritContestPages, Link

__all__ = [
    "PER_PAGE",
    "Frame",
    "Outcome",
    "attempt",
    "call",
    "done",
    "is_sysadmin",
    "listed",
    "open_edition",
    "paged",
    "part_of",
    "require",
    "show",
]

PER_PAGE = 20
Data = dict[str, Any]


@dataclass(frozen=True)
class Frame:
    """An edition as the visitor sees it.

    Attributes:
        edition: What ``merit_edition_show`` answers.
        acts: Rows of the permission table that the visitor's roles can permit.
        roles: Letters of those roles.
    """

    edition: Data
    acts: frozenset[str]
    roles: frozenset[str]

    @property
    def address(self) -> dict[str, str]:
        """Arguments of ``url_for`` of every page of this edition."""
        programme = self.edition["programme"]["name"]
        return {"programme": programme, "slug": self.edition["slug"]}

    @property
    def id(self) -> str:
        """The edition's id."""
        return self.edition["id"]

    def may(self, act: str) -> bool:
        """Say whether an act may be offered; its action decides."""
        return act in self.acts

    def links(self, place: str) -> list[Link]:
        """List the pages to show in a place: ``edition`` or ``office``."""
        return [
            link
            for plugin in p.PluginImplementations(IMeritContestPages)
            for link in plugin.merit_contest_links(place, self)
        ]

    def url(self, endpoint: str, **others: Any) -> str:
        """Give the address of a page of this edition."""
        return tk.url_for(endpoint, **self.address, **others)


@dataclass(frozen=True)
class Outcome:
    """What became of an act.

    Attributes:
        answer: The action's answer; None where it was refused.
        errors: Texts by field; empty where it was done.
    """

    answer: Any = None
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return not self.errors


def open_edition(programme: str, slug: str) -> Frame:
    """Open an edition, or end the request as if there were none."""
    edition = call("merit_edition_show", id=f"{programme}/{slug}")
    access = call("merit_edition_access_show", id=edition["id"])
    return Frame(edition, frozenset(access["acts"]), frozenset(access["roles"]))


def require(frame: Frame, *acts: str) -> None:
    """End the request unless one of the acts may be offered to the visitor."""
    if not any(frame.may(act) for act in acts):
        _refuse()


def is_sysadmin() -> bool:
    """Say whether the visitor administers the portal; nobody anonymous does."""
    return bool(getattr(tk.current_user, "sysadmin", False))


def call(action: str, **data: Any) -> Any:
    """Call an action for the visitor; a refusal ends the request."""
    try:
        return tk.get_action(action)(_context(), data)
    except tk.NotAuthorized:
        _refuse()
    except tk.ObjectNotFound:
        tk.abort(404)
    except tk.ValidationError as error:
        tk.abort(400, "; ".join(_flat(error.error_dict)))


def attempt(action: str, data: Data) -> Outcome:
    """Try an act; what is wrong with the data comes back as texts by field."""
    try:
        return Outcome(tk.get_action(action)(_context(), data))
    except tk.NotAuthorized as error:
        _refuse(error.message or "")
    except tk.ObjectNotFound:
        tk.abort(404)
    except tk.ValidationError as error:
        return Outcome(errors=_texts(error.error_dict))


def done(message: str, url: str) -> Response:
    """Say that it was done, on the page where one goes on."""
    tk.h.flash_success(message)
    return redirect(url, code=303)


def listed(
    frame: Frame | None, action: str, endpoint: str, **data: Any
) -> tuple[list[Data], Page]:
    """Fetch a page of a list action: the results, and the pager for the template."""
    number = tk.h.get_page_number(tk.request.args)
    found = call(action, **data, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    results = found["results"]
    return results, paged(frame, endpoint, results, count=found["count"])


def paged(
    frame: Frame | None,
    endpoint: str,
    results: Sequence[Any],
    *,
    count: int,
    per_page: int = PER_PAGE,
) -> Page:
    """Make the pager of a list whose asked-for part is ``results``."""
    return Page(
        collection=results,
        page=tk.h.get_page_number(tk.request.args),
        url=_pager(frame, endpoint),
        item_count=count,
        items_per_page=per_page,
        presliced_list=True,
    )


def part_of(
    frame: Frame | None, endpoint: str, rows: list[Data]
) -> tuple[list[Data], Page]:
    """Cut the asked-for page out of a whole list, and make its pager."""
    first = (tk.h.get_page_number(tk.request.args) - 1) * PER_PAGE
    shown = rows[first : first + PER_PAGE]
    page = paged(frame, endpoint, shown, count=len(rows), per_page=PER_PAGE)
    return shown, page


def show(
    template: str, frame: Frame | None = None, *, status: int = 200, **values: Any
) -> Any:
    """Render a page; ``status`` 400 where a form comes back with errors."""
    page = tk.render(template, {"frame": frame, **values})
    return (page, status) if status != 200 else page


def _pager(frame: Frame | None, endpoint: str) -> Callable[..., str]:
    # Names with an underscore in front, and "locale", are orders to `url_for`.
    asked = {
        key: value
        for key, value in tk.request.args.items()
        if key not in {"page", "locale"} and not key.startswith("_")
    }
    address = frame.address if frame else dict(tk.request.view_args or {})

    def url(page: int, **_: Any) -> str:
        return tk.url_for(endpoint, **{**asked, **address}, page=page)

    return url


def _refuse(why: str = "") -> NoReturn:
    """Send strangers to the login, and tell others that this is not for them."""
    if tk.current_user.is_authenticated:
        tk.abort(403, why or tk._("This page is for others in this contest."))
    back = tk.request.full_path if tk.request.method == "GET" else "/"
    abort(redirect(tk.url_for("user.login", next=back)))


def _context() -> Any:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def _texts(errors: Data) -> dict[str, list[str]]:
    return {str(name): _flat(value) for name, value in errors.items() if value}


def _flat(value: Any) -> list[str]:
    if isinstance(value, dict):
        pairs = [(key, text) for key in value for text in _flat(value[key])]
        return [f"{key}: {text}" for key, text in pairs]
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in _flat(item)]
    return [str(value)]
