"""The files of a cluster: made once and whole, or not at all."""

import contextlib
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from openvisit.platform.postgres.errors import PostgresError, WrongMajorVersion

SUPERUSER = "openvisit"

# Trust is safe here: the one way in is a unix socket in a folder that only the owner of the data may enter.
_HBA = "local all all trust\nlocal replication all trust\n"
_OWN_SETTINGS = """\
# Settings of your own go below the include and win over it: that file is written anew at every start.
include '../openvisit.conf'
"""


def cluster_major(cluster: Path) -> int | None:
    """The major version that wrote this cluster, or None when there is no cluster."""
    try:
        return int((cluster / "PG_VERSION").read_text().split(".")[0])
    except FileNotFoundError:
        return None


def require_major(cluster: Path, major: int) -> None:
    """Raise WrongMajorVersion unless the cluster can be served by this major version."""
    found = cluster_major(cluster)
    if found is None:
        raise PostgresError(f"{cluster} has no PG_VERSION, so it is no PostgreSQL cluster. Move it aside.")
    if found != major:
        raise WrongMajorVersion(cluster, found, major)


def initdb_options(major: int, *, durable: bool) -> list[str]:
    """Options for `initdb`: UTF-8 with code point order everywhere, checksums, one superuser, no password."""
    if major >= 17:  # the built-in provider knows C.UTF-8 on every system, macOS included
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    else:
        locale = ["--locale=C" if sys.platform == "darwin" else "--locale=C.UTF-8"]
    options = ["--encoding=UTF8", *locale, "--data-checksums", f"--username={SUPERUSER}", "--auth=trust"]
    return [*options, "--no-instructions"] if durable else [*options, "--no-instructions", "--no-sync"]


def finish_cluster(unfinished: Path, cluster: Path) -> None:
    """Give a freshly initialised cluster its configuration and then, in one step, its name.

    The rename comes last: a start interrupted before it leaves nothing that looks like a cluster.
    """
    for name, text in (("pg_hba.conf", _HBA), ("postgresql.conf", _OWN_SETTINGS)):
        _overwrite(unfinished / name, text)
    os.replace(unfinished, cluster)
    folder = os.open(cluster.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def unfinished_folder(path: Path) -> Iterator[int]:
    """Make a folder to initialise a cluster in, locked by the descriptor that is given.

    Whoever inherits the descriptor holds the lock, too: it outlives a supervisor that is killed for as long as its
    `initdb` runs on.
    """
    path.mkdir(mode=0o700)
    with _locked(path) as lock:
        yield lock


def remove_unfinished(data_dir: Path) -> bool:
    """Remove what interrupted initialisations left, once nobody writes there; says whether there was any."""
    left = list(data_dir.glob("cluster.partial-*"))
    for folder in left:
        with _locked(folder):
            shutil.rmtree(folder, ignore_errors=True)
    return bool(left)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[int]:
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def write_settings(data_dir: Path, *, durable: bool) -> None:
    """Write `openvisit.conf`: every setting we choose, for this machine and this version of OpenVisit."""
    settings = _SETTINGS | {"shared_buffers": _shared_buffers()} | ({} if durable else _FORGETFUL)
    lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
    heading = "# Written by OpenVisit at every start; your own settings belong in cluster/postgresql.conf.\n"
    unfinished = data_dir / "openvisit.conf.partial"
    unfinished.write_text(heading + "".join(lines))
    unfinished.chmod(0o644)
    os.replace(unfinished, data_dir / "openvisit.conf")


def _overwrite(path: Path, text: str) -> None:
    """Replace what a file holds and keep its owner, who may not be us; never through a link."""
    file = os.open(path, os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW)
    with os.fdopen(file, "w") as opened:
        opened.write(text)


def _shared_buffers() -> str:
    """256 MB, or a quarter of the memory of a machine that has less than a gigabyte."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return f"{max(32, min(256, memory_mb // 4))}MB"


_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",  # queries are short: helpers cost more than they bring
    "timezone": "UTC",
    "log_timezone": "UTC",
    "datestyle": "iso, ymd",
    "default_text_search_config": "pg_catalog.simple",
    "lc_messages": "C",
    "logging_collector": "on",
    "log_directory": "../log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",  # a week of days, each overwriting its namesake
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_line_prefix": "%m [%p] %a ",
    # Values belong to people: neither the failing statement nor the key of a violated constraint is logged.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}

# For tests alone: a crash of the machine may lose everything, and that is a fair price for speed there.
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
