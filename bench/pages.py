"""What quality costs on CKAN's own pages: the same page with and without the plugins.

Two portals on one database and index serve the same requests in turn, in an order drawn
anew each time, so that other load on the machine hits both, and both are started anew
several times, for no two processes run alike; printed are SQL statements per page, the
medians of the portal's CPU time and of the time to the answer, and the throughput as a
ratio: the median over the rounds, with the range in which it lies with 95 % confidence.
Goals: at most one statement more, at least 0.95 of the throughput.
"""

from __future__ import annotations

import argparse
import configparser
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from _statements import counted
from werkzeug.test import Client

from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.lib import search
from ckan.plugins import toolkit as tk

DATASETS = 120
PLUGINS = "merit merit_quality"
PORTALS = {"without": "", "with": PLUGINS}
#: Processes differ by some percent in how they lie in memory, whatever they do.
PAIRS = 5
PAGES = {
    "search, 1 result": "/dataset/?q=name:bench-pages-0",
    "search, {size} results": "/dataset/?q=bench",
    "organisation, {size} results": "/organization/bench-pages",
    "dataset": "/dataset/bench-pages-0",
}

#: The figures of a round, by portal.
Costs = dict[str, dict[str, Any]]


class Portal:
    """A CKAN in a process of its own that measures requests on demand."""

    def __init__(self, plugins: str, *, size: int, folder: Path) -> None:
        ini = folder / f"{plugins.replace(' ', '-') or 'plain'}-{size}.ini"
        # With all sections of the base: CKAN 2.11 reads how to log from here only.
        options = configparser.RawConfigParser()
        options.optionxform = str  # type: ignore[method-assign,assignment]
        options.read(os.environ["CKAN_INI"])
        options["app:main"]["ckan.plugins"] = plugins
        options["app:main"]["ckan.datasets_per_page"] = str(size)
        options["app:main"]["ckan.storage_path"] = str(folder)
        with ini.open("w") as file:
            options.write(file)
        self._child = subprocess.Popen(
            [sys.executable, __file__, "--serve", str(ini)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, **command: Any) -> dict[str, Any]:
        """Let the portal do something and return its figures."""
        print(json.dumps(command), file=self._child.stdin, flush=True)
        for line in self._child.stdout or ():
            if line.startswith("{"):
                return json.loads(line)
        raise SystemExit(f"The portal ended during {command}.")

    def close(self) -> None:
        """End the process."""
        self._child.communicate("", timeout=60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", metavar="INI", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=80, help="default: %(default)s")
    parser.add_argument("--requests", type=int, default=2, help="per round")
    parser.add_argument("--quick", action="store_true", help="few rounds")
    options = parser.parse_args()
    if options.serve:
        _serve(options.serve)
        return
    rounds = 10 if options.quick else options.rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seeder = Portal(PLUGINS, size=20, folder=folder)
        seeder.ask(do="seed")
        seeder.close()
        for size in (20, 100):
            _compare(folder, size=size, rounds=rounds, requests=options.requests)


def _compare(folder: Path, *, size: int, rounds: int, requests: int) -> None:
    pages = {
        title.format(size=size): path
        for title, path in PAGES.items()
        if size == 20 or "{size}" in title
    }
    seen: dict[str, list[Costs]] = {title: [] for title in pages}
    for _ in range(PAIRS):
        portals = {
            name: Portal(plugins, size=size, folder=folder)
            for name, plugins in PORTALS.items()
        }
        for title, path in pages.items():
            seen[title] += _measured(portals, path, rounds // PAIRS, requests)
        for portal in portals.values():
            portal.close()
    for title, costs in seen.items():
        sql = {name: costs[0][name]["sql"] for name in PORTALS}
        ratios = [
            _ratio(kind, *([each[name][key] for each in costs] for name in PORTALS))
            for key, kind in (("cpu", "CPU"), ("wall", "time"))
        ]
        print(
            f"{title:<28} SQL {sql['without']} -> {sql['with']}, {', '.join(ratios)}",
            flush=True,
        )


def _measured(
    portals: dict[str, Portal], path: str, rounds: int, requests: int
) -> list[Costs]:
    """Ask both portals in turn; the first answers compile templates and don't count."""
    for portal in portals.values():
        portal.ask(do="get", path=path, times=5)
    return [
        {
            name: portals[name].ask(do="get", path=path, times=requests)
            for name in random.sample(list(portals), len(portals))
        }
        for _ in range(rounds)
    ]


def _ratio(kind: str, plain: list[float], ours: list[float]) -> str:
    """Compare round by round, for what slows the machine slows both of a round."""
    without, with_us = statistics.median(plain), statistics.median(ours)
    ratios = sorted(p / o for p, o in zip(plain, ours, strict=True))
    # Ranks of the sign test: half the rounds, and 1.96 standard deviations around.
    away = math.ceil(0.98 * math.sqrt(len(ratios)))
    low, high = len(ratios) // 2 - away, len(ratios) // 2 + away
    return (
        f"{kind} {without * 1000:.1f} -> {with_us * 1000:.1f} ms (throughput x "
        f"{statistics.median(ratios):.3f}, {ratios[low]:.3f} to {ratios[high]:.3f})"
    )


def _serve(ini: str) -> None:
    """Be a portal: read commands, one JSON object a line, and answer each."""
    app: Any = make_app(load_config(ini))
    client = Client(app)
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "seed":
            with app._wsgi_app.test_request_context():
                _seed()
            print("{}", flush=True)
            continue
        with counted() as statements:
            began = time.process_time(), time.perf_counter()
            for _ in range(command["times"]):
                answer = client.get(command["path"])
                if answer.status_code != 200:
                    raise SystemExit(f"{command['path']}: {answer.status}")
                answer.get_data()
            ended = time.process_time(), time.perf_counter()
        cpu, wall = (
            (e - b) / command["times"] for b, e in zip(began, ended, strict=True)
        )
        count = len(statements) // command["times"]
        figures = {"cpu": cpu, "wall": wall, "sql": count}
        print(json.dumps(figures), flush=True)


def _seed() -> None:
    """An organisation with datasets, assessed and indexed; made once."""
    context: Any = {"ignore_auth": True}
    site_user = tk.get_action("get_site_user")(context, {})["name"]

    def act(action: str, **data: Any) -> Any:
        return tk.get_action(action)({"ignore_auth": True, "user": site_user}, data)

    if model.Group.get("bench-pages") is None:
        act("organization_create", name="bench-pages", title="Bench of pages")
    made = []
    for number in range(DATASETS):
        name = f"bench-pages-{number}"
        package = model.Package.get(name)
        made.append(
            package.id
            if package
            else act("package_create", **_dataset(number, name))["id"]
        )
    act("merit_quality_assess", ids=made)
    search.rebuild(package_ids=made)
    search.commit()


def _dataset(number: int, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": f"Bench dataset {number} about everyday things",
        "notes": "A description of some length. " * (number % 7),
        "owner_org": "bench-pages",
        "license_id": "cc-by" if number % 2 else "notspecified",
        "tags": [{"name": f"tag-{each}"} for each in range(number % 5)],
        "resources": [
            {"url": f"https://example.org/{number}.csv", "format": "CSV", "name": "a"},
            {"url": f"https://example.org/{number}.pdf", "format": "PDF", "name": "b"},
        ],
    }


if __name__ == "__main__":
    main()
