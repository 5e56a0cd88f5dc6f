"""What bin/bench does: each file of bench/ in turn, every one on an empty portal."""

from __future__ import annotations

from portal import environments, paths, programs, shell, stack

_FOLDER = paths.ROOT / "bench"


def names() -> list[str]:
    """The benchmarks that there are."""
    found = _FOLDER.glob("*.py")
    return sorted(file.stem for file in found if not file.stem.startswith("_"))


def run(wanted: list[str], version: str, arguments: list[str]) -> int:
    """Run the WANTED benchmarks with ARGUMENTS on the CKAN VERSION.

    Returns:
        The highest exit status of a benchmark.

    Raises:
        CommandError: There is no benchmark of a wanted name.
    """
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        shell.fail(f"No such benchmark: {', '.join(unknown)}. There are: {names()}")
    environments.ensure_ckan(version)
    programs.ensure_libmagic()
    programs.ensure_services()
    with stack.for_tests([version]) as services:
        return max([_run_one(services, each, version, arguments) for each in wanted])


def _run_one(
    services: stack.Stack, name: str, version: str, arguments: list[str]
) -> int:
    with services.lease(version) as addresses:
        env = addresses | {"CKAN_INI": str(paths.ROOT / "test.ini")}
        ckan = paths.venv_program(version, "ckan")
        shell.run([ckan, "db", "upgrade"], env=env, quiet=True)
        shell.say(f"\nbench: {name} (CKAN {version})")
        python = paths.venv_program(version, "python")
        script = _FOLDER / f"{name}.py"
        return shell.status([python, script, *arguments], env=env, cwd=paths.ROOT)
