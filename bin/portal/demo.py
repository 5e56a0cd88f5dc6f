"""What bin/demo does, from empty machine to a portal that one can look at."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import secrets
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from pathlib import Path
from typing import Any

from portal import configuration, environments, paths, processes, programs, shell
from portal.processes import Process
from portal.stack import HAND, Stack

_PREFERRED_PORT = 5000
_SCORING_PATIENCE = 180
#: A dataset of the sample catalogue, and what is said to have been wrong with it.
_ADMIN = "demo-admin"
_SUSPENDED = "reclamos-vecinales-atendidos"
_INCIDENT = (
    "El archivo «reclamos» traía los teléfonos de quienes reclaman. Ya fue"
    " reemplazado; falta quitarlo también de la web del municipio."
)


class Demo:
    """The portal of one CKAN version, kept in a run directory of its own."""

    def __init__(self, version: str, *, folder: Path, port: int | None) -> None:
        self.version = version
        self.folder = folder
        self.ini = self.folder / "ckan.ini"
        self.accounts = self.folder / "accounts.json"
        self._wanted_port = port

    def run(self, *, catalog: Path | None, fresh: bool) -> None:
        """Start everything, say what to look at, and stay until interrupted."""
        if catalog is not None and not catalog.is_file():
            shell.fail(f"--catalog {catalog}: there is no such file.")
        with self.up(catalog=catalog, fresh=fresh) as (url, services):
            self._explain(url)
            self._watch(services)

    @contextlib.contextmanager
    def up(
        self, *, catalog: Path | None = None, fresh: bool = False
    ) -> Generator[tuple[str, Stack], None, None]:
        """A portal that is up inside the `with`: its address and its processes."""
        environments.ensure_ckan(self.version)
        programs.ensure_libmagic()
        programs.ensure_services()
        with self._locked(), processes.none_left():
            services = Stack(self.folder, durable=True)
            try:
                if fresh:
                    self._forget(services)
                port = self._port()
                url = f"http://127.0.0.1:{port}"
                self._bring_up(services, port, url, catalog)
                yield url, services
            finally:
                shell.say("\ndemo: stopping")
                services.stop()

    def _bring_up(
        self, services: Stack, port: int, url: str, catalog: Path | None
    ) -> None:
        shell.say("demo: starting PostgreSQL, Valkey and Solr")
        services.start([self.version])
        services.ensure_database(self.version, HAND)
        env = self._environment(services, url)
        self._write_ini()
        self._ckan(env, "db", "upgrade", quiet=True)
        web = self._start_web(services, env, port)
        self._start(services, env, "worker", ["jobs", "worker"])
        self._load(env, catalog)
        self._start(services, env, "merit work", ["merit", "work"])
        self._wait_for_web(url, web)
        _wait_for_scores(url)

    def _load(self, env: dict[str, str], catalog: Path | None) -> None:
        """The catalogue, accounts in its entities, an award; each only when missing."""
        stamp = self.folder / "catalog.stamp"
        loaded = stamp.read_text().split() if stamp.exists() else []
        key = _digest(catalog) if catalog else "sample"
        award = self.folder / "contests.stamp"
        if key not in loaded and (catalog or not loaded):
            shell.say(f"demo: loading {catalog or 'the sample catalogue'}")
            file = [catalog.resolve()] if catalog else []
            self._ckan(env, "merit", "demo", "load", *file)
            stamp.write_text("\n".join([*loaded, key]))
        elif self.accounts.exists() and award.exists():
            return
        shell.say("demo: making accounts and a sample award")
        output = ["--output", self.accounts]
        self._ckan(env, "merit", "demo", "accounts", *output, quiet=True)
        self._ckan(env, "merit", "demo", "contests", quiet=True)
        first = not award.exists()
        award.touch()
        if first and catalog is None:
            suspend = ["merit", "quality", "suspend", _SUSPENDED]
            how = ["--note", _INCIDENT, "--user", _ADMIN]
            self._ckan(env, *suspend, *how, quiet=True)

    def _environment(self, services: Stack, url: str) -> dict[str, str]:
        addresses = services.environment(self.version, HAND)
        del addresses["CKAN_STORAGE_PATH"]
        return addresses | {"CKAN_SITE_URL": url, "CKAN_INI": str(self.ini)}

    def _write_ini(self) -> None:
        """The configuration, new each time except for its secret."""
        keep = self.folder / "secret"
        if not keep.exists():
            keep.touch(0o600)
            keep.write_text(secrets.token_urlsafe(32))
        configuration.write(
            self.ini,
            secret=keep.read_text(),
            storage=self.folder / "storage",
            packages=paths.site_packages(self.version),
        )

    def _ckan(
        self, env: dict[str, str], *words: str | Path, quiet: bool = False
    ) -> None:
        program = paths.venv_program(self.version, "ckan")
        shell.run([program, *words], env=env, quiet=quiet)

    def _start(
        self, services: Stack, env: dict[str, str], name: str, words: list[str]
    ) -> None:
        program = paths.venv_program(self.version, "ckan")
        log = self._log(name)
        services.adopt(processes.start(name, [program, *words], log=log, env=env))

    def _start_web(self, services: Stack, env: dict[str, str], port: int) -> Process:
        gunicorn = paths.venv_program(self.version, "gunicorn")
        options = ["--bind", f"127.0.0.1:{port}", "--no-control-socket"]
        where = [
            "--workers",
            "2",
            "--threads",
            "4",
            "--pythonpath",
            paths.ROOT / "bin",
            "portal.wsgi",
        ]
        web = processes.start(
            "web", [gunicorn, *options, *where], log=self._log("web"), env=env
        )
        services.adopt(web)
        return web

    def _wait_for_web(self, url: str, web: Process) -> None:
        processes.wait_until(
            lambda: _api(url, "status_show") is not None,
            web,
            log=self._log("web"),
            timeout=120,
        )

    def _watch(self, services: Stack) -> None:
        """Stay until interrupted, or until a part of the portal ends by itself."""
        while True:
            ended = [each for each in services.all() if not each.alive()]
            if ended:
                log = self._log(ended[0].name)
                shell.fail(f"demo: {ended[0].name} ended by itself, see {log}")
            time.sleep(1)

    def _explain(self, url: str) -> None:
        accounts: list[dict[str, str]] = json.loads(self.accounts.read_text())
        shell.say(f"\n{'=' * 76}\n The portal is up: CKAN {self.version}\n")
        for account in accounts:
            shell.say(
                f"   {account['role']:<26} {account['name']:<22} {account['password']}"
            )
            if account.get("note"):
                shell.say(f"     {account['note']}")
        shell.say(
            "\n Look first at\n"
            "   /quality      how the whole portal does, and the league of entities\n"
            "   /dataset/     the badges; each dataset has a tab with the reasons\n"
            "   /quality/methodology    what is measured, and why\n"
            "   /contests     an award with a finished edition and one at its jury\n"
            f"\n Logs: {self.folder}\n"
            " Stop: Ctrl-C.  The next start reuses this portal; --fresh forgets it.\n"
            f"{'=' * 76}\n {url}/\n"
        )

    def _port(self) -> int:
        if self._wanted_port is None:
            return processes.free_port(_PREFERRED_PORT)
        if processes.free_port(self._wanted_port) != self._wanted_port:
            shell.fail(f"--port {self._wanted_port}: this port is in use.")
        return self._wanted_port

    def _forget(self, services: Stack) -> None:
        """Drop what earlier starts left, except the lock that is held."""
        services.stop()
        for entry in self.folder.iterdir():
            if entry.name == "lock":
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def _log(self, name: str) -> Path:
        return self.folder / f"{name.replace(' ', '-').lower()}.log"

    @contextlib.contextmanager
    def _locked(self) -> Generator[None, None, None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                shell.fail(f"This portal is running already ({self.folder}).")
            yield


def _wait_for_scores(url: str) -> None:
    """Wait, with progress, until the workers have scored every dataset."""
    seen = -1
    deadline = time.monotonic() + _SCORING_PATIENCE
    while time.monotonic() < deadline:
        overview = _api(url, "merit_quality_overview_show")
        if overview is None:
            return
        total, pending = int(overview["datasets"]), int(overview["pending"])
        if total - pending != seen:
            seen = total - pending
            deadline = time.monotonic() + _SCORING_PATIENCE
            shell.say(f"demo: scored {seen} of {total} datasets")
        if pending == 0:
            return
        time.sleep(1)
    shell.say("demo: the workers make no progress, see their logs")


def _api(url: str, action: str) -> dict[str, Any] | None:
    """The result of a public action of the portal; None when it gives none."""
    try:
        with urllib.request.urlopen(f"{url}/api/3/action/{action}", timeout=60) as page:
            answer: dict[str, Any] = json.load(page)
    except (urllib.error.URLError, OSError):
        return None
    return answer["result"]


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
