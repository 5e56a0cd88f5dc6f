"""The quality kinds of work with a lease that a test can wait for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ckanext.merit.quality import jobs

KINDS = [replace(kind, lease=timedelta(seconds=1)) for kind in jobs.kinds()]
