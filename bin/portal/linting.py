"""The checks of bin/lint; each one says what it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from portal import environments, paths, shell

_PYTHON = [
    *("ckanext", "tests", "bench", "setup.py"),
    *("bin/bench", "bin/demo", "bin/lint", "bin/services", "bin/setup", "bin/test"),
    "bin/portal",
]
_TEMPLATES = ["ckanext"]
_YAML = [".pre-commit-config.yaml", "ckanext", "docker"]


@dataclass(frozen=True)
class Check:
    """One program of .venv/tools with its arguments."""

    name: str
    words: list[str]


def run(chosen: list[str], *, fix: bool) -> int:
    """Run every check on everything, or the per-file ones on what is CHOSEN.

    Returns:
        1 when a check found something, else 0.
    """
    environments.ensure_tools()
    environments.ensure_ckan(paths.ckan_versions()[0])
    failed = [check.name for check in _checks(chosen, fix=fix) if not _passes(check)]
    if failed:
        shell.say(f"lint: failed: {', '.join(failed)}")
        return 1
    shell.say("lint: clean")
    return 0


def _checks(chosen: list[str], *, fix: bool) -> list[Check]:
    python = chosen or _present(_PYTHON)
    mend = ["--fix"] if fix else []
    checks = [
        Check("ruff format", ["ruff", "format", "--quiet", *_check(fix), *python]),
        Check("ruff", ["ruff", "check", "--quiet", *mend, *python]),
        Check("pyright", ["pyright", *chosen]),
    ]
    if chosen:
        return checks
    return [
        *checks,
        Check("djlint", ["djlint", "--lint", "--quiet", *_present(_TEMPLATES)]),
        Check("yamllint", ["yamllint", "--strict", *_present(_YAML)]),
        Check(
            "Compose file",
            [
                *("check-jsonschema", "--quiet"),
                *("--builtin-schema", "vendor.compose-spec", "docker/compose.yml"),
            ],
        ),
        Check("Dockerfile", ["hadolint", "docker/Dockerfile"]),
    ]


def _check(fix: bool) -> list[str]:
    return [] if fix else ["--diff"]


def _present(names: list[str]) -> list[str]:
    return [name for name in names if (paths.ROOT / name).exists()]


def _passes(check: Check) -> bool:
    program: Path = paths.venv_program("tools", check.words[0])
    shell.say(f"lint: {check.name}")
    return shell.status([program, *check.words[1:]], cwd=paths.ROOT) == 0
