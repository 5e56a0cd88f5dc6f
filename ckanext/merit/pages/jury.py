"""The pages of jurors: a table of contents."""

from __future__ import annotations

from flask import Blueprint

from ckanext.merit import guard
from ckanext.merit.pages import (
    jury_chair,
    jury_desk,
    jury_materials,
    jury_queue,
    jury_rescue,
    jury_sheets,
)

__all__ = ["merit_jury"]

_EDITION = "/<programme>/<slug>/jury"
_TASK = f"{_EDITION}/<assignment>"
_BOTH = ("GET", "POST")

merit_jury = Blueprint("merit_jury", __name__, url_prefix="/contests")
merit_jury.before_request(jury_rescue.keep_typed)
guard.protect(merit_jury)

for _path, _view, _methods in (
    ("/jury", jury_queue.mine, ("GET",)),
    ("/jury/invitation/<juror>", jury_queue.invitation, _BOTH),
    (_EDITION, jury_queue.queue, ("GET",)),
    (f"{_EDITION}/sheets", jury_sheets.sheets, ("GET",)),
    (f"{_EDITION}/sheets.csv", jury_sheets.sheets_csv, ("GET",)),
    (f"{_EDITION}/import", jury_sheets.load, _BOTH),
    (f"{_EDITION}/typed", jury_sheets.typed_list, _BOTH),
    (f"{_EDITION}/typed/<assignment>", jury_sheets.typed, ("GET",)),
    (f"{_EDITION}/typed/<assignment>", jury_sheets.typed_post, ("POST",)),
    (f"{_EDITION}/chair", jury_chair.chair, _BOTH),
    (f"{_EDITION}/chair/<entry>", jury_chair.chair_entry, ("GET",)),
    (f"{_EDITION}/chair/<entry>/reopen/<review>", jury_chair.chair_reopen, _BOTH),
    (_TASK, jury_desk.desk, ("GET",)),
    (_TASK, jury_desk.desk_post, ("POST",)),
    (f"{_TASK}/submit", jury_desk.submit, _BOTH),
    (f"{_TASK}/recuse", jury_desk.recuse, _BOTH),
    (f"{_TASK}/materials.zip", jury_materials.materials_zip, ("GET",)),
    (f"{_TASK}/materials/<int:number>", jury_materials.material, ("GET",)),
):
    merit_jury.add_url_rule(_path, view_func=_view, methods=_methods)
