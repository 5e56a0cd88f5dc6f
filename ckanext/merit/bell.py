"""The bell that wakes one of CKAN's workers; losing a ring loses no work."""

from __future__ import annotations

import logging
from typing import Any

import ckantoolkit as tk
from ckan.lib.redis import connect_to_redis

__all__ = ["answer", "ring"]

log = logging.getLogger(__name__)

#: After this time an unanswered ring is forgotten, by the queue too.
SECONDS = 300
#: By name, which RQ takes as well: the job belongs to an outer layer.
JOB: Any = "ckanext.merit.jobs.work_once"
JOB_TIMEOUT = 3600


def ring() -> None:
    """Wake one of CKAN's workers; never fails and never repeats a pending ring."""
    try:
        if connect_to_redis().set(_key(), "1", nx=True, ex=SECONDS):
            tk.enqueue_job(
                JOB,
                title="merit: work that is due",
                rq_kwargs={"timeout": JOB_TIMEOUT, "ttl": SECONDS},
            )
    except Exception:
        # Redis may be down in many ways; the row in the table is what counts.
        log.warning("Could not wake a worker; `ckan merit work` will do", exc_info=True)


def answer() -> None:
    """Let the next ring through."""
    connect_to_redis().delete(_key())


def _key() -> str:
    return f"ckan:{tk.config['ckan.site_id']}:merit:bell"
