"""What the actions answer, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model
from ckan.tests import factories, helpers

from ckanext.merit.quality import profiles
from ckanext.merit.quality.logic import store
from ckanext.merit.quality.logic.evaluate import Evaluator

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

Rows = Callable[..., list[dict[str, Any]]]
HIDDEN = [{"private": True}, {"state": "draft"}]
BADGE_KEYS = {
    *("found", "status", "display", "band", "profile", "issued_at", "valid_until"),
    *("expired", "version"),
}


def assess(*ids: str, now: datetime | None = None) -> None:
    moment = now or datetime.now(timezone.utc)
    store.assess(Evaluator(profiles.active(), now=moment), ids)
    model.Session.commit()


def call(action: str, user: dict[str, Any] | None = None, **data: Any) -> Any:
    """Call an action with its authorization, as a user or as nobody."""
    context = {"user": user["name"] if user else "", "ignore_auth": False}
    return tk.get_action(action)(context, data)


def sql(statement: str, **parameters: Any) -> None:
    model.Session.execute(sa.text(statement), parameters)
    model.Session.commit()
    model.Session.expire_all()


@pytest.fixture
def entity() -> dict[str, Any]:
    """An organisation with an editor, a member, and somebody who isn't one."""
    people = {name: factories.User() for name in ("editor", "member", "outsider")}
    users = [
        {"name": people[capacity]["name"], "capacity": capacity}
        for capacity in ("editor", "member")
    ]
    return {**factories.Organization(users=users), "people": people}


def test_show(dataset: Any, entity: dict[str, Any]):
    """The stored result with dataset, organisation, profile and dates."""
    package = dataset(owner_org=entity["id"])
    assess(package["id"])
    answer = call("merit_quality_show", id=package["name"])
    assert answer["package_id"] == package["id"]
    assert answer["organization"] == {
        key: entity[key] for key in ("id", "name", "title")
    }
    assert answer["profile"] == {
        "id": "metadata-1.0",
        "version": profiles.active().profile.version,
        "sha256": profiles.active().profile.sha256,
        "title": profiles.active().texts.title,
    }
    assert (answer["status"], answer["expired"]) == ("rated", False)
    assert len(answer["indicators"]) == len(profiles.active().profile.indicators)
    assert answer["can_edit"] is False


def test_show_says_who_may_edit(dataset: Any, entity: dict[str, Any]):
    """An editor of the organisation may edit, a member may not."""
    package = dataset(owner_org=entity["id"])
    assess(package["id"])
    people = entity["people"]
    found = {
        name: call("merit_quality_show", people[name], id=package["id"])["can_edit"]
        for name in people
    }
    assert found == {"editor": True, "member": False, "outsider": False}


@pytest.mark.parametrize(
    ("type_", "reason"), [("dataset", "pending"), ("showcase", "type_not_counted")]
)
def test_not_rated(dataset: Any, type_: str, reason: str):
    """Without a result the answer has the same keys and says why."""
    package = dataset()
    assess(package["id"])
    rated = call("merit_quality_show", id=package["id"])
    sql("DELETE FROM merit_assessment")
    sql("UPDATE package SET type = :type", type=type_)
    answer = call("merit_quality_show", id=package["id"])
    assert (answer["status"], answer["reason"]) == ("not_rated", reason)
    assert set(answer) == {*rated, "reason"}
    assert (answer["score"], answer["indicators"]) == (None, [])


@pytest.mark.parametrize("action", ["merit_quality_show", "merit_quality_history"])
@pytest.mark.parametrize("fields", HIDDEN)
def test_hidden_is_like_unknown(
    dataset: Any, entity: dict[str, Any], action: str, fields: dict[str, Any]
):
    """To outsiders a hidden dataset is what an unknown one is; its editors see it."""
    package = dataset(owner_org=entity["id"], **fields)
    assess(package["id"])
    answers = []
    for name in (package["id"], package["name"], "nobody-knows-it"):
        for user in (None, entity["people"]["outsider"]):
            with pytest.raises(tk.ObjectNotFound) as caught:
                call(action, user, id=name)
            answers.append(str(caught.value))
    assert len(set(answers)) == 1
    assert call(action, entity["people"]["editor"], id=package["id"])


def test_other_profile_is_computed(dataset: Any, rows: Rows):
    """Another profile is computed for the caller, and nothing is stored."""
    package = dataset()
    assess(package["id"])
    before = rows("SELECT * FROM merit_assessment")
    answer = call("merit_quality_show", id=package["id"], profile="default-1.0")
    assert answer["profile"]["id"] == "default-1.0"
    assert len(answer["indicators"]) > len(profiles.active().profile.indicators)
    assert "reason" not in answer
    assert rows("SELECT * FROM merit_assessment") == before


def test_unknown_profile(dataset: Any):
    """A profile that this portal doesn't have is not found."""
    package = dataset()
    with pytest.raises(tk.ObjectNotFound):
        call("merit_quality_show", id=package["id"], profile="none")
    with pytest.raises(tk.ObjectNotFound):
        call("merit_quality_profile_show", id="none")


def test_path(dataset: Any):
    """The way to the next band, from what is stored."""
    package = dataset(license_id="notspecified", tags=[])
    assess(package["id"])
    answer = call("merit_quality_show", id=package["id"], path=True)
    assert answer["path_band"] is not None
    assert Fraction(answer["path_score"]) > Fraction(answer["score"])
    known = {finding["id"] for finding in answer["indicators"]}
    assert {step["indicator"] for step in answer["path"]} <= known


def test_no_path_while_the_result_is_old(dataset: Any):
    """Findings and path never contradict each other after an edit."""
    package = dataset(tags=[])
    assess(package["id"])
    helpers.call_action("package_patch", id=package["id"], notes="")
    model.Session.expire_all()
    answer = call("merit_quality_show", id=package["id"], path=True)
    assert (answer["path"], answer["path_band"]) == ([], None)


def test_history(dataset: Any):
    """Newest first, with the exact measurements."""
    package = dataset()
    assess(package["id"], now=datetime(2026, 1, 1, tzinfo=timezone.utc))
    helpers.call_action("package_patch", id=package["id"], tags=[])
    model.Session.expire_all()
    assess(package["id"], now=datetime(2026, 2, 1, tzinfo=timezone.utc))
    answer = call("merit_quality_history", id=package["id"], limit=1)
    assert answer["count"] == 2
    (newest,) = answer["results"]
    assert newest["assessed_at"].startswith("2026-02-01")
    assert newest["measured"]["F3"] == "0"
    older = call("merit_quality_history", id=package["id"], offset=1)["results"]
    assert [row["measured"]["F3"] for row in older] == ["1"]


@pytest.fixture
def catalogue(dataset: Any, entity: dict[str, Any]) -> dict[str, Any]:
    """Public datasets of three scores, one not assessed, and hidden ones."""
    made = {
        "good": dataset(title="Árboles", owner_org=entity["id"]),
        "poor": dataset(title="Bancos", owner_org=entity["id"], tags=[], notes=""),
        "bad": dataset(title="Calles", resources=[], license_id="", tags=[]),
        "private": dataset(title="Deudas", owner_org=entity["id"], private=True),
        "draft": dataset(title="Esbozo", owner_org=entity["id"], state="draft"),
        "deleted": dataset(title="Fuera", owner_org=entity["id"]),
    }
    assess(*(package["id"] for package in made.values()))
    made["new"] = dataset(title="Gatos", owner_org=entity["id"])
    helpers.call_action("package_delete", id=made["deleted"]["id"])
    model.Session.expire_all()
    return made


def names(answer: dict[str, Any], catalogue: dict[str, Any]) -> list[str]:
    keys = {package["id"]: key for key, package in catalogue.items()}
    return [keys[row["package_id"]] for row in answer["results"]]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ["good", "poor", "bad", "new"]),
        ({"sort": "score asc"}, ["bad", "poor", "good", "new"]),
        ({"sort": "title"}, ["good", "poor", "bad", "new"]),
        ({"q": "ANCO"}, ["poor"]),
        ({"q": "arbo"}, ["good"]),
        ({"q": "ÁRBO"}, ["good"]),
        ({"q": "%"}, []),
        ({"status": "not_rated"}, ["new"]),
        ({"band": "none"}, ["bad"]),
        ({"limit": 1, "offset": 1}, ["poor"]),
    ],
)
def test_list(catalogue: Any, parameters: dict[str, Any], expected: list[str]):
    """Public datasets, filtered and sorted; those without a score come last."""
    answer = call("merit_quality_list", **parameters)
    assert names(answer, catalogue) == expected
    assert answer["count"] == (len(expected) if "limit" not in parameters else 4)


def test_list_by_gain(catalogue: Any):
    """The most useful improvement comes first, exact, with its indicator."""
    results = call("merit_quality_list", sort="gain desc", status="rated")["results"]
    gains = [Fraction(row["top_gain"]) for row in results]
    assert gains == sorted(gains, reverse=True)
    for row in results:
        stored = call("merit_quality_show", id=row["package_id"])["indicators"]
        assert row["top_gain"] == next(
            finding["gain"] for finding in stored if finding["id"] == row["top_fix"]
        )


def test_list_of_an_organization(catalogue: Any, entity: dict[str, Any]):
    """An organisation's datasets by its name; an unknown one is not found."""
    answer = call("merit_quality_list", organization=entity["name"], sort="title")
    assert names(answer, catalogue) == ["good", "poor", "new"]
    with pytest.raises(tk.ObjectNotFound):
        call("merit_quality_list", organization="nobody")


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("editor", ["good", "poor", "private", "draft", "new"]),
        ("member", ["good", "poor", "private", "new"]),
    ],
)
def test_list_with_private(
    catalogue: Any, entity: dict[str, Any], person: str, expected: list[str]
):
    """Members see private datasets of their own, editors drafts too."""
    answer = call(
        "merit_quality_list",
        entity["people"][person],
        organization=entity["id"],
        include_private=True,
        sort="title",
    )
    assert names(answer, catalogue) == expected


def test_list_with_private_is_for_members(catalogue: Any, entity: dict[str, Any]):
    """Nobody else, and nobody for all organisations at once."""
    for person, organization in (
        (None, entity["id"]),
        (entity["people"]["outsider"], entity["id"]),
        (entity["people"]["editor"], None),
    ):
        chosen = {"organization": organization} if organization else {}
        with pytest.raises(tk.NotAuthorized):
            call("merit_quality_list", person, include_private=True, **chosen)


@pytest.mark.parametrize(
    "parameters",
    [{"sort": "id; DROP"}, {"band": "platinum"}, {"limit": -1}, {"status": "x"}],
)
def test_list_refuses_nonsense(parameters: dict[str, Any]):
    """Unknown sort orders, bands and sizes are refused."""
    with pytest.raises(tk.ValidationError):
        call("merit_quality_list", **parameters)


def test_summaries(catalogue: Any, statements: Any):
    """One statement for all, and nothing of what isn't public."""
    ids = [package["id"] for package in catalogue.values()]
    with statements() as seen:
        answer = call("merit_quality_summary_list", ids=[*ids, "unknown"])
    assert set(answer) == {catalogue[key]["id"] for key in ("good", "poor", "bad")}
    assert set(answer[catalogue["good"]["id"]]) == {
        *("status", "display", "band", "expired", "sentence"),
    }
    assert len([line for line in seen if "merit_assessment" in line]) == 1
    assert len(seen) == 1


@pytest.mark.parametrize("key", ["private", "draft", "deleted", "unknown"])
def test_badge_is_neutral(catalogue: Any, entity: dict[str, Any], key: str):
    """What isn't public has one and the same badge, for its editors too."""
    neutral = call("merit_quality_badge_show", id="nobody-knows-it")
    assert set(neutral) == BADGE_KEYS
    assert (neutral["found"], neutral["band"]) == (False, None)
    package = catalogue.get(key, {"id": "x", "name": "y"})
    for name in (package["id"], package["name"]):
        for user in (None, entity["people"]["editor"]):
            assert call("merit_quality_badge_show", user, id=name) == neutral


def test_badge(catalogue: Any, statements: Any):
    """A public dataset's badge by id or name, in at most two statements."""
    package = catalogue["good"]
    with statements() as seen:
        answer = call("merit_quality_badge_show", id=package["name"])
    assert len(seen) <= 2
    assert answer == call("merit_quality_badge_show", id=package["id"])
    assert set(answer) == BADGE_KEYS
    assert (answer["found"], answer["status"]) == (True, "rated")


def test_expired_badge(catalogue: Any):
    """A badge whose time is over says so, everywhere."""
    package = catalogue["good"]
    sql("UPDATE merit_assessment SET valid_until = now() - interval '1 day'")
    assert call("merit_quality_badge_show", id=package["id"])["expired"] is True
    assert call("merit_quality_show", id=package["id"])["expired"] is True
    (row,) = call("merit_quality_list", q="Árboles")["results"]
    assert row["expired"] is True


def test_overview_counts_what_is_public(catalogue: Any):
    """Nothing hidden is counted; bands and histogram add up to the rated datasets."""
    answer = call("merit_quality_overview_show")
    assert (answer["datasets"], answer["rated"], answer["pending"]) == (4, 3, 1)
    assert answer["provisional"] == 0
    assert sum(answer["bands"].values()) == 3
    assert sum(bin_["count"] for bin_ in answer["histogram"]) == 3
    assert [bin_["from"] for bin_ in answer["histogram"]] == list(range(0, 100, 10))


def test_overview_mean_and_losses(catalogue: Any):
    """The mean is that of the exact scores; the dearest indicator comes first."""
    results = call("merit_quality_list", status="rated")["results"]
    mean = sum(Fraction(row["score"]) for row in results) / len(results)
    answer = call("merit_quality_overview_show")
    assert answer["mean_display"] == f"{int(mean * 10) / 10}"
    lost = dict.fromkeys((row["id"] for row in answer["indicators"]), Fraction(0))
    below = dict.fromkeys(lost, 0)
    for row in results:
        for finding in call("merit_quality_show", id=row["package_id"])["indicators"]:
            short = Fraction(finding["possible"]) - Fraction(finding["earned"])
            lost[finding["id"]] += short / len(results)
            below[finding["id"]] += short > 0
    found = {row["id"]: row for row in answer["indicators"]}
    assert {key: row["datasets_below"] for key, row in found.items()} == below
    for key, points in lost.items():
        shown = Fraction(found[key]["lost_points_mean_display"])
        assert shown <= points < shown + Fraction(11, 100)
    order = [-lost[row["id"]] for row in answer["indicators"]]
    assert order == sorted(order)


def test_empty_portal():
    """A portal without datasets has an overview and a league all the same."""
    answer = call("merit_quality_overview_show")
    assert (answer["datasets"], answer["mean_display"]) == (0, None)
    assert call("merit_quality_league_list") == {"count": 0, "results": []}


@pytest.fixture
def teams(dataset: Any) -> dict[str, str]:
    """Organisations with six, five, five and four equal datasets, by letter."""
    found = {}
    for letter, count in (("a", 6), ("b", 5), ("c", 5), ("d", 4)):
        organization = factories.Organization(title=f"Entidad {letter}")
        found[letter] = organization["id"]
        for number in range(count):
            dataset(
                title=f"Arbolado {letter} número {number}",
                owner_org=organization["id"],
                tags=[] if letter == "a" and number else [{"name": "árbol"}],
            )
    sql("UPDATE merit_work SET due_at = now()")
    ids = [row[0] for row in model.Session.execute(sa.text("SELECT id FROM package"))]
    assess(*ids)
    return found


def test_league(teams: dict[str, str]):
    """Equal means share a rank, the next one is skipped, under five has none."""
    results = call("merit_quality_league_list")["results"]
    by_id = {row["organization"]["id"]: row for row in results}
    ranks = {letter: by_id[id_]["rank"] for letter, id_ in teams.items()}
    assert ranks == {"a": 3, "b": 1, "c": 1, "d": None}
    assert by_id[teams["b"]]["mean"] == by_id[teams["c"]]["mean"]
    assert results[-1]["organization"]["id"] == teams["d"]
    assert [by_id[id_]["rated"] for id_ in teams.values()] == [6, 5, 5, 4]
    assert by_id[teams["a"]]["size_class"] == "small"


def test_league_pages_and_sizes(teams: dict[str, str]):
    """The count is that of all pages; a size class has its own ranks."""
    answer = call("merit_quality_league_list", limit=1, offset=1)
    assert (answer["count"], len(answer["results"])) == (4, 1)
    assert call("merit_quality_league_list", size_class="medium")["count"] == 0
    assert call("merit_quality_league_list", size_class="small")["count"] == 4


def test_league_change(teams: dict[str, str]):
    """The change is that of the datasets that had a score by the same rules then."""
    past = datetime.now(timezone.utc) - timedelta(days=100)
    sql(
        "UPDATE merit_assessment_history h SET assessed_at = :past, score = h.score - 2"
        " FROM package p WHERE p.id = h.package_id AND p.owner_org = :org",
        past=past,
        org=teams["b"],
    )
    sql(
        "UPDATE merit_assessment_history h SET assessed_at = :past, score = 1, "
        "profile_version = '0' FROM package p "
        "WHERE p.id = h.package_id AND p.owner_org = :org",
        past=past,
        org=teams["c"],
    )
    results = call("merit_quality_league_list")["results"]
    found = {row["organization"]["id"]: row["change_90d_display"] for row in results}
    assert found[teams["b"]] == "2.0"
    assert found[teams["a"]] is found[teams["c"]] is None


def test_league_hides_private(teams: dict[str, str]):
    """A private dataset leaves mean and count at once, before any new assessment."""
    sql(
        "UPDATE package SET private = true WHERE id = "
        "(SELECT min(id) FROM package WHERE owner_org = :org)",
        org=teams["b"],
    )
    results = call("merit_quality_league_list")["results"]
    (row,) = (row for row in results if row["organization"]["id"] == teams["b"])
    assert (row["datasets"], row["rated"], row["rank"]) == (4, 4, None)


def test_statements_of_aggregates_do_not_grow(teams: dict[str, str], statements: Any):
    """Overview, league and list cost as many statements for few rows as for many."""
    for action, limits in (
        ("merit_quality_league_list", (1, 100)),
        ("merit_quality_list", (1, 100)),
    ):
        counts = []
        for limit in limits:
            with statements() as seen:
                call(action, limit=limit)
            counts.append(len(seen))
        assert counts[0] == counts[1]


@pytest.mark.parametrize("person", [None, "outsider", "member"])
def test_who_may_not_assess(dataset: Any, entity: dict[str, Any], person: str | None):
    """Checking again is for those who may edit, many datasets for sysadmins."""
    package = dataset(owner_org=entity["id"])
    user = entity["people"][person] if person else None
    for data in ({"id": package["id"]}, {"ids": [package["id"]]}, {"all": True}):
        with pytest.raises(tk.NotAuthorized):
            call("merit_quality_assess", user, **data)


def test_who_may_assess(dataset: Any, entity: dict[str, Any]):
    """An editor may check a dataset, not a list; a sysadmin may do both."""
    package = dataset(owner_org=entity["id"])
    editor, sysadmin = entity["people"]["editor"], factories.Sysadmin()
    expected = {"assessed": [package["id"]]}
    assert call("merit_quality_assess", editor, id=package["name"]) == expected
    with pytest.raises(tk.NotAuthorized):
        call("merit_quality_assess", editor, ids=[package["id"]])
    assert call("merit_quality_assess", sysadmin, ids=[package["id"]]) == expected


def test_targets(dataset: Any):
    """Ids of what counts, page by page; stale ones are those that are due."""
    ids = sorted(dataset(title=f"Arbolado {n} de Altovalle")["id"] for n in range(3))
    sysadmin = factories.Sysadmin()
    page = call("merit_quality_target_list", sysadmin, limit=2)
    assert page == {"count": 3, "results": ids[:2]}
    page = call("merit_quality_target_list", sysadmin, limit=2, after=ids[1])
    assert page == {"count": 3, "results": ids[2:]}
    assess(*ids)
    assert call("merit_quality_target_list", sysadmin, stale=True)["results"] == []
    sql(
        "UPDATE merit_assessment SET next_due_at = now() WHERE package_id = :i",
        i=ids[1],
    )
    assert call("merit_quality_target_list", sysadmin, stale=True) == {
        "count": 1,
        "results": [ids[1]],
    }
    sql("UPDATE merit_assessment SET engine_version = '0'")
    assert call("merit_quality_target_list", sysadmin, stale=True)["results"] == ids
    with pytest.raises(tk.NotAuthorized):
        call("merit_quality_target_list", factories.User())


def test_profiles():
    """The profiles with their words, and which one is active."""
    found = call("merit_quality_profile_list")
    assert [(row["id"], row["active"]) for row in found] == [
        ("metadata-1.0", True),
        ("default-1.0", False),
    ]
    answer = call("merit_quality_profile_show")
    assert answer["id"] == "metadata-1.0"
    assert {"why", "fix", "title", "points"} <= set(answer["indicators"][0])
