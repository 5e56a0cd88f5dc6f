"""Files that entities give: content decides, names are only shown."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.domain.award.files import (
    ENDINGS,
    MEMBERS,
    FileError,
    check_content,
    shown_name,
    type_of,
)

WORD = ("[Content_Types].xml", "word/document.xml")


def archive(*names: str, mimetype: str | None = None) -> bytes:
    """Make an archive; its members are empty."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        if mimetype is not None:
            made.writestr("mimetype", mimetype)
        for name in names:
            made.writestr(name, "")
    return target.getvalue()


def problem(ending: str, content: bytes) -> str | None:
    """Check content under an ending; give the code of the refusal."""
    try:
        check_content(io.BytesIO(content), ENDINGS[ending])
    except FileError as error:
        return error.code
    return None


GOOD = {
    "pdf": b"%PDF-1.7\n...",
    "png": b"\x89PNG\r\n\x1a\n...",
    "jpg": b"\xff\xd8\xff\xe0...",
    "jpeg": b"\xff\xd8\xff\xe0...",
    "docx": archive(*WORD),
    "xlsx": archive("[Content_Types].xml", "xl/workbook.xml"),
    "odt": archive("content.xml", mimetype=ENDINGS["odt"]),
    "ods": archive("content.xml", mimetype=ENDINGS["ods"]),
    "csv": "región,n\nÁncash,1\n".encode(),
    "txt": "\ufeffhola\r\n\tñ".encode(),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_type_is_taken_by_its_content(ending: str):
    """What is what its name says passes."""
    assert problem(ending, GOOD[ending]) is None


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00\x03",
        b"<html><script>alert(1)</script>",
        b"\xef\xbb\xbf <svg onload='x'>",
        b"PK\x03\x04 broken",
        b" %PDF-1.7 not at the start\x00",
    ],
    ids=["program", "page", "drawing", "archive", "late"],
)
def test_a_lie_about_the_type_is_refused(ending: str, content: bytes):
    """A program or page is refused under any name."""
    text = ending in {"csv", "txt"} and content.startswith(b"PK")
    assert problem(ending, content) == "content" or text


def test_text_that_begins_like_an_archive_has_control_characters():
    """Any control character is refused, wherever it is."""
    assert problem("txt", b"PK\x03\x04") == "content"
    assert problem("csv", b"a" * 70_000 + b"\x00") == "content"


def test_nothing_is_no_file():
    """A file without content is refused."""
    assert problem("pdf", b"") == "empty"


@pytest.mark.parametrize(
    "content",
    [
        archive("word/document.xml"),
        archive("[Content_Types].xml"),
        archive(*WORD, *(f"x{n}" for n in range(MEMBERS))),
    ],
    ids=["no types", "no document", "too many"],
)
def test_an_archive_that_is_no_document(content: bytes):
    """A document has its members, and not thousands."""
    assert problem("docx", content) == "content"


def test_a_member_twice():
    """An archive in which a name means two things is refused."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = archive(*WORD, "a", "a")
    assert problem("docx", content) == "content"


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "Basic/Standard/x.xml"])
def test_macros_are_refused(name: str):
    """No programs inside documents."""
    assert problem("docx", archive(*WORD, name)) == "macros"


def test_an_open_document_says_what_it_is():
    """A text document is no spreadsheet."""
    assert problem("ods", GOOD["odt"]) == "content"
    assert problem("odt", archive("content.xml")) == "content"


@given(st.binary(min_size=1, max_size=200), st.sampled_from(sorted(ENDINGS)))
def test_whatever_comes_is_taken_or_refused(content: bytes, ending: str):
    """No other error, however broken the content."""
    assert problem(ending, content) in {None, "content", "macros"}


@pytest.mark.parametrize(
    "name", ["a.exe", "a.svg", "a.html", "a.xlsm", "a", "pdf.", ""]
)
def test_types_that_are_not_taken(name: str):
    """The last ending counts; unknown ones are refused."""
    with pytest.raises(FileError) as caught:
        type_of(name)
    assert caught.value.code == "type"


def test_the_ending_is_read_in_any_case():
    """Cameras and scanners shout."""
    assert type_of("CARTA.PDF") == "application/pdf"


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../ckan.ini", "ckan.ini"),
        ("C:\\temp\\plan.pdf", "plan.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("n" * 300 + ".pdf", "n" * 116 + ".pdf"),
        ("Resolución n.º 5.pdf", "Resolución n.º 5.pdf"),
    ],
)
def test_names_are_cleaned_for_showing(given_name: str, shown: str):
    """No path, no control characters, no endless names."""
    assert shown_name(given_name) == shown


@pytest.mark.parametrize("name", ["", ".pdf", "///", "..", "\x00"])
def test_a_name_of_nothing(name: str):
    """What has no name is refused."""
    with pytest.raises(FileError) as caught:
        shown_name(name)
    assert caught.value.code == "name"
