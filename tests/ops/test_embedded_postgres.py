"""The embedded server is started, stopped, killed and cut short, for real."""

import contextlib
import multiprocessing
import os
import pwd
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from openvisit.platform.postgres import (
    Binaries,
    DataFolderInUse,
    EmbeddedPostgres,
    PostgresError,
    WrongMajorVersion,
    running_url,
)
from openvisit.platform.postgres.account import server_account
from tests.ops.conftest import eventually

pytestmark = pytest.mark.ops

SYSTEM_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture
def server(place: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(place / "postgres") as running:
        yield running


def rows(server: EmbeddedPostgres) -> list[int]:
    with psycopg.connect(server.url()) as connection:
        return [row[0] for row in connection.execute("SELECT n FROM kept ORDER BY n")]


def make_table(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept (n int PRIMARY KEY)")
        connection.execute("INSERT INTO kept VALUES (1)")


@pytest.mark.parametrize(
    "binaries", [None, *SYSTEM_POSTGRES], ids=lambda path: "wheel" if path is None else path.parent.name
)
def test_rows_are_there_after_a_stop_and_a_start(place: Path, binaries: Path | None) -> None:
    with EmbeddedPostgres(place / "postgres", binaries=binaries) as server:
        make_table(server)
        with psycopg.connect(server.url()) as connection:
            settings = connection.execute(
                "SELECT current_setting('fsync'), current_setting('data_checksums'), "
                "current_setting('server_encoding'), current_setting('listen_addresses'), lower('ÄÖ')"
            ).fetchone()
        assert settings == ("on", "on", "UTF8", "", "äö")
    with EmbeddedPostgres(place / "postgres", binaries=binaries) as server:
        assert rows(server) == [1]


def test_only_its_owner_can_reach_the_socket(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url()) as connection:
        folder = Path(connection.info.host)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / ".s.PGSQL.5432").stat().st_mode) == 0o700
    assert (server.cluster / "postmaster.pid").read_text().splitlines()[5] == ""  # no TCP address


def test_a_database_is_created_once(server: EmbeddedPostgres) -> None:
    server.create_database('odd "name"')
    server.create_database('odd "name"')
    with psycopg.connect(server.url('odd "name"')) as connection:
        assert connection.info.dbname == 'odd "name"'


def test_acknowledged_rows_outlive_a_kill(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept (n int PRIMARY KEY)")
    acknowledged: list[int] = []

    def insert_until_it_is_gone() -> None:
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(server.url(), autocommit=True) as connection,
        ):
            for n in range(1_000_000):
                connection.execute("INSERT INTO kept VALUES (%s)", [n])
                acknowledged.append(n)

    writer = threading.Thread(target=insert_until_it_is_gone)
    writer.start()
    eventually(lambda: len(acknowledged) > 300, "300 rows are acknowledged")
    kill(server)
    writer.join()
    url = server.url()
    server.start()
    assert server.url() == url
    assert set(acknowledged) <= set(rows(server))


def test_a_backend_in_the_middle_of_a_query_does_not_hinder_the_restart(server: EmbeddedPostgres) -> None:
    make_table(server)
    with psycopg.connect(server.url(), autocommit=True) as connection:
        backend = connection.info.backend_pid
        busy = threading.Thread(target=_spin, args=(connection,))
        busy.start()
        eventually(lambda: _is_active(server, backend), "the query runs")
        kill(server)
        server.start()
        assert rows(server) == [1]
        busy.join()


def _spin(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    with contextlib.suppress(psycopg.Error):
        connection.execute("SELECT count(*) FROM generate_series(1, 2000000000)")


def _is_active(server: EmbeddedPostgres, backend: int) -> bool:
    with psycopg.connect(server.url()) as connection:
        state = connection.execute("SELECT state FROM pg_stat_activity WHERE pid = %s", [backend]).fetchone()
    return state == ("active",)


def test_a_server_whose_supervisor_was_killed_is_taken_over(place: Path) -> None:
    folder = place / "postgres"
    supervisor = start_in_another_process(folder)
    eventually(lambda: running_url(folder, "postgres") is not None, "the server is up")
    supervisor.kill()
    supervisor.wait()
    url = running_url(folder, "postgres")
    assert url is not None
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    said: list[str] = []
    with EmbeddedPostgres(folder, say=said.append) as server:
        assert rows(server) == [7]
    assert "without its supervisor" in said[0]
    assert running_url(folder, "postgres") is None


def test_an_initialisation_cut_short_is_done_again(place: Path) -> None:
    folder = place / "postgres"
    supervisor = start_in_another_process(folder)
    eventually(lambda: any(folder.glob("cluster.partial-*/base")), "the initialisation has begun")
    supervisor.kill()
    supervisor.wait()
    assert not (folder / "cluster").exists()
    with EmbeddedPostgres(folder) as server:
        make_table(server)
        assert rows(server) == [1]
    assert not list(folder.glob("cluster.partial-*"))


def test_a_second_start_on_the_same_folder_names_the_first(server: EmbeddedPostgres) -> None:
    with pytest.raises(DataFolderInUse, match=rf"in use by process {os.getpid()} \("):
        EmbeddedPostgres(server.data_dir).start()
    make_table(server)  # and the first one goes on
    assert rows(server) == [1]


def test_a_cluster_of_another_major_version_is_left_alone(place: Path) -> None:
    folder = place / "postgres"
    with EmbeddedPostgres(folder) as server:
        make_table(server)
    version = folder / "cluster" / "PG_VERSION"
    was = version.read_text()
    version.write_text("12\n")
    with pytest.raises(WrongMajorVersion, match="pg_dumpall"):
        EmbeddedPostgres(folder).start()
    assert version.read_text() == "12\n"
    version.write_text(was)
    with EmbeddedPostgres(folder) as server:
        assert rows(server) == [1]


def test_a_pid_file_that_names_some_other_living_program_is_no_obstacle(place: Path) -> None:
    folder = place / "postgres"
    with EmbeddedPostgres(folder) as server:
        make_table(server)
        kill(server)
        pid_file = folder / "cluster" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
        server.start()
        assert rows(server) == [1]


def test_a_long_path_gets_a_short_socket(place: Path) -> None:
    folder = place / ("a" * 60) / ("b" * 60)
    with EmbeddedPostgres(folder) as server:
        with psycopg.connect(server.url()) as connection:
            socket = Path(connection.info.host)
        assert not socket.is_relative_to(folder)
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert not socket.exists()


def test_a_data_folder_below_a_closed_one_works(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    with EmbeddedPostgres(closed / "data") as server:
        make_table(server)
        kill(server)
        server.start()
        assert rows(server) == [1]
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="every other test here already runs as an ordinary user")
def test_an_ordinary_user_runs_it_as_themselves(place: Path) -> None:
    """A child process becomes nobody before it starts the server; what it needs is already loaded."""
    nobody = pwd.getpwnam("nobody")
    home = place / "home"
    home.mkdir(mode=0o700)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    reachable = Binaries.from_wheel().within_reach(server_account(nobody.pw_uid, print), place)

    def as_nobody() -> None:
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
        with EmbeddedPostgres(home / "postgres", binaries=reachable.folder) as server:
            make_table(server)
            kill(server)
            server.start()
            assert rows(server) == [1]

    child = multiprocessing.get_context("fork").Process(target=as_nobody)
    child.start()
    child.join()
    assert child.exitcode == 0
    assert (home / "postgres" / "cluster").stat().st_uid == nobody.pw_uid


def test_it_says_why_it_could_not_start(place: Path) -> None:
    folder = place / "postgres"
    with EmbeddedPostgres(folder):
        pass
    with (folder / "cluster" / "postgresql.conf").open("a") as settings:
        settings.write("shared_buffers = 'plenty'\n")
    with pytest.raises(PostgresError, match='invalid value for parameter "shared_buffers"'):
        EmbeddedPostgres(folder).start()


def kill(server: EmbeddedPostgres) -> None:
    """SIGKILL the server process alone, as a crash would."""
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    eventually(lambda: not server.running, "the server is gone")


def start_in_another_process(folder: Path) -> subprocess.Popen[bytes]:
    """A process that starts the server and then waits to be killed."""
    program = (
        "import sys, signal, pathlib; from openvisit.platform.postgres import EmbeddedPostgres; "
        "server = EmbeddedPostgres(pathlib.Path(sys.argv[1])); server.start(); signal.pause()"
    )
    return subprocess.Popen([sys.executable, "-P", "-c", program, str(folder)])
