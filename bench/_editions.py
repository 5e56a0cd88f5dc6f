"""Editions for benchmarks: written below the actions, results through them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.merit.model import contest, contest_entry, contest_jury

__all__ = ["NOW", "Bench"]

JURORS = 5
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
        self.publish(self.approved(slug, size)[1])
        return f"/contests/bench/{slug}/results"

    def approved(self, slug: str, size: int) -> tuple[str, str]:
        """Make an edition with an approved run; give the ids of both."""
        edition_id, tasks = self.edition(slug, size, jury=(-9, -1))
        for number, task in enumerate(tasks):
            self.review(task, number)
        model.Session.commit()
        run = self.act(self.secretary, "merit_run_compute", edition_id=edition_id)
        for user in (self.chair, self.secretary):
            self.act(user, "merit_run_approve", id=run["id"])
        return edition_id, run["id"]

    def publish(self, run_id: str, **data: Any) -> Any:
        """Publish a run as provisional results."""
        data = {"id": run_id, "kind": "provisional", **data}
        return self.act(self.secretary, "merit_run_publish", **data)

    def queue(self, size: int) -> tuple[str, str]:
        """Make an edition at its jury; give a juror's address and token."""
        self.edition("queue", size, jury=(-1, 9))
        model.Session.commit()
        juror = self.jurors[0]
        return "/contests/bench/queue/jury", self.token(juror)

    def token(self, user: Any) -> str:
        """Make an API token of a user."""
        made = self.act(user, "api_token_create", user=user.name, name="bench")
        return made["token"]

    def rules(self, edition: str, source: str = RULES) -> None:
        """Put rules in force."""
        act, secretary = self.act, self.secretary
        row = act(secretary, "merit_rule_set_create", edition_id=edition, source=source)
        act(secretary, "merit_rule_set_put_in_force", id=row["id"])

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
        self.rules(edition)
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
