"""What the pages of contests cost, against CKAN's own dataset page in the same run.

A published result of 10 and of 1,000 entities with 5 jurors, and a juror's queue of 300
entries. Printed are SQL statements per page, CPU time in the best round, and the
throughput as a multiple of the dataset page's. Goals: results at least 2, the queue at
least 1; as many statements for 1,000 entities as for 10.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from _editions import Bench
from _statements import counted
from werkzeug.test import Client

from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app

QUEUE = 300


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


if __name__ == "__main__":
    main()
