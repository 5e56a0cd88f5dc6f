"""Fixtures of the kernel's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import Client

import ckan.plugins as p
from ckan import model

from ckanext.merit.model.work import Setting, Work

#: Makes a portal with one more plugin, and gives a maker of browsers for it.
PortalWith = Callable[[type[p.SingletonPlugin]], Callable[[], Client]]


@pytest.fixture(scope="session")
def made_portals() -> dict[type[p.SingletonPlugin], Any]:
    """Applications of this session: making one takes longer than most tests."""
    return {}


@pytest.fixture
def portal_with(
    ckan_config: Any,
    make_app: Callable[[], Any],
    made_portals: dict[type[p.SingletonPlugin], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> PortalWith:
    """CKAN with a plugin of the test besides those of test.ini."""
    registered = p.core._get_service

    def make(plugin: type[p.SingletonPlugin]) -> Callable[[], Client]:
        def service(name: str) -> Any:
            return plugin(name=name) if name == "test_plugin" else registered(name)

        monkeypatch.setattr(p.core, "_get_service", service)
        names = [*ckan_config["ckan.plugins"], "test_plugin"]
        monkeypatch.setitem(ckan_config, "ckan.plugins", names)
        if plugin in made_portals:
            p.load("test_plugin")
        else:
            made_portals[plugin] = make_app().app
        return lambda: Client(made_portals[plugin])

    return make


@pytest.fixture
def no_work(non_clean_db: None) -> Iterator[None]:
    """No row of work and no switch turned, in a database that may hold other data."""
    _empty()
    yield
    model.Session.rollback()
    _empty()


def _empty() -> None:
    model.Session.rollback()
    for table in (Work, Setting):
        model.Session.execute(sa.delete(table))
    model.Session.commit()
