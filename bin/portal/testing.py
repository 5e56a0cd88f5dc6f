"""What bin/test does: the right tests in the right environment, on fresh services."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from portal import environments, paths, programs, shell, stack

_NOTHING_COLLECTED = 5
#: What needs neither CKAN nor a service.
_PURE = ("tests/domain", "tests/test_conventions.py")
_REPORT = ["--durations=15"]
_COVERAGE = [
    "--cov=ckanext/merit/domain",
    "--cov-branch",
    "--cov-report=term-missing",
    "--cov-fail-under=100",
]


def run(versions: list[str], arguments: list[str]) -> int:
    """Run what ARGUMENTS name (without any: everything) on the CKAN VERSIONS.

    Returns:
        pytest's exit status; the worst one when it ran several times.
    """
    pure, other = _split(arguments)
    whole = not arguments
    statuses: list[int] = []
    if pure:
        environments.ensure_pure()
        statuses.append(_run_pure(arguments, whole=whole))
    if other:
        for version in versions:
            environments.ensure_ckan(version)
        programs.ensure_libmagic()
        programs.ensure_services()
        programs.chromium()
        with stack.for_tests(versions) as services:
            statuses += _run_ckan(services, versions, arguments, whole=whole)
    return _worst(statuses)


def _split(arguments: list[str]) -> tuple[bool, bool]:
    """Whether ARGUMENTS ask for pure tests, and whether they ask for others."""
    named = [_path(word) for word in arguments if _path(word)]
    if not named:
        return True, True
    pure = {paths.ROOT / each for each in _PURE}
    inside = [bool(pure & {path, *path.parents}) for path in named if path]
    return any(inside), not all(inside)


def _path(word: str) -> Path | None:
    """The existing file or folder that WORD names (before `::`), if it does."""
    if word.startswith("-"):
        return None
    path = Path(word.partition("::")[0]).resolve()
    return path if path.exists() and paths.ROOT in path.parents else None


def _run_pure(arguments: list[str], *, whole: bool) -> int:
    python = paths.venv_program("pure", "python")
    mine = [w for w in arguments if not _path(w) or _split([w])[0]]
    extra = [*_PURE, *_COVERAGE] if whole else _default_paths(mine)
    shell.say("test: pure Python, without CKAN")
    return shell.status(
        [python, "-m", "pytest", *_REPORT, *extra, *mine], cwd=paths.ROOT
    )


def _default_paths(arguments: list[str]) -> list[str]:
    return [] if any(_path(word) for word in arguments) else [*_PURE]


def _run_ckan(
    services: stack.Stack, versions: list[str], arguments: list[str], *, whole: bool
) -> list[int]:
    mine = [w for w in arguments if not _path(w) or _split([w])[1]]
    if whole or not any(_path(word) for word in mine):
        mine = ["tests", *(f"--ignore={each}" for each in _PURE), *mine]
    if stack.outside():
        shell.say(f"test: emptying what {', '.join(stack.outside())} name")
    if len(versions) == 1 or stack.outside():
        return [_run_version(services, each, mine, None) for each in versions]
    with ThreadPoolExecutor() as pool, tempfile.TemporaryDirectory() as folder:
        # The first version's output is shown as it comes, the others' afterwards.
        later = [Path(folder) / version for version in versions[1:]]
        logs = [None, *later]
        jobs = [
            pool.submit(_run_version, services, version, mine, log)
            for version, log in zip(versions, logs, strict=True)
        ]
        for version, log, job in zip(versions, logs, jobs, strict=True):
            job.result()
            if log is not None:
                shell.say(f"\ntest: CKAN {version}")
                sys.stdout.write(log.read_text(errors="replace"))
                sys.stdout.flush()
        return [job.result() for job in jobs]


def _run_version(
    services: stack.Stack, version: str, arguments: list[str], log: Path | None
) -> int:
    """Run pytest once; with LOG its output goes to that file."""
    python = paths.venv_program(version, "python")
    cache = ["-o", f"cache_dir=.pytest_cache/{version}"]
    command = [str(python), "-m", "pytest", *cache, *_REPORT, *arguments]
    if log is None:
        shell.say(f"test: CKAN {version}")
    with services.lease(version) as addresses:
        env = addresses | {"CKAN_INI": str(paths.ROOT / "test.ini")}
        if log is None:
            return shell.status(command, env=env, cwd=paths.ROOT)
        with log.open("wb") as sink:
            return subprocess.run(
                command,
                env=shell.environment(env),
                cwd=paths.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode


def _worst(statuses: list[int]) -> int:
    """0 when something ran and nothing failed."""
    ran = [status for status in statuses if status != _NOTHING_COLLECTED]
    return max(ran, key=abs) if ran else _NOTHING_COLLECTED
