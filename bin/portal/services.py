"""PostgreSQL, Valkey and Solr as private processes on loopback ports."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

from portal import paths, processes, programs, shell
from portal.processes import Process

# PostgreSQL refuses to run as root; inside a user namespace root is `nobody`.
_NOBODY = 65534
_AS_NOBODY = ["unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}"]


class Postgres:
    """One PostgreSQL cluster under FOLDER, reached by TCP and password only."""

    def __init__(self, folder: Path, *, port: int, durable: bool) -> None:
        self.folder = folder
        self.port = port
        self.durable = durable
        self.log = folder / "postgres.log"
        self.data = folder / "postgres"
        self._secret = folder / "postgres.password"

    @property
    def password(self) -> str:
        """The superuser's password, made once per run directory."""
        return _secret(self._secret)

    def start(self) -> Process:
        """Create the cluster when there is none, start it, wait until it answers."""
        programs_folder = programs.postgres_folder()
        prefix = _unprivileged(self.data)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(programs_folder, prefix)
        command = [*prefix, programs_folder / "postgres", "-D", self.data]
        process = processes.start(
            "PostgreSQL",
            [*command, *self._settings()],
            log=self.log,
            stop_signal=signal.SIGINT,
        )
        processes.wait_until(self._answers, process, log=self.log)
        return process

    def url(self, database: str) -> str:
        """The SQLAlchemy address of DATABASE."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def sql(self, statement: str, *, database: str = "postgres") -> str:
        """Run one statement as superuser and return the bare values it prints."""
        program = programs.postgres_folder() / "psql"
        words = [program, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        return shell.output([*words, "-c", statement, self.url(database)]).strip()

    def _initialise(self, programs_folder: Path, prefix: list[str]) -> None:
        password_file = self.folder / "postgres.password"
        _ = self.password
        if prefix and prefix[0] == "setpriv":
            shutil.chown(password_file, _NOBODY, _NOBODY)
        options = ["-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "-N"]
        locale = ["--locale=C.UTF-8", f"--pwfile={password_file}"]
        initdb = [*prefix, programs_folder / "initdb", "-D", self.data]
        shell.run([*initdb, *options, *locale], quiet=True)

    def _settings(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "128MB",
        }
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        return [word for pair in settings.items() for word in ("-c", "=".join(pair))]

    def _answers(self) -> bool:
        program = programs.postgres_folder() / "psql"
        words = [program, "-X", "-q", "-c", "select 1", self.url("postgres")]
        return processes.listening(self.port) and shell.status_quiet(words) == 0


class Valkey:
    """One Valkey (or Redis) server with a password; keeps its data when durable."""

    def __init__(self, folder: Path, *, port: int, durable: bool) -> None:
        self.folder = folder
        self.port = port
        self.durable = durable
        self.log = folder / "valkey.log"
        self._secret = folder / "valkey.password"

    def start(self) -> Process:
        """Start it and wait until it answers."""
        settings = self.folder / "valkey.conf"
        lines = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": _secret(self._secret),
            "dir": str(self.folder),
            "dbfilename": "valkey.rdb",
            "save": "60 1" if self.durable else '""',
            "databases": "32",
        }
        settings.write_text("".join(f"{key} {val}\n" for key, val in lines.items()))
        settings.chmod(0o600)
        process = processes.start("Valkey", [programs.valkey(), settings], log=self.log)
        processes.wait_until(
            lambda: processes.listening(self.port), process, log=self.log
        )
        return process

    def url(self, number: int) -> str:
        """The address of database NUMBER."""
        return f"redis://:{_secret(self._secret)}@127.0.0.1:{self.port}/{number}"

    def clear(self, number: int) -> None:
        """Forget everything in database NUMBER."""
        words = [["AUTH", _secret(self._secret)], ["SELECT", str(number)], ["FLUSHDB"]]
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            for command in words:
                line.sendall(f"{' '.join(command)}\r\n".encode())
                answer = line.recv(200)
                if not answer.startswith(b"+OK"):
                    shell.fail(f"Valkey refused {command[0]}: {answer.decode()}")


class Solr:
    """One Solr server with a core per name, each on the schema of a CKAN version."""

    def __init__(self, folder: Path, *, port: int, durable: bool) -> None:
        self.folder = folder
        self.port = port
        self.durable = durable
        self.log = folder / "solr.log"
        self.home = folder / "solr"

    def start(self, cores: dict[str, str]) -> Process:
        """Start it with CORES (core name to CKAN version) and wait until it answers."""
        recipe = paths.DOCKER / "solr"
        self._lay_out(recipe, cores)
        process = processes.start(
            "Solr",
            [
                *(programs.java(), "-Xms128m", "-Xmx512m", "-XX:+UseSerialGC"),
                *("-XX:TieredStopAtLevel=1", "-Duser.timezone=UTC"),
                *(f"-Dsolr.log.dir={self.folder}", f"-Dsolr.solr.home={self.home}"),
                f"-Dlog4j.configurationFile={recipe / 'log4j2.xml'}",
                f"-Djetty.port={self.port}",
                *self._memory_options(),
                *("-cp", f"{programs.solr_jars()}/*"),
                *("org.eclipse.jetty.xml.XmlConfiguration", recipe / "jetty.xml"),
            ],
            log=self.log,
        )
        processes.wait_until(
            lambda: self._answers(next(iter(cores))), process, log=self.log
        )
        return process

    def url(self, core: str) -> str:
        """The address of CORE."""
        return f"http://127.0.0.1:{self.port}/solr/{core}"

    def clear(self, core: str) -> None:
        """Forget every document of CORE."""
        request = urllib.request.Request(
            f"{self.url(core)}/update?commit=true",
            data=b"<delete><query>*:*</query></delete>",
            headers={"Content-Type": "text/xml"},
        )
        with urllib.request.urlopen(request, timeout=60):
            pass

    def _lay_out(self, recipe: Path, cores: dict[str, str]) -> None:
        shutil.copytree(recipe / "home", self.home, dirs_exist_ok=True)
        for version in set(cores.values()):
            target = self.home / "configsets" / f"ckan-{version}" / "conf"
            shutil.copytree(recipe / "conf", target, dirs_exist_ok=True)
            packages = paths.site_packages(version)
            shutil.copy(packages / "ckan/config/solr/schema.xml", target)
        for core, version in cores.items():
            folder = self.home / core
            folder.mkdir(exist_ok=True)
            # Loaded at first use: many cores cost nothing until somebody needs them.
            (folder / "core.properties").write_text(
                f"name={core}\nconfigSet=ckan-{version}\nloadOnStartup=false\n"
            )

    def _memory_options(self) -> list[str]:
        if self.durable:
            return []
        factory = "-Dsolr.directoryFactory=solr.ByteBuffersDirectoryFactory"
        return [factory, "-Dsolr.lock.type=single"]

    def _answers(self, core: str) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url(core)}/admin/ping?wt=json") as page:
                return bool(page.status == 200)
        except urllib.error.HTTPError as error:
            return error.code == 404
        except OSError:
            return False


def _secret(file: Path) -> str:
    """The word kept in FILE, made at first use, readable by its owner only."""
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_hex(16))
    return file.read_text()


def _unprivileged(data: Path) -> list[str]:
    """What to put before a PostgreSQL program so that it does not run as root."""
    if os.geteuid() != 0:
        return []
    if shutil.which("unshare") and shell.status_quiet([*_AS_NOBODY, "true"]) == 0:
        return _AS_NOBODY
    if shutil.which("setpriv") is None:
        shell.fail(
            "PostgreSQL does not run as root and neither unshare nor setpriv works"
            " here: run this command as an ordinary user."
        )
    _open_the_way(data)
    data.mkdir(exist_ok=True)
    shutil.chown(data, _NOBODY, _NOBODY)
    ids = [f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    return ["setpriv", *ids, "--"]


def _open_the_way(data: Path) -> None:
    """Let `nobody` pass through the run directory; its parents are not ours."""
    data.parent.chmod(0o711)
    for folder in data.parents:
        if not folder.stat().st_mode & 0o001:
            shell.fail(
                f"PostgreSQL does not run as root, and `nobody` may not enter {folder}:"
                " run this command as an ordinary user or move the source tree."
            )
