"""The portal under load, as seen from outside: gunicorn with two sync workers.

First the throughput of routes as a multiple of that of CKAN's dataset page, measured in
turn; then what happens when files come at once, in the closing minute of an award, at
the instant of a publication, with twice the workers and, if asked for, in a soak. All
share the machine with the clients, so only ratios and counts say something.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from _award import Award
from _clients import Request, send
from _editions import Bench
from _instant import instant
from _routes import DATASET, Route, compare, fixed, upload
from _situations import burst, soak, together, writers
from _web import Web

from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app

BADGE = f"{DATASET}/quality/badge.svg"
PARTS = ("routes", "files", "burst", "instant", "workers")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small and short")
    parser.add_argument("--part", choices=PARTS, action="append", help="default: all")
    parser.add_argument("--soak", type=float, metavar="MINUTES", help="default: none")
    options = parser.parse_args()
    parts = options.part or PARTS
    app: Any = make_app(load_config(None))
    with tempfile.TemporaryDirectory() as name, app._wsgi_app.test_request_context():
        load = _Load(Path(name), quick=options.quick)
        with Web(2, folder=load.folder) as web:
            for part in ("routes", "files", "burst", "instant"):
                if part in parts:
                    load.parts[part](web)
            if options.soak:
                soak(web, load.mixed(), minutes=options.soak)
        if "workers" in parts:
            load.workers()


class _Load:
    """What is measured, on editions made once."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self.folder, self.quick = folder, quick
        self.seconds = 1.0 if quick else 4.0
        self.bench = Bench()
        self.bench.act(None, "merit_quality_assess", id="bench-contests")
        self.results = self.bench.results("large", 100 if quick else 1000)
        self.queue, self.token = self.bench.queue(30 if quick else 300)
        self.award = Award(self.bench, "files", 20)
        self.parts: dict[str, Callable[[Web], None]] = {
            "routes": self.routes,
            "files": self.files,
            "burst": self.burst,
            "instant": self.instant,
        }
        model.Session.remove()

    def routes(self, web: Web) -> None:
        """Routes of security.md's table that there are."""
        etag = send(web.port, Request.of(BADGE)).header("ETag")
        entries = self.results.replace("/results", "/entries")
        size = 100 if self.quick else 1000
        unchanged = fixed(Request.of(BADGE, etag=etag))
        queue = fixed(Request.of(self.queue, token=self.token))
        compare(
            web.port,
            [
                Route("badge", fixed(Request.of(BADGE)), 20, 35),
                Route("badge, unchanged (ETag)", unchanged, 25, 45, expected=304),
                Route(f"results, {size}", fixed(Request.of(self.results)), 2, 4),
                Route(f"entries, {size}", fixed(Request.of(entries)), 2, 4),
                Route(f"juror's queue, {size * 3 // 10}", queue, 1, 2),
                Route("file of 10 MB", upload(self.award, 10), 0.5, 1, expected=303),
            ],
            seconds=self.seconds,
        )

    def files(self, web: Web) -> None:
        """Many files at once: with workers that do one thing at a time, and others."""
        together(web, self.award, seconds=self.seconds)
        with Web(2, folder=self.folder, threads=4) as threaded:
            together(threaded, self.award, seconds=self.seconds)
        with Web(1, folder=self.folder) as apart:
            together(web, self.award, seconds=self.seconds, apart=apart)

    def burst(self, web: Web) -> None:
        """The last minute of an award."""
        award = Award(self.bench, "burst", 30 if self.quick else 150)
        entries = self.results.replace("/results", "/entries")
        views = [award.address, entries, self.results, BADGE]
        burst(web, award, views, seconds=12 if self.quick else 60)

    def instant(self, web: Web) -> None:
        """A publication under an embargo."""
        instant(web, self.bench, 10, seconds=5 if self.quick else 20)

    def mixed(self) -> list[Request]:
        """What visitors and a juror look at."""
        paths = (DATASET, BADGE, self.results, self.award.address, "/contests", "/")
        queue = Request.of(self.queue, token=self.token)
        return [*map(Request.of, paths), queue]

    def workers(self) -> None:
        """Writers of one trail, with two workers and with four."""
        with Web(2, folder=self.folder) as two, Web(4, folder=self.folder) as four:
            writers([two, four], self.award, seconds=self.seconds)


if __name__ == "__main__":
    main()
