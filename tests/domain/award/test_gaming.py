"""Signs of gaming: what is found, what isn't, and by which parameters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.domain.award.strategies import CLOSES, ENTITIES, at, dataset, entity

from ckanext.merit.domain.award.gaming import (
    DETECTORS,
    EFFECTS,
    Finding,
    deleted,
    detect,
    integrity_problems,
)
from ckanext.merit.domain.contest.parameters import Values

ALL = dict.fromkeys(DETECTORS, "")


def titled(*titles: str, **values):
    return [
        dataset(f"d{n}", title=title, key=title, created=at(n), **values)
        for n, title in enumerate(titles)
    ]


def found(facts, kind: str, **given_: str) -> tuple[Finding, ...]:
    return detect(facts, {kind: given_ or None})


def test_nothing_is_looked_for_that_the_rules_do_not_name():
    """Rules announce every detector."""
    facts = entity(*titled("a", "a"), dataset("z", usable=0))
    assert detect(facts, {}) == ()
    assert [one.kind for one in detect(facts, {"unusable": ""})] == ["unusable"]


def test_copies_are_grouped_by_their_original():
    """The original is named with its title, each copy with how it was known."""
    (one,) = found(entity(*titled("same", "same", "other", "same")), "duplicates")
    assert one == Finding(
        "duplicates",
        ("d1", "d3"),
        {
            "original": "d0",
            "original_title": "same",
            "by": {"d1": "title", "d3": "title"},
            "share": {"d1": "0", "d3": "0"},
        },
    )


SERIES = [f"gasto de {place} 2026" for place in ("lima", "cusco", "puno", "tacna")]


def test_a_series_of_titles_is_a_split_dataset():
    """Titles that differ in one word; the first one would have been the whole."""
    (one,) = found(entity(*titled(*SERIES)), "split")
    assert one.datasets == ("d1", "d2", "d3")
    assert one.evidence == {
        "pattern": "gasto de … #",
        "parts": "4",
        "kept": "d0",
        "from": at(0).isoformat(),
        "until": at(3).isoformat(),
        "titles": SERIES,
    }


def test_numbers_in_titles_are_masked():
    """A month per dataset; a dataset is in one series only."""
    (one,) = found(entity(*titled(*(f"gasto mes {n}" for n in range(5)))), "split")
    assert (one.evidence["pattern"], len(one.datasets)) == ("gasto mes #", 4)


def test_one_word_is_enough():
    """Places without any number."""
    (one,) = found(entity(*titled(*(title[:-5] for title in SERIES))), "split")
    assert one.evidence["pattern"] == "gasto de …"


@pytest.mark.parametrize(
    ("titles", "given_"),
    [
        (SERIES[:3], {}),
        (SERIES, {"days": "2"}),
        (["gasto 1", "gasto 2", "gasto 3", "gasto 4"], {}),
    ],
)
def test_few_slow_or_short_titles_are_no_series(titles, given_):
    """Fewer parts, a longer time, or titles of two words."""
    assert found(entity(*titled(*titles)), "split", **given_) == ()


def test_old_datasets_are_no_series():
    """Only what is new in the window can have been cut for it."""
    facts = entity(*titled(*SERIES))
    facts = replace(facts, opens_at=at(50))
    assert found(facts, "split") == ()


def test_datasets_without_usable_resources():
    """With the number of usable ones; the rules may ask for more."""
    facts = entity(dataset("a", usable=0), dataset("b", usable=1))
    (one,) = found(facts, "unusable")
    assert (one.datasets, one.evidence["usable"]) == (("a",), {"a": "0"})
    assert found(facts, "unusable", resources="2")[0].datasets == ("a", "b")
    assert found(entity(), "unusable") == ()


def dump(late: int, early: int):
    hour = (CLOSES - at(0)).days - 0.5
    return entity(
        *(dataset(f"l{n}", created=at(hour)) for n in range(late)),
        *(dataset(f"e{n}", created=at(5)) for n in range(early)),
    )


@pytest.mark.parametrize(
    ("late", "early", "count"), [(5, 5, 5), (5, 6, 0), (4, 0, 0), (0, 0, 0)]
)
def test_a_dump_on_the_last_day(late: int, early: int, count: int):
    """Enough datasets, and a large part of all new ones."""
    findings = found(dump(late, early), "last_day")
    assert sum(len(one.datasets) for one in findings) == count


def test_a_dump_is_told_with_its_evidence():
    """Since when, and of how many."""
    (one,) = found(dump(6, 1), "last_day")
    assert one.evidence == {
        "since": "2026-05-31T00:00:00+00:00",
        "of": "7",
        "titles": ["Title l0", "Title l1", "Title l2", "Title l3", "Title l4"],
    }


def edited(count: int, *, gap: float, idle: int = 0):
    old = [
        dataset(f"o{n}", created=at(-9), modified=at(n * gap), score=90)
        for n in range(count)
    ]
    rest = [dataset(f"r{n}", created=at(-9), modified=at(-9)) for n in range(idle)]
    before = [replace(one, quality=dataset(score=50).quality) for one in old]
    return entity(*old, *rest, baseline=before)


@pytest.mark.parametrize(
    ("facts", "count"),
    [
        (edited(10, gap=0), 10),
        (edited(10, gap=0, idle=10), 10),
        (edited(10, gap=0, idle=11), 0),
        (edited(9, gap=0), 0),
        (edited(30, gap=1), 0),
    ],
)
def test_a_mass_edit(facts, count: int):
    """Many old datasets in a short time, and a large part of all old ones."""
    findings = found(facts, "mass_edit")
    assert sum(len(one.datasets) for one in findings) == count


def test_a_mass_edit_is_told_with_its_evidence():
    """From, until, and what it did to the score."""
    (one,) = found(edited(10, gap=0), "mass_edit")
    assert (one.evidence["mean_before"], one.evidence["mean_after"]) == ("50", "90")
    assert one.evidence["from"] == one.evidence["until"] == at(0).isoformat()


def test_datasets_removed_before_the_cut_off():
    """Bad ones that went away raise a mean."""
    before = [dataset("a", score=10), dataset("b", score=90)]
    (one,) = found(entity(dataset("b"), baseline=before), "removed")
    assert one.datasets == ("a",)
    assert one.evidence == {
        "of": "2",
        "mean_removed": "10",
        "mean_kept": "90",
        "titles": ["Title a"],
    }
    assert found(entity(baseline=before), "removed", least="3") == ()
    assert found(entity(), "removed") == ()


def test_datasets_deleted_after_the_award():
    """What counted and is no longer public."""
    rules = Values(DETECTORS["deleted"], {"least": "1"})
    datasets = [dataset("a"), dataset("b", score=None)]
    (one,) = deleted(datasets, {"a"}, rules)
    assert one == Finding(
        "deleted", ("b",), {"of": "2", "mean_deleted": None, "titles": ["Title b"]}
    )
    assert deleted(datasets, {"a", "b"}, rules) == ()


def test_every_detector_has_an_effect():
    """What an upheld finding does is known for all."""
    assert list(EFFECTS) == list(DETECTORS)


@settings(max_examples=50)
@given(ENTITIES)
def test_findings_name_datasets_that_there_are(facts):
    """Known ids, sorted; the same however the datasets come."""
    known = {one.id for one in (*facts.datasets, *(facts.baseline or ()))}
    findings = detect(facts, ALL)
    for one in findings:
        assert one.datasets == tuple(sorted(set(one.datasets)))
        assert set(one.datasets) <= known
        assert one.datasets
    back = replace(facts, datasets=facts.datasets[::-1])
    assert sorted(detect(back, ALL), key=repr) == sorted(findings, key=repr)


@pytest.mark.parametrize(
    ("section", "problems"),
    [
        (None, []),
        ({}, []),
        ({"duplicates": "", "hearing_days": "3"}, []),
        ("x", ["integrity must be a mapping"]),
        ({"hearing_days": "0"}, ['"hearing_days" must be at least 1']),
        ({"x": ""}, [f'unknown detector "x"; known: {", ".join(DETECTORS)}']),
        ({"split": {"days": "x"}}, ['split: "days" must be a number']),
    ],
)
def test_the_rules_section_is_checked(section, problems):
    """Every problem by name."""
    assert list(integrity_problems(section)) == problems
