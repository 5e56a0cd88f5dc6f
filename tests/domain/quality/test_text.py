"""What people typed, as plain text and as keys."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.domain.text import (
    EVIDENCE,
    LONGEST_NAME,
    LOOKED_AT,
    address_key,
    evidence,
    has_link,
    is_email,
    is_iri,
    is_web_address,
    name_key,
    plain_text,
    title_key,
)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("plain  text ", "plain text"),
        ("<p>Hola <b>mu</b>ndo</p>", "Hola mundo"),
        ("a<br>b", "a b"),
        ("&oacute; &#243; &#xF3; &nosuch; & ok", "ó ó ó &nosuch; & ok"),
        ("x<script>alert(1)</script>y<style>p{}</style>z", "x y z"),
        ("x<script>never closed", "x"),
        ("a<!-- b -->c<!-- never closed", "a c"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ('[text](http://x.y "title") ![img](u)', "text img"),
        (
            "# Title\n\n- one\n2. two\n> said\n---\n**bold** _em_ `code` a_b",
            "Title one two said bold em code a_b",
        ),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a b 1 2"),
        ("", ""),
        (" \n\t ", ""),
    ],
)
def test_plain_text(source, text):
    """Tags, entities and light Markdown vanish, what a reader sees stays."""
    assert plain_text(source) == text


def test_only_the_beginning_is_looked_at():
    """A megabyte gives no more text than the bound."""
    assert len(plain_text("x" * 1_000_000)) == LOOKED_AT


@pytest.mark.parametrize(
    "pattern",
    [
        *("<", "<a", "<!", "<!--", "</", "<a b='", "<?", "&", "&#", "<![CDATA[", "<a/"),
        *("<script>", '<a href="x', "[", "[a](", "[a](b", "![", "-", "- ", "_", "*"),
        *(
            "\n-",
            "\n ",
            " \n",
            "1.",
            "---",
            "|",
            "a@",
            "a.",
            "http://a.",
            "é",
            "\u202e",
        ),
    ],
)
def test_hostile_megabytes_cost_no_more_than_text(pattern):
    """A reader that looked at some character a thousand times would need minutes."""
    text = (pattern * 1_000_000)[:1_000_000]
    started = time.process_time()
    for read in (
        *(plain_text, title_key, name_key, address_key, is_email, is_web_address),
        *(is_iri, has_link, evidence),
    ):
        for size in (LONGEST_NAME, 4_000, LOOKED_AT, len(text)):
            read(text[:size])
    assert time.process_time() - started < 5


@given(st.text())
def test_plain_text_of_anything(source):
    """Any text gives one line."""
    assert plain_text(source) == " ".join(plain_text(source).split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Escuelas  Públicas", "escuelas públicas"),
        ("Straße", "STRASSE"),
        ("ﬁnanzas", "Finanzas"),
        ("x" * 400, "X " + "x" * 399),
    ],
)
def test_title_keys(one, other):
    """Case, width and spaces don't make another title; other words do."""
    same = len(one) < LONGEST_NAME
    assert (title_key(one) == title_key(other)) is same


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("JSON-LD", "jsonld"),
        (".xlsx", "xlsx"),
        ("Educación, cultura", "educacioncultura"),
        ("--", ""),
        ("x" * (LONGEST_NAME + 1), ""),
    ],
)
def test_name_keys(name, key):
    """Letters and digits without accents; nothing for what is too long."""
    assert name_key(name) == key


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://www.Example.org/a/", "example.org/a"),
        ("http://example.org/a.html", "example.org/a"),
        (
            "https://creativecommons.org/licenses/by/4.0/deed.es",
            "creativecommons.org/licenses/by/4.0",
        ),
        (
            "http://creativecommons.org/licenses/by/4.0/legalcode",
            "creativecommons.org/licenses/by/4.0",
        ),
        ("example.org", ""),
        ("1http://example.org", ""),
        ("http://" + "x" * LONGEST_NAME, ""),
    ],
)
def test_address_keys(address, key):
    """Scheme, www, final slash and kind of document don't make another address."""
    assert address_key(address) == key


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("datos@example.org", True),
        (" mailto:datos@example.org ", True),
        ("MAILTO:datos@municipio.gob.ar", True),
        ("datos@españa.example", True),
        ("datos@localhost", False),
        ("datos", False),
        ("a b@example.org", False),
        ("<datos@example.org>", False),
        ("x" * 400 + "@example.org", False),
    ],
)
def test_emails(text, valid):
    """An address with a name and a domain."""
    assert is_email(text) is valid


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("https://example.org", True),
        ("http://datos.gob.ar:8080/a?b=c#d", True),
        ("ftp://example.org/a", True),
        (" https://ñandú.example/ ", True),
        ("https://localhost/", False),
        ("javascript:alert(1)", False),
        ("http://a b.example/", False),
        ("example.org", False),
        ("http://example.org/" + "x" * 4_000, False),
    ],
)
def test_web_addresses(text, valid):
    """An absolute address with a host."""
    assert is_web_address(text) is valid


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("urn:isbn:123", True),
        ("http://example.org/ñ", True),
        ("http://example.org/a b", False),
        ("http://example.org/{a}", False),
        ("a.csv", False),
        ("x:" + "y" * 4_000, False),
    ],
)
def test_iris(text, valid):
    """A scheme and no character that an IRI forbids."""
    assert is_iri(text) is valid


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://example.org/x for more", True),
        ("doi 10.1234/abc", True),
        ("none here", False),
        ("x" * LOOKED_AT + " https://example.org", False),
    ],
)
def test_links_in_texts(text, found):
    """A web address or DOI among what is looked at."""
    assert has_link(text) is found


def test_evidence_is_short_and_harmless():
    """One line, no control or direction marks, an ellipsis where it was cut."""
    assert evidence("a\x00b\u202ec\n d\ud800") == "a b c d"
    long = evidence("x" * 1_000)
    assert (len(long), long[-2:]) == (EVIDENCE, "x…")
