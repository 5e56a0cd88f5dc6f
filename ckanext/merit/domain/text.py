"""Plain text out of what people typed: HTML, light Markdown, titles, addresses.

Every expression here is linear in its input, whatever the input.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

# Nothing beyond this many characters of a field is looked at: enough for every
# rule, and a megabyte costs no more than a page.
LOOKED_AT = 20_000
# Longest text that an evidence detail carries.
EVIDENCE = 120
# Longest code, label or address that is looked up.
LONGEST_NAME = 300
_LONGEST_ADDRESS = 4_000

# Text without any of these reads as it is written.
_MARKUP = re.compile(r"[<&\[*_`#>~|\n]")
# The standard library's HTML parser takes seconds for 20 kB of hostile tags, so
# tags are found by expressions that look at each character once.
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b[^<>]*>.*?(?:</\1\b[^<>]*>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|code|em|font|i|mark|small|span|strong|sub|sup|u)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[/!?]?[A-Za-z][^<>]*>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LINK = re.compile(r"!?\[([^\[\]]{0,1000})\]\([^()\s]{0,2000}(?: [^()]{0,300})?\)")
_LINE_MARK = re.compile(r"^ {0,3}(?:#{1,6}|>+|[*+-]|\d{1,3}[.)])[ \t]+", re.MULTILINE)
_RULE_LINE = re.compile(r"^[ \t]*[-*_=|:]{3}[-*_=|: \t]*$", re.MULTILINE)
_EMPHASIS = re.compile(r"[*`~|]|(?<!\w)_|_(?!\w)")

_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,63}"
)
_NOT_IN_IRI = r"\s<>\"{}|\\^`\x00-\x20\x7f"
_IRI = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]{{0,30}}:[^{_NOT_IN_IRI}]+")
_WEB = re.compile(
    r"(?:https?|ftps?)://(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,12}[\w-]{2,63}"
    rf"(?::\d{{1,5}})?(?:[/?#][^{_NOT_IN_IRI}]*)?",
    re.IGNORECASE,
)
_UNSHOWN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+"
)
_LINK_IN_TEXT = re.compile(r"https?://[^\s<>\"]{4}|\b10\.\d{4,9}/\S", re.IGNORECASE)


def plain_text(source: str) -> str:
    """Return what a reader sees of HTML or light Markdown, on one line.

    Only the first ``LOOKED_AT`` characters are read; scripts, styles and comments
    are dropped, of links and images their text stays.
    """
    text = source[:LOOKED_AT]
    if not _MARKUP.search(text):
        return " ".join(text.split())
    if "<" in text:
        text = _HIDDEN.sub(" ", text)
        text = _TAG.sub(" ", _INLINE_TAG.sub("", text))
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
    text = _RULE_LINE.sub(" ", _LINE_MARK.sub("", text))
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    return " ".join(_EMPHASIS.sub("", text).split())


def title_key(title: str) -> str:
    """Return the form in which two titles are the same title.

    NFKC, casefolded, white space collapsed; of a very long title its beginning.
    """
    return _title_key(title) if len(title) <= LONGEST_NAME else _fold(title[:LOOKED_AT])


def _fold(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().split())


def name_key(name: str) -> str:
    """Return the form in which two codes or labels are the same: ``JSON-LD``.

    Letters and digits only, casefolded, accents dropped; ``""`` for what is too
    long to be a name.
    """
    return "" if len(name) > LONGEST_NAME else _name_key(name)


def address_key(address: str) -> str:
    """Return the form in which two addresses of a vocabulary are the same.

    Scheme, ``www.``, a final slash, ``.html`` and the name of the licence text are
    dropped; ``""`` for what isn't an address.
    """
    return "" if len(address) > LONGEST_NAME else _address_key(address)


def is_email(text: str) -> bool:
    """Say whether the text is one e-mail address, ``mailto:`` allowed."""
    address = text.strip()
    if address[:7].lower() == "mailto:":
        address = address[7:]
    return len(address) <= LONGEST_NAME and _EMAIL.fullmatch(address) is not None


def is_web_address(text: str) -> bool:
    """Say whether the text is an absolute web (or FTP) address with a host."""
    address = text.strip()
    return len(address) <= _LONGEST_ADDRESS and _WEB.fullmatch(address) is not None


def is_iri(text: str) -> bool:
    """Say whether the text can stand as an IRI: a scheme, no forbidden character."""
    return len(text) <= _LONGEST_ADDRESS and _IRI.fullmatch(text) is not None


def has_link(text: str) -> bool:
    """Say whether a text contains a web address or a DOI."""
    return _LINK_IN_TEXT.search(text, 0, LOOKED_AT) is not None


def evidence(text: str) -> str:
    """Shorten a text to what a detail may carry, on one line.

    Control characters, lone surrogates and marks that turn the direction of writing
    are dropped: no database refuses what is left and no page is turned around by it.
    """
    line = " ".join(_UNSHOWN.sub(" ", text[: 4 * EVIDENCE]).split())
    return line if len(line) <= EVIDENCE else line[: EVIDENCE - 1] + "…"


@lru_cache(maxsize=16384)
def _name_key(name: str) -> str:
    if not name.isascii():
        decomposed = unicodedata.normalize("NFKD", name)
        name = "".join(each for each in decomposed if not unicodedata.combining(each))
    return "".join(each for each in name.casefold() if each.isalnum())


@lru_cache(maxsize=16384)
def _address_key(address: str) -> str:
    scheme, separator, rest = address.strip().partition("://")
    if not separator or not scheme.isalpha():
        return ""
    rest = rest.casefold().removeprefix("www.").rstrip("/")
    for ending in (".html", ".htm", "/legalcode", "/deed"):
        rest = rest.removesuffix(ending)
    return re.sub(r"/(?:deed|legalcode)\.[a-z_-]{2,8}$", "", rest)


@lru_cache(maxsize=16384)
def _title_key(title: str) -> str:
    return _fold(title)
