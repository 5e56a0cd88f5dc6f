"""Work without a network: sheets to print, files to fill in, paper typed by staff."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response

import ckantoolkit as tk

from ckanext.merit import headers, spreadsheet
from ckanext.merit.domain.contest.sheets import HEADER, WORDS
from ckanext.merit.pages import jury_forms, jury_rescue
from ckanext.merit.pages.frame import (
    Frame,
    attempt,
    call,
    done,
    open_edition,
    require,
    show,
)
from ckanext.merit.pages.jury_desk import word_labels
from ckanext.merit.pages.jury_forms import Typed
from ckanext.merit.pages.jury_write import Written, write

__all__ = [
    "load",
    "sheets",
    "sheets_csv",
    "typed",
    "typed_list",
    "typed_post",
]

Data = dict[str, Any]
#: Columns that tell people which row they are in; the file is read without them.
_FOR_PEOPLE = ("entry", "title", "takes")
_MOST_BYTES = 2_000_000


def sheets(programme: str, slug: str) -> Any:
    """Show all own sheets for printing, blank or filled in; or one of them."""
    frame = open_edition(programme, slug)
    require(frame, "see_own_scores")
    only = tk.request.args.get("only")
    filled = tk.request.args.get("filled") == "1"
    found = _own(frame)
    if only:
        found = [sheet for sheet in found if sheet["id"] == only]
        if not found:
            return tk.abort(404)
    for sheet in found:
        stored = Typed.stored(sheet["review"] if filled else None)
        sheet["typed"] = stored
        sheet["fields"] = jury_forms.fields_of(sheet["criteria"], stored)
    return show(
        "merit_jury/sheets.html",
        frame,
        sheets=found,
        filled=filled,
        only=only,
        labels=word_labels(),
    )


def sheets_csv(programme: str, slug: str) -> Response:
    """Give all own sheets as a file that can be filled in and handed in again."""
    frame = open_edition(programme, slug)
    require(frame, "see_own_scores")
    return _csv(frame, _own(frame))


def load(programme: str, slug: str) -> Any:
    """Read a file of own sheets: everything is saved as drafts, or nothing."""
    frame = open_edition(programme, slug)
    require(frame, "score")
    url = frame.url("merit_jury.queue")
    return _load(frame, "merit_sheet_import", "merit_jury/import.html", url)


def typed_list(programme: str, slug: str) -> Any:
    """List the sheets that staff may type, and read a file of them."""
    frame = open_edition(programme, slug)
    require(frame, "type_sheet")
    tasks = call("merit_sheet_open_list", edition_id=frame.id)
    url = frame.url("merit_jury.typed_list")
    return _load(
        frame, "merit_sheet_type", "merit_jury/typed_list.html", url, tasks=tasks
    )


def typed(programme: str, slug: str, assignment: str) -> Any:
    """Show a blank sheet of a juror, or what was typed of it, for typing."""
    frame = open_edition(programme, slug)
    require(frame, "type_sheet")
    sheet = call("merit_sheet_show", assignment_id=assignment)
    return _typed_page(frame, sheet, Typed.stored(sheet["review"]))


def typed_post(programme: str, slug: str, assignment: str) -> Any:
    """Save a typed sheet as a draft that the juror confirms."""
    frame = open_edition(programme, slug)
    require(frame, "type_sheet")
    sheet = call("merit_sheet_show", assignment_id=assignment)
    form = Typed.read(tk.request.form, sheet["criteria"])
    try:
        found = _typed(assignment, form)
    except tk.NotAuthorized:
        return jury_rescue.rescue(tk._("This sheet is closed, so nothing was saved."))
    if found.answer is None:
        return _typed_page(frame, sheet, form, found)
    said = tk._("The sheet is saved as a draft. Its juror has to confirm it.")
    return done(said, frame.url("merit_jury.typed_list"))


def _typed(assignment: str, form: Typed) -> Written:
    if form.problems:
        return Written(problems=form.problems)
    words = {name: form.words[name] for name in ("comment", "feedback")}
    data = {"assignment_id": assignment, "version": form.version, **words}
    return write("merit_review_type", data | {"scores": form.scores})


def _typed_page(
    frame: Frame, sheet: Data, form: Typed, found: Written | None = None
) -> Any:
    found = found or Written()
    return show(
        "merit_jury/typed.html",
        frame,
        status=400 if found.is_refused else 200,
        sheet=sheet,
        fields=jury_forms.fields_of(sheet["criteria"], form, problems=found.problems),
        typed=form,
        found=found,
        labels=word_labels(),
        editable=sheet["typable"] or found.is_refused,
    )


def _load(frame: Frame, action: str, template: str, url: str, **values: Any) -> Any:
    """Show the form for a file, or hand the file to its action."""
    errors: dict[str, list[str]] = {}
    if tk.request.method == "POST":
        text, problem = _uploaded()
        if problem:
            errors = {"file": [problem]}
        else:
            outcome = attempt(action, {"edition_id": frame.id, "csv": text})
            if outcome.ok:
                return done(_counted(outcome.answer), url)
            errors = {"file": [line for v in outcome.errors.values() for line in v]}
    status = 400 if errors else 200
    return show(template, frame, status=status, errors=errors, **values)


def _uploaded() -> tuple[str, str]:
    """Read the uploaded file as text; or say what is wrong with it."""
    upload = tk.request.files.get("file")
    content = upload.read(_MOST_BYTES + 1) if upload else b""
    if not content:
        return "", tk._("Choose a file.")
    if len(content) > _MOST_BYTES:
        return "", tk._("The file is too long.")
    if b"\0" in content:
        return "", tk._("Save the table as CSV first: this is another kind of file.")
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        # What spreadsheets on Windows write.
        return content.decode("cp1252", errors="replace"), ""


def _counted(answer: Data) -> str:
    count = len(answer["saved"])
    text = tk.ungettext("{n} sheet is saved.", "{n} sheets are saved.", count)
    return text.format(n=count)


def _own(frame: Frame) -> list[Data]:
    return call("merit_sheet_list", edition_id=frame.id)


def _csv(frame: Frame, found: list[Data]) -> Response:
    lines = spreadsheet.lines((*HEADER, *_FOR_PEOPLE), _rows(found))
    answer = Response("".join(lines), mimetype="text/csv")
    name = f"{frame.edition['slug']}-sheets.csv"
    answer.headers["Content-Disposition"] = headers.attachment(name)
    return answer


def _rows(found: list[Data]) -> Iterator[list[str]]:
    for sheet in found:
        stored = Typed.stored(sheet["review"])
        key = [sheet["id"], stored.version]
        for leaf in sheet["criteria"]:
            value, reason = stored.values.get(leaf["code"], ("", ""))
            title = tk.h.merit_text(leaf.get("title")) or leaf["code"]
            takes = jury_forms.scale_words(leaf)
            if "levels" in leaf:
                takes = " / ".join(jury_forms.labels_of(leaf, named=True))
            yield [*key, leaf["code"], value, reason, sheet["title"], title, takes]
        for row, name in WORDS.items():
            yield [*key, row, stored.words[name], "", sheet["title"], "", ""]
