"""Workers in processes of their own that can be killed; started by `workers.py`.

Usage: python -m tests.kernel.worker_process KINDS FAILPOINT...

CKAN is loaded once. Each FAILPOINT ("-" is none) is one worker, forked when the one
before it has ended: it works until nothing is due, or dies at the failpoint. The
last line of the output is the list of their exit statuses (-9 is SIGKILL), as JSON.
KINDS is "plugins" or the path of a list of kinds, such as
"tests.kernel.probe:KINDS".
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from datetime import timedelta
from typing import Any

from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app

from ckanext.merit import failpoints, jobs

#: Long enough for the lease of a killed worker to end (kinds of tests: 1 second).
LINGER = timedelta(seconds=3)


def main(kinds: str, *failpoints: str) -> None:
    portal = make_app(load_config(os.environ["CKAN_INI"]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    statuses = [_in_child(portal, kinds, name) for name in failpoints]
    sys.stdout.write(json.dumps(statuses) + "\n")


def _in_child(portal: Any, kinds: str, failpoint: str) -> int:
    model.Session.remove()
    model.meta.engine.dispose()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.environ[failpoints.VARIABLE] = failpoint
            with portal._wsgi_app.app_context():
                jobs.work(once=True, kinds=_load(kinds), linger=LINGER)
            status = 0
        except BaseException:  # noqa: BLE001 - the child must never return
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _load(kinds: str) -> list[jobs.Kind]:
    if kinds == "plugins":
        return jobs.kinds_of_plugins()
    module, _, name = kinds.partition(":")
    return list(getattr(importlib.import_module(module), name))


if __name__ == "__main__":
    main(*sys.argv[1:])
