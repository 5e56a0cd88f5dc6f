"""What is unsafe or broken in this portal, and how to mend it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic.script import ScriptDirectory

import ckan
import ckan.plugins as p
import ckantoolkit as tk
from ckan import model

import ckanext.merit.migration
from ckanext.merit import failpoints
from ckanext.merit.interfaces import (
    Finding,
    IMeritDoctor,
    kinds_of_plugins,
    overlooked,
)
from ckanext.merit.model import missing, work_admin

__all__ = ["examine", "examine_config", "log_summary"]

log = logging.getLogger(__name__)

STALLED = timedelta(minutes=15)
DAY = 24 * 60 * 60
SECRET_LENGTH = 20
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}

Config = Mapping[str, Any]
Check = Callable[[Config], "Iterator[Finding]"]


def examine() -> list[Finding]:
    """Make all checks; errors first."""
    findings = [*examine_config(tk.config), *_database()]
    for plugin in p.PluginImplementations(IMeritDoctor):
        findings.extend(plugin.merit_doctor_findings())
    return sorted(findings, key=lambda finding: finding.level != "error")


def examine_config(config: Config) -> list[Finding]:
    """Make the checks that need only the configuration and the environment."""
    checks: Iterable[Check] = (_modes, _forgery, _cookies, _accounts, _version)
    return [finding for check in checks for finding in check(config)]


def log_summary(config: Config) -> None:
    """Name the unsafe settings in the log of every start."""
    for level, write in (("error", log.error), ("warning", log.warning)):
        names = [item.id for item in examine_config(config) if item.level == level]
        if names:
            write(
                "Unsafe configuration (%ss): %s; `ckan merit doctor` says why",
                level,
                ", ".join(names),
            )


def _error(name: str, what: str, fix: str) -> Finding:
    return Finding(name, "error", what, fix)


def _warning(name: str, what: str, fix: str) -> Finding:
    return Finding(name, "warning", what, fix)


def _on(config: Config, key: str) -> bool:
    # Without a default CKAN logs a warning for options that this version lacks.
    return tk.asbool(config.get(key, False) or False)


def _modes(config: Config) -> Iterator[Finding]:
    if _on(config, "debug"):
        yield _error(
            "debug",
            tk._("Debug mode is on: error pages let visitors run code."),
            "debug = false",
        )
    if _on(config, "testing"):
        yield _error(
            "testing",
            tk._("Test mode is on: test seams are honoured and checks are weaker."),
            "testing = false",
        )
    if os.environ.get(failpoints.VARIABLE):
        yield _error(
            "failpoint",
            tk._("The environment asks workers to die, as only tests should."),
            f"unset {failpoints.VARIABLE}",
        )
    if len(config.get("SECRET_KEY") or "") < SECRET_LENGTH:
        yield _error(
            "secret_key",
            tk._("The key that signs sessions and tokens is short enough to guess."),
            tk._("Set SECRET_KEY to at least 32 random characters."),
        )


def _forgery(config: Config) -> Iterator[Finding]:
    if not _on(config, "WTF_CSRF_ENABLED"):
        yield _error(
            "csrf_disabled",
            tk._("CKAN's protection against forged requests is off."),
            "WTF_CSRF_ENABLED = true",
        )
    if int(config.get("WTF_CSRF_TIME_LIMIT") or 0) > DAY:
        yield _warning(
            "csrf_time_limit",
            tk._("A form's token stays valid for more than a day."),
            f"WTF_CSRF_TIME_LIMIT = {DAY}",
        )
    if _on(config, "ckan.csrf_protection.ignore_extensions"):
        yield _warning(
            "csrf_ignore_extensions",
            tk._(
                "CKAN does not protect the forms of plugins (ours protect themselves)."
            ),
            "ckan.csrf_protection.ignore_extensions = false",
        )


def _cookies(config: Config) -> Iterator[Finding]:
    site = urlsplit(config.get("ckan.site_url") or "")
    if config.get("SESSION_TYPE") == "cookie":
        yield _error(
            "session_type",
            tk._(
                "Sessions live in the browser: logging out or losing a role does not "
                "end a stolen one."
            ),
            "SESSION_TYPE = redis",
        )
    if site.scheme == "https":
        for kind in ("SESSION", "REMEMBER"):
            if not _on(config, f"{kind}_COOKIE_SECURE"):
                yield _error(
                    f"{kind.lower()}_cookie_secure",
                    tk._("The login cookie also travels without encryption."),
                    f"{kind}_COOKIE_SECURE = true",
                )
    elif site.hostname not in _LOOPBACK:
        yield _warning(
            "https",
            tk._("The site's address is not https: passwords travel in the clear."),
            tk._("Serve the site by https and set ckan.site_url to that address."),
        )
    for kind in ("SESSION", "REMEMBER"):
        if not _on(config, f"{kind}_COOKIE_HTTPONLY"):
            yield _error(
                f"{kind.lower()}_cookie_httponly",
                tk._("Scripts can read the login cookie."),
                f"{kind}_COOKIE_HTTPONLY = true",
            )
        if config.get(f"{kind}_COOKIE_SAMESITE") not in {"Lax", "Strict"}:
            yield _warning(
                f"{kind.lower()}_cookie_samesite",
                tk._("Browsers may send the login cookie with other sites' requests."),
                f"{kind}_COOKIE_SAMESITE = Lax",
            )


def _accounts(config: Config) -> Iterator[Finding]:
    if _on(config, "ckan.auth.public_user_details"):
        yield _error(
            "public_user_details",
            tk._("Anybody can list the users with their names."),
            "ckan.auth.public_user_details = false",
        )
    if _on(config, "ckan.auth.anon_create_dataset"):
        yield _error(
            "anon_create_dataset",
            tk._("Anybody can create datasets without an account."),
            "ckan.auth.anon_create_dataset = false",
        )
    opened = _on(config, "ckan.auth.create_user_via_web") or _on(
        config, "ckan.auth.create_user_via_api"
    )
    for noun in ("organizations", "groups"):
        key = f"ckan.auth.user_create_{noun}"
        if _on(config, key):
            make = _error if opened else _warning
            yield make(
                f"user_create_{noun}",
                tk._(
                    "Any registered user can create organizations or groups, and "
                    "publish datasets in them."
                ),
                f"{key} = false",
            )
    unowned = ("create_unowned_dataset", "create_dataset_if_not_in_organization")
    if opened and all(_on(config, f"ckan.auth.{key}") for key in unowned):
        yield _warning(
            "create_unowned_dataset",
            tk._("Anybody who registers can publish a dataset without organization."),
            "ckan.auth.create_unowned_dataset = false",
        )


def _version(config: Config) -> Iterator[Finding]:
    version = ckan.__version__
    numbers = tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
    if version == "2.12.0" or (2, 11) <= numbers < (2, 11, 5):
        yield _warning(
            "ckan_csrf",
            tk._(
                "This CKAN forgets its protection against forged requests "
                "(CVE-2026-41255). Ours is active for our own pages and actions only."
            ),
            tk._("Upgrade CKAN."),
        )
    server = urlsplit(f"//{config.get('smtp.server') or ''}").hostname
    if version == "2.12.0" and _on(config, "smtp.starttls") and server not in _LOOPBACK:
        yield _warning(
            "ckan_starttls",
            tk._("This CKAN does not check the mail server's certificate."),
            tk._("Send mail through a relay on this machine, or upgrade CKAN."),
        )


def _overlooked() -> Iterator[Finding]:
    """Say what is due although no row says so, for no worker looked."""
    if _missing_revisions() or work_admin.pause(model.Session):
        return
    count = overlooked()
    if count:
        yield _error(
            "work_overlooked",
            tk._("Work is due that no worker has looked for: {count}.").format(
                count=count
            ),
            tk._("Run `ckan merit work`, and `ckan merit work --once` from cron."),
        )


def _database() -> Iterator[Finding]:
    if _missing_revisions():
        yield _error(
            "migrations",
            tk._("Tables are missing or out of date."),
            missing.COMMAND,
        )
    if _has_table("merit_work"):
        yield from _work()


def _has_table(name: str) -> bool:
    return sa.inspect(model.Session.connection()).has_table(name)


def _missing_revisions() -> set[str]:
    folder = Path(ckanext.merit.migration.__path__[0], "merit")
    heads = set(ScriptDirectory(str(folder)).get_heads())
    if not _has_table("merit_alembic_version"):
        return heads
    versions = sa.table("merit_alembic_version", sa.column("version_num"))
    return heads - set(model.Session.scalars(sa.select(versions.c.version_num)))


def _work() -> Iterator[Finding]:
    totals = work_admin.totals(model.Session)
    if work_admin.pause(model.Session):
        yield _warning(
            "work_paused",
            tk._("Background work is paused: scores and badges grow old."),
            tk._("Resume it on the administration page."),
        )
    elif totals.oldest_due > STALLED:
        yield _error(
            "work_stalled",
            tk._("Work has been due for {minutes} minutes: no worker runs.").format(
                minutes=int(totals.oldest_due.total_seconds() // 60)
            ),
            tk._("Run `ckan merit work`, and `ckan merit work --once` from cron."),
        )
    parked = totals.by_state["parked"]
    if parked:
        yield _warning(
            "work_parked",
            tk._("Work that failed five times is parked: {count}.").format(
                count=parked
            ),
            tk._("See the reasons on the administration page and try again there."),
        )
    yield from _overlooked()
    known = {kind.name for kind in kinds_of_plugins()}
    unknown = sorted(set(totals.kinds) - known)
    if unknown:
        yield _warning(
            "work_unknown",
            tk._("No plugin that is on handles this work: {kinds}.").format(
                kinds=", ".join(unknown)
            ),
            tk._("Switch the plugin on again, or delete the rows from merit_work."),
        )
