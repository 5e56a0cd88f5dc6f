"""The doctor names each unsafe or broken setting, and its fix."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from tests.kernel import probe
from tests.kernel.conftest import PortalWith

import ckan
import ckan.plugins as p
from ckan import model
from ckan.cli.cli import ckan as command
from ckan.tests.helpers import call_action

from ckanext.merit import failpoints, interfaces, jobs
from ckanext.merit.cli import merit
from ckanext.merit.logic import doctor
from ckanext.merit.model import work
from ckanext.merit.model.work import Setting, Work

SAFE = {
    "debug": False,
    "testing": False,
    "SECRET_KEY": "x" * 43,
    "WTF_CSRF_ENABLED": True,
    "WTF_CSRF_TIME_LIMIT": 3600,
    "ckan.csrf_protection.ignore_extensions": False,
    "ckan.site_url": "https://datos.example",
    "SESSION_TYPE": "redis",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "REMEMBER_COOKIE_SECURE": True,
    "REMEMBER_COOKIE_HTTPONLY": True,
    "REMEMBER_COOKIE_SAMESITE": "Lax",
    "ckan.auth.public_user_details": False,
    "ckan.auth.anon_create_dataset": False,
    "ckan.auth.create_user_via_web": True,
    "ckan.auth.create_user_via_api": False,
    "ckan.auth.user_create_organizations": False,
    "ckan.auth.user_create_groups": False,
    "ckan.auth.create_unowned_dataset": False,
    "ckan.auth.create_dataset_if_not_in_organization": True,
    "smtp.server": "localhost:25",
    "smtp.starttls": True,
}


@pytest.fixture(autouse=True)
def good_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ckan, "__version__", "2.12.1")
    monkeypatch.delenv(failpoints.VARIABLE, raising=False)


def found(**changes: Any) -> list[tuple[str, str]]:
    config = SAFE | {key.replace("__", "."): value for key, value in changes.items()}
    return [(item.id, item.level) for item in doctor.examine_config(config)]


def test_safe_portal_has_no_finding() -> None:
    """A well configured portal is not nagged."""
    assert found() == []


@pytest.mark.parametrize(
    ("key", "value", "name", "level"),
    [
        ("debug", True, "debug", "error"),
        ("testing", True, "testing", "error"),
        ("SECRET_KEY", "secret", "secret_key", "error"),
        ("WTF_CSRF_ENABLED", False, "csrf_disabled", "error"),
        ("WTF_CSRF_TIME_LIMIT", 31536000, "csrf_time_limit", "warning"),
        (
            "ckan.csrf_protection.ignore_extensions",
            True,
            "csrf_ignore_extensions",
            "warning",
        ),
        ("SESSION_TYPE", "cookie", "session_type", "error"),
        ("SESSION_COOKIE_SECURE", False, "session_cookie_secure", "error"),
        ("REMEMBER_COOKIE_SECURE", None, "remember_cookie_secure", "error"),
        ("SESSION_COOKIE_HTTPONLY", False, "session_cookie_httponly", "error"),
        ("REMEMBER_COOKIE_HTTPONLY", False, "remember_cookie_httponly", "error"),
        ("SESSION_COOKIE_SAMESITE", "None", "session_cookie_samesite", "warning"),
        ("REMEMBER_COOKIE_SAMESITE", None, "remember_cookie_samesite", "warning"),
        ("ckan.auth.public_user_details", True, "public_user_details", "error"),
        ("ckan.auth.anon_create_dataset", True, "anon_create_dataset", "error"),
        ("ckan.auth.user_create_groups", True, "user_create_groups", "error"),
        (
            "ckan.auth.user_create_organizations",
            True,
            "user_create_organizations",
            "error",
        ),
        (
            "ckan.auth.create_unowned_dataset",
            True,
            "create_unowned_dataset",
            "warning",
        ),
        ("ckan.site_url", "http://datos.example", "https", "warning"),
    ],
)
def test_each_unsafe_setting(key: str, value: Any, name: str, level: str) -> None:
    """One unsafe setting is one finding."""
    assert found(**{key.replace(".", "__"): value}) == [(name, level)]


def test_closed_registration_is_less_urgent() -> None:
    """Without open registration only known people can create organizations."""
    changes = {
        "ckan__auth__create_user_via_web": False,
        "ckan__auth__user_create_organizations": True,
    }
    assert found(**changes) == [("user_create_organizations", "warning")]


def test_loopback_needs_no_https() -> None:
    """A portal on this machine has no network to protect from."""
    changes = {"ckan__site_url": "http://127.0.0.1:5000"}
    assert found(**changes, SESSION_COOKIE_SECURE=False) == []


def test_failpoint_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test seam that was left in the environment is an error."""
    monkeypatch.setenv(failpoints.VARIABLE, "claimed")
    assert found() == [("failpoint", "error")]


@pytest.mark.parametrize(
    ("version", "names"),
    [
        ("2.11.4", ["ckan_csrf"]),
        ("2.11.5", []),
        ("2.11.6", []),
        ("2.12.0", ["ckan_csrf", "ckan_starttls"]),
        ("2.12.1", []),
    ],
)
def test_known_bad_versions(
    monkeypatch: pytest.MonkeyPatch, version: str, names: list[str]
) -> None:
    """A CKAN with a known hole is a warning, for our own guard is active."""
    monkeypatch.setattr(ckan, "__version__", version)
    assert found(smtp__server="mail.example:587") == [
        (name, "warning") for name in names
    ]


def test_start_up_names_what_is_unsafe(caplog: pytest.LogCaptureFixture) -> None:
    """The log of every start has one line for errors and one for warnings."""
    with caplog.at_level(logging.WARNING, logger="ckanext.merit.logic.doctor"):
        doctor.log_summary(SAFE | {"debug": True, "WTF_CSRF_TIME_LIMIT": 10**6})
        doctor.log_summary(SAFE)
    assert [(record.levelname, record.args[1]) for record in caplog.records] == [
        ("ERROR", "debug"),
        ("WARNING", "csrf_time_limit"),
    ]


def of_the_database() -> dict[str, str]:
    findings = call_action("merit_doctor_show")["findings"]
    skip = {item.id for item in doctor.examine_config(p.toolkit.config)}
    return {item["id"]: item["what"] for item in findings if item["id"] not in skip}


def mark(kind: str, **values: Any) -> None:
    work.mark(model.Session, kind, ["a"])
    if values:
        model.Session.execute(sa.update(Work).values(**values))
    model.Session.commit()


class Feature(interfaces.IMeritWork, interfaces.IMeritDoctor, p.SingletonPlugin):
    """A plugin with work of its own and something to say."""

    def merit_work_kinds(self) -> list[jobs.Kind]:
        return [probe.KIND]

    def merit_doctor_findings(self) -> list[interfaces.Finding]:
        return [interfaces.Finding("feature", "error", "broken", "mend it")]


@pytest.fixture
def feature(no_work: None, portal_with: PortalWith) -> None:
    portal_with(Feature)


@pytest.mark.usefixtures("feature")
class TestDatabase:
    """What only the database and the plugins can say."""

    def test_features_have_their_say(self) -> None:
        """Plugins contribute findings; without work there are no others."""
        assert of_the_database() == {"feature": "broken"}

    def test_nobody_works(self) -> None:
        """Work that has been due for a quarter of an hour means no worker runs."""
        mark(probe.NAME, due_at=sa.func.now() - timedelta(minutes=14))
        assert of_the_database() == {"feature": "broken"}
        mark(probe.NAME, due_at=sa.func.now() - timedelta(minutes=16))
        what = "Work has been due for 16 minutes: no worker runs."
        assert of_the_database()["work_stalled"] == what

    def test_paused(self) -> None:
        """While paused, old work is no sign of a missing worker."""
        mark(probe.NAME, due_at=sa.func.now() - timedelta(hours=1))
        model.Session.add(Setting(key=Setting.PAUSED, value="{}"))
        model.Session.commit()
        assert sorted(of_the_database()) == ["feature", "work_paused"]

    def test_parked(self) -> None:
        """Parked work waits for a person."""
        mark(probe.NAME, parked_at=sa.func.now())
        what = "Work that failed five times is parked: 1."
        assert of_the_database()["work_parked"] == what

    def test_unknown_kind(self) -> None:
        """Work of a plugin that was switched off is never done."""
        mark("gone.kind")
        what = "No plugin that is on handles this work: gone.kind."
        assert of_the_database()["work_unknown"] == what


def test_missing_tables(cli: Any, no_work: None) -> None:
    """Before the migration the doctor says what to run."""
    model.Session.remove()
    cli.invoke(command, ["db", "downgrade", "-p", "merit"])
    try:
        findings = of_the_database()
    finally:
        model.Session.remove()
        cli.invoke(command, ["db", "upgrade", "-p", "merit"])
    assert findings == {"migrations": "Tables are missing or out of date."}


def run(*words: str) -> Result:
    return CliRunner().invoke(merit, ["doctor", *words])


def test_command_fails_on_errors(no_work: None) -> None:
    """The exit status is for scripts; test mode, for one, is an error."""
    result = run()
    assert result.exit_code == 1
    assert "error: testing" in result.output
    assert "-> testing = false" in result.output


def test_command_prints_json(no_work: None) -> None:
    """The same findings for machines."""
    result = run("--format", "json")
    assert json.loads(result.output) == call_action("merit_doctor_show")


def test_command_passes_with_warnings(
    no_work: None, monkeypatch: pytest.MonkeyPatch, ckan_config: Any
) -> None:
    """Warnings alone are no failure."""
    for key, value in SAFE.items():
        monkeypatch.setitem(ckan_config, key, value)
    monkeypatch.setitem(ckan_config, "WTF_CSRF_TIME_LIMIT", 10**6)
    result = run()
    assert "warning: csrf_time_limit" in result.output
    assert result.exit_code == 0
