"""Rules fit the edition whose rules they become."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest.people import RULES, Contest, errors

from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.logic.contest.prizes import proposals
from ckanext.merit.model.contest import RuleSet

STAGED = RULES.replace("root:", "stages: {first: licence}\nroot:")
NARROW = RULES.replace("code: format,", "code: format, categories: [al],")
NO_NODE = (
    "The rules have no node for the stage “second”, though they have stages: give a "
    "node this code, or name its node under “stages”."
)
NO_CATEGORY = "The rules name the category “al”, which this edition does not have."


def staged(contest: Contest, *codes: str) -> dict[str, Any]:
    edition = contest.draft()
    contest.act(
        "merit_category_create",
        edition_id=edition["id"],
        code="all",
        position=1,
        title="Todas",
    )
    for position, code in enumerate(codes, start=1):
        contest.act(
            "merit_stage_create",
            edition_id=edition["id"],
            code=code,
            position=position,
            title=code,
        )
    return edition


def test_a_misspelt_word_is_refused_with_its_line(contest: Contest):
    """A policy that nobody knows must not become another one."""
    edition = contest.draft()
    source = RULES.replace("root:", "policy: {feedback: with-final}\nroot:")
    refused = errors(
        "merit_rule_set_create",
        contest.secretary,
        edition_id=edition["id"],
        source=source,
    )
    text = 'rules.yaml:4: "feedback" must be one of with_provisional, with_final, never'
    assert refused == {"source": [text]}


@pytest.mark.parametrize(
    ("source", "problem"), [(STAGED, NO_NODE), (NARROW, NO_CATEGORY)]
)
def test_rules_that_do_not_fit_enter_no_force(
    contest: Contest, source: str, problem: str
):
    """A misspelt stage would be scored on everything, a category on nothing."""
    edition = staged(contest, "first", "second")
    draft = contest.act(
        "merit_rule_set_create", edition_id=edition["id"], source=source
    )
    refused = errors(
        "merit_rule_set_put_in_force", contest.secretary, id=draft["id"], reason="r"
    )
    assert refused == {"source": [problem]}


def test_rules_in_force_that_fit_no_longer_keep_an_edition_a_draft(contest: Contest):
    """Stages can be added after the rules entered force."""
    edition = staged(contest, "first")
    contest.phase(edition["id"], "enrolment", -1, 10)
    contest.rules(edition["id"], STAGED)
    contest.act(
        "merit_stage_create",
        edition_id=edition["id"],
        code="second",
        position=2,
        title="2",
    )
    refused = errors("merit_edition_publish", contest.secretary, id=edition["id"])
    assert refused == {"problems": [NO_NODE]}


def test_rules_without_stages_serve_any_stage(contest: Contest):
    """An edition may have one stage and one tree."""
    edition = staged(contest, "jury")
    contest.phase(edition["id"], "enrolment", -1, 10)
    contest.rules(edition["id"])
    published = contest.act("merit_edition_publish", id=edition["id"])
    assert published["state"] == "published"


def test_an_older_draft_is_read_again_before_it_enters_force(contest: Contest):
    """What was not checked when it was written is checked then."""
    edition = contest.ready()
    draft = contest.act("merit_rule_set_create", edition_id=edition["id"], source=RULES)
    row = model.Session.get(RuleSet, draft["id"])
    row.source = RULES + "prizes: {places: tres}\n"
    model.Session.commit()
    refused = errors(
        "merit_rule_set_put_in_force", contest.secretary, id=draft["id"], reason="r"
    )
    assert refused == {"source": ['rules.yaml:8: "places": "tres" is not a number']}


def test_prizes_that_were_never_checked_are_refused_in_words():
    """Older rules in force may hold what is no number."""
    with pytest.raises(ContestError) as caught:
        list(proposals(None, {"prizes": {"places": "tres"}}, {}))
    text = 'The prizes of these rules cannot be read: "places": "tres" is not a number'
    assert caught.value.message == text
