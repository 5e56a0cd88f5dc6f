"""News, frequent questions, and questions with published answers."""

from __future__ import annotations

from tests.contest.people import Contest, call, errors, person


def listed(edition_id: str) -> list[tuple]:
    found = call("merit_announcement_list", None, edition_id=edition_id)
    return [(item["kind"], item["title"], item["text"]) for item in found["results"]]


def test_news_are_public_at_once(contest: Contest):
    """Latest first."""
    edition = contest.published()
    for title in ("Una", "Dos"):
        contest.act(
            "merit_announcement_create",
            edition_id=edition["id"],
            kind="news",
            title=title,
            text="t",
        )
    assert [item[1] for item in listed(edition["id"])] == ["Dos", "Una"]


def test_an_answer_is_published_without_the_asker(contest: Contest):
    """The question may be put in neutral words; until then nobody else sees it."""
    edition = contest.published()
    user = person()
    asked = call(
        "merit_question_ask",
        user,
        edition_id=edition["id"],
        title="¿Y nosotros, RUC 20?",
    )
    assert listed(edition["id"]) == []
    waiting = contest.act("merit_question_list", edition_id=edition["id"])
    assert [item["id"] for item in waiting["results"]] == [asked["id"]]
    contest.act(
        "merit_question_answer", id=asked["id"], title="¿Quién entra?", text="Todos"
    )
    assert listed(edition["id"]) == [("question", "¿Quién entra?", "Todos")]
    found = call("merit_announcement_list", None, edition_id=edition["id"])
    assert user["id"] not in str(found)
    again = errors("merit_question_answer", contest.secretary, id=asked["id"], text="x")
    assert list(again) == ["answered"]


def test_nobody_floods_the_secretariat(contest: Contest):
    """After ten open questions the next one waits."""
    edition = contest.published()
    user = person()
    data = {"edition_id": edition["id"], "title": "¿?"}
    for _ in range(10):
        call("merit_question_ask", user, **data)
    assert list(errors("merit_question_ask", user, **data)) == ["too_many"]
