"""What the pages of contests cost, against CKAN's own dataset page in the same run.

A published result of 10 and of 1,000 entities with 5 jurors, and a juror's queue of 300
entries. Printed are SQL statements per page, CPU time in the best round, and the
throughput as a multiple of the dataset page's. Goals: results at least 2, the queue at
least 1; as many statements for 1,000 entities as for 10.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from _statements import counted
from werkzeug.test import Client

from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.plugins import toolkit as tk

from ckanext.merit.model import contest, contest_entry, contest_jury

JURORS = 5
QUEUE = 300
NOW = datetime.now(timezone.utc)
RULES = """
merit: 1
id: bench
tie_break: [c0, first_places]
root:
  of:
""" + "".join(
    f"  - {{code: c{number}, scale: [0, 10], panel: {{quorum: 3}}}}\n"
    for number in range(20)
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8, help="default: %(default)s")
    parser.add_argument("--requests", type=int, default=10, help="per round")
    parser.add_argument("--quick", action="store_true", help="few entities and rounds")
    options = parser.parse_args()
    app: Any = make_app(load_config(None))
    most = 100 if options.quick else 1000
    with app._wsgi_app.test_request_context():
        bench = Bench()
        small, large = bench.results("small", 10), bench.results("large", most)
        queue, token = bench.queue(20 if options.quick else QUEUE)
        model.Session.remove()
    pages = {
        "dataset page of CKAN": ("/dataset/bench-contests", {}),
        "results, 10 entities": (small, {}),
        f"results, {most} entities": (large, {}),
        f"entries, {most} entities": (large.replace("/results", "/entries"), {}),
        "juror's queue": (queue, {"Authorization": token}),
    }
    _measure(
        Client(app), pages, 2 if options.quick else options.rounds, options.requests
    )


def _measure(
    client: Client, pages: dict[str, tuple[str, Any]], rounds: int, requests: int
) -> None:
    best = dict.fromkeys(pages, float("inf"))
    sql = {name: _statements(client, *page) for name, page in pages.items()}
    for _ in range(rounds):
        for name, (path, headers) in pages.items():
            began = time.process_time()
            for _ in range(requests):
                _get(client, path, headers)
            best[name] = min(best[name], (time.process_time() - began) / requests)
    peer = next(iter(best.values()))
    for name, seconds in best.items():
        print(
            f"{name:<26} SQL {sql[name]:>3}  {seconds * 1000:6.1f} ms  "
            f"throughput x {peer / seconds:.2f}"
        )


def _get(client: Client, path: str, headers: Any) -> None:
    answer = client.get(path, headers=headers)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status}")
    answer.get_data()


def _statements(client: Client, path: str, headers: Any) -> int:
    _get(client, path, headers)
    with counted() as statements:
        _get(client, path, headers)
    return len(statements)


class Bench:
    """Editions below the actions; runs and publications through them."""

    def __init__(self) -> None:
        self.admin = self.user("bench-admin", sysadmin=True)
        self.secretary = self.user("bench-secretary")
        self.chair = self.user("bench-chair")
        self.jurors = [self.user(f"bench-juror-{n}") for n in range(JURORS)]
        self.act(None, "organization_create", name="bench-contests", title="Bench")
        self.act(
            None,
            "package_create",
            name="bench-contests",
            title="Bench dataset",
            notes="A description of some length. " * 10,
            owner_org="bench-contests",
            tags=[{"name": f"tag-{n}"} for n in range(5)],
            resources=[
                {"url": f"https://example.org/{n}.csv", "name": f"File {n}"}
                for n in range(6)
            ],
        )
        programme = self.act(
            self.admin, "merit_programme_create", name="bench", title="Bench"
        )
        self.programme_id = programme["id"]
        for user, role in ((self.secretary, "secretariat"), (self.chair, "chair")):
            self.add(
                contest.RoleHolder(
                    programme_id=self.programme_id, user_id=user.id, role=role
                )
            )
        model.Session.commit()

    def user(self, name: str, *, sysadmin: bool = False) -> Any:
        """Make a user."""
        user = model.User(name=name, email=f"{name}@gmail.com", sysadmin=sysadmin)
        model.Session.add(user)
        model.Session.commit()
        return user

    def act(self, user: Any, action: str, /, **data: Any) -> Any:
        """Call an action as somebody, or as the site."""
        if user is None:
            name = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
            context: Any = {"ignore_auth": True, "user": name}
        else:
            context = {"user": user.name, "auth_user_obj": user}
        return tk.get_action(action)(context, data)

    def add(self, row: Any) -> Any:
        """Insert a row."""
        model.Session.add(row)
        model.Session.flush()
        return row

    def results(self, slug: str, size: int) -> str:
        """Make an edition with published results; give the page's address."""
        edition_id, tasks = self.edition(slug, size, jury=(-9, -1))
        for number, task in enumerate(tasks):
            self.review(task, number)
        model.Session.commit()
        run = self.act(self.secretary, "merit_run_compute", edition_id=edition_id)
        for user in (self.chair, self.secretary):
            self.act(user, "merit_run_approve", id=run["id"])
        self.act(self.secretary, "merit_run_publish", id=run["id"], kind="provisional")
        return f"/contests/bench/{slug}/results"

    def queue(self, size: int) -> tuple[str, str]:
        """Make an edition at its jury; give a juror's address and token."""
        self.edition("queue", size, jury=(-1, 9))
        model.Session.commit()
        juror = self.jurors[0]
        token = self.act(juror, "api_token_create", user=juror.name, name="bench")
        return "/contests/bench/queue/jury", token["token"]

    def edition(self, slug: str, size: int, *, jury: tuple[int, int]) -> Any:
        """Make a published edition, its entries, and an assignment for each juror."""
        edition = self.act(
            self.secretary,
            "merit_edition_create",
            programme_id=self.programme_id,
            slug=slug,
            kind="award",
            title=slug,
        )["id"]
        category = self.add(
            contest.Category(
                edition_id=edition, code="all", position=1, title={}, predicate={}
            )
        )
        for kind, opens, closes in (("enrolment", -20, -10), ("jury", *jury)):
            self.add(
                contest.Phase(
                    edition_id=edition,
                    kind=kind,
                    opens_at=NOW + timedelta(days=opens),
                    closes_at=NOW + timedelta(days=closes),
                )
            )
        model.Session.commit()
        rules = self.act(
            self.secretary, "merit_rule_set_create", edition_id=edition, source=RULES
        )
        self.act(self.secretary, "merit_rule_set_put_in_force", id=rules["id"])
        self.act(self.secretary, "merit_edition_publish", id=edition)
        jurors = [
            self.add(
                contest_jury.Juror(
                    edition_id=edition, user_id=user.id, state="active", expires_at=NOW
                )
            )
            for user in self.jurors
        ]
        return edition, list(self.tasks(edition, category, jurors, size))

    def tasks(
        self, edition: str, category: Any, jurors: list[Any], size: int
    ) -> Iterator[Any]:
        """Make admitted entries, each assigned to all jurors."""
        for number in range(size):
            team = self.add(contest_entry.Team(edition_id=edition, name="t"))
            entry = self.add(
                contest_entry.Entry(
                    edition_id=edition,
                    category_id=category.id,
                    team_id=team.id,
                    title=f"Entity {number}",
                    draft={},
                    state="admitted",
                )
            )
            for juror in jurors:
                yield self.add(
                    contest_jury.Assignment(juror_id=juror.id, entry_id=entry.id)
                )

    def review(self, task: Any, number: int) -> None:
        """Make a submitted review with a score for every criterion."""
        task.state = "completed"
        review = self.add(
            contest_jury.Review(
                assignment_id=task.id, state="submitted", submitted_at=NOW
            )
        )
        model.Session.add_all(
            contest_jury.Score(
                review_id=review.id,
                version=1,
                criterion=f"c{criterion}",
                value=str((number * 7 + criterion * 3) % 11),
            )
            for criterion in range(20)
        )


if __name__ == "__main__":
    main()
