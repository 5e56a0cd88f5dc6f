"""Reasons and the one sentence: every answer has words, few datasets share theirs."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path

import pytest
from tests.conformance.records import from_catalogue, generated
from tests.domain.quality.making import NOW, facts, resource, vocabularies

from ckanext.merit.domain import dcat
from ckanext.merit.domain.facts import Facts
from ckanext.merit.domain.indicators import measure
from ckanext.merit.domain.quality import assess, to_json
from ckanext.merit.quality import profiles
from ckanext.merit.rules.extract import extract

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
CATALOGUE = SHARED / "datos-gob-ar-2018-07.json.gz"
NOWADAYS = datetime(2026, 1, 1, tzinfo=timezone.utc)


def _answer(dataset: Facts, now: datetime = NOW, name: str = "metadata-1.0"):
    found = measure(dataset, vocabularies(), now=now)
    return assess(profiles.get(name).profile, found).to_dict()


@lru_cache(maxsize=1)
def _catalogue() -> list[Facts]:
    """Return the real catalogue, or generated datasets where it isn't at hand."""
    return from_catalogue(CATALOGUE) if CATALOGUE.is_file() else generated(639, seed=7)


@pytest.mark.parametrize("name", ["metadata-1.0", "default-1.0"])
def test_every_finding_has_words(name):
    """Whatever is found on any dataset or resource is said in a full sentence."""
    texts = profiles.get(name).texts
    for dataset in (*generated(100, seed=1), *_catalogue()[:100], Facts(), facts()):
        for line in _answer(dataset, name=name)["indicators"]:
            said = texts.reason(line["id"], line)
            assert said.endswith("."), (line, said)
            assert "?" not in said.replace(str(line["detail"]), "") or line["detail"]
            for each in line["resources"]:
                assert texts.reason(line["id"], each, resource=True).endswith(".")


def test_every_loss_and_strength_has_a_clause():
    """Whatever is named in the one sentence has words."""
    texts = profiles.get("default-1.0").texts
    for dataset in (*generated(100, seed=2), *_catalogue()[:100]):
        sentence = _answer(dataset, name="default-1.0")["sentence"]
        if loss := sentence["loss"]:
            assert texts.indicators[loss["indicator"]].losses[loss["reason"]]
        if strength := sentence["strength"]:
            words = texts.indicators[strength["indicator"]].strengths
            assert words[strength["reason"]]


@pytest.mark.parametrize("now", [NOW, NOWADAYS])
def test_few_datasets_share_a_sentence(now):
    """On a real catalogue at most one in twenty says the same.

    Generated datasets are more alike: one in ten.
    """
    texts, datasets = profiles.get().texts, _catalogue()
    said = Counter(
        texts.sentence(_answer(dataset, now)["sentence"]) for dataset in datasets
    )
    allowed = len(datasets) / (20 if CATALOGUE.is_file() else 10)
    assert max(said.values()) <= allowed


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({}, "It was updated on 2018-07-15, as promised (monthly)."),
        (
            {"licence_id": ""},
            "It was updated on 2018-07-15, as promised (monthly), but it has no open "
            "licence.",
        ),
    ],
)
def test_sentences(parts, sentence):
    """A strength, and the largest loss if there is any, with evidence."""
    answer = _answer(facts(**parts))
    assert profiles.get().texts.sentence(answer["sentence"]) == sentence


def test_a_sentence_of_losses_only():
    """Where nothing is good the loss stands alone."""
    answer = _answer(Facts())
    assert profiles.get().texts.sentence(answer["sentence"]) == "No data is published."


def test_a_sentence_about_nothing():
    """Where nothing was measured it says so."""
    sentence = {"loss": None, "strength": None}
    assert profiles.get().texts.sentence(sentence) == (
        "There is not enough to say about this dataset yet."
    )


def test_words_of_the_reader():
    """Texts are translated, codes named, dates and numbers shown as the reader's."""
    line = next(each for each in _answer(facts())["indicators"] if each["id"] == "T2")
    said = profiles.get().texts.reason(
        "T2",
        line,
        translate={
            "Last change of the data: {date}. Promised: {frequency}.": (
                "Último cambio: {date}. Prometido: {frequency}."
            ),
            "monthly": "mensual",
        }.__getitem__,
        show=lambda name, value: f"<{name} {value}>",
    )
    assert said == "Último cambio: <date 2018-07-15>. Prometido: mensual."


def test_a_code_without_a_word_is_shown_as_it_is():
    """A duration of its own has no word in the list."""
    assert profiles.get().texts.label("frequency", "P5M") == "P5M"
    assert profiles.get().texts.label("frequency", "MONTHLY") == "monthly"


def test_properties_of_a_record_are_named_in_words():
    """Each property that I6 may name has a word, also in a list of them."""
    source = Path(dcat.__file__).read_text("utf-8")
    names = set(re.findall(r'"((?:dct|dcat|foaf):\w+)"', source))
    texts = profiles.get("default-1.0").texts
    assert set(texts.labels["paths"]) == names
    found = {
        "reason": "invalid",
        "detail": {"count": 3, "paths": "dcat:accessURL, foaf:page, dcat:…"},
    }
    assert texts.reason("I6", found) == (
        "Constraints of DCAT-AP 3.0.1 not met: 3 "
        "(address of a file, address of the documentation, dcat:…)."
    )


def test_what_people_typed_stays_text():
    """Evidence is one short line of text, never markup's or a template's business."""
    hostile = "{count} <script>\u202e\x00" + "x" * 5_000
    dataset = facts(resource(format=hostile), frequency=hostile, themes=(hostile,))
    answer = _answer(dataset)
    details = [line["detail"] for line in answer["indicators"]]
    texts = [each for detail in details for each in detail.values()]
    assert max(len(each) for each in texts if isinstance(each, str)) == 120
    assert all("\x00" not in str(each) for each in texts)
    assert json.loads(json.dumps(answer)) == answer


def test_all_texts_are_extracted():
    """Babel finds each text of a profile with its line."""
    path = profiles.RULES / "default-1.0.yaml"
    with path.open("rb") as file:
        found = list(extract(file, [], [], {}))
    lines = path.read_text("utf-8").splitlines()
    texts = profiles.get("default-1.0").texts
    messages = {message for _, _, message, _ in found}
    wanted = {texts.title, texts.help, *texts.reasons.values(), *texts.gates.values()}
    for each in texts.indicators.values():
        wanted |= {each.title, each.why, each.help, each.fix, *each.reasons.values()}
        wanted |= {*each.resource_reasons.values(), *each.losses.values()}
        wanted |= set(each.strengths.values())
    for words in texts.labels.values():
        wanted |= set(words.values())
    assert wanted - messages == set()
    assert all(function == "gettext" for _, function, _, _ in found)
    assert (
        "Findability"
        in lines[next(n for n, _, m, _ in found if m == "Findability") - 1]
    )
    assert not {"title", "F1", "dataset"} & messages - {"dataset"}


def test_lists_are_no_texts(tmp_path):
    """A list under such a key is names, as in a field mapping."""
    path = tmp_path / "mapping.yaml"
    path.write_text("dataset:\n  title: [title, name]\n  help: Read me.\n", "utf-8")
    with path.open("rb") as file:
        assert list(extract(file, [], [], {})) == [(3, "gettext", "Read me.", [])]


def test_results_of_anything_are_json():
    """Whatever a dataset holds, its stored form is JSON and reads back."""
    profile = profiles.get("default-1.0").profile
    for dataset in generated(100, seed=5):
        result = assess(profile, measure(dataset, vocabularies(), now=NOW))
        assert json.loads(to_json(result)) == result.to_dict()
