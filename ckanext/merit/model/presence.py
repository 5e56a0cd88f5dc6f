"""Whether there is anything to see in contests: asked for the header of every page."""

from __future__ import annotations

import time
from contextlib import closing
from functools import lru_cache
from typing import Any

from ckan import model

__all__ = ["has_contests"]

#: Seconds after which a portal without contests is asked again.
AGAIN = 60
_QUERY = "SELECT EXISTS (SELECT 1 FROM merit_edition WHERE published_at IS NOT NULL)"


class _Known:
    """Once there was a published edition there always is: editions are kept."""

    yes = False


def has_contests() -> bool:
    """Say whether an edition was ever published; asks at most once a minute."""
    _Known.yes = _Known.yes or _asked(int(time.monotonic() // AGAIN))
    return _Known.yes


@lru_cache(maxsize=1)
def _asked(_: int) -> bool:
    # Beside the page's own transaction, which a missing table would end.
    engine: Any = model.meta.engine
    with closing(engine.raw_connection()) as connection:
        try:
            with closing(connection.cursor()) as cursor:
                cursor.execute(_QUERY)
                return bool(cursor.fetchone()[0])
        except engine.dialect.dbapi.ProgrammingError:
            return False
        finally:
            connection.rollback()
