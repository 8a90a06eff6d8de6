"""A private folder for the server's unix socket, short enough for the kernel."""

import os
import shutil
import socket
import stat
import tempfile
from pathlib import Path
from urllib.parse import quote

from openvisit.platform.postgres.account import Account, may_reach

PORT = 5432
# sockaddr_un holds 108 bytes on Linux and 104 on macOS, the closing zero included.
_LONGEST = 103


def socket_folder(data_dir: Path, account: Account | None) -> Path:
    """`data_dir/socket`, or a fresh temporary folder where that is too long or out of reach."""
    beside_data = data_dir / "socket"
    if _fits(beside_data) and may_reach(account, data_dir):
        _make_private(beside_data, account)
        return beside_data
    short = Path(tempfile.gettempdir())
    if not _fits(short / "openvisit-12345678"):
        short = Path("/tmp")  # noqa: S108 - mkdtemp makes a fresh private folder in it
    elsewhere = Path(tempfile.mkdtemp(prefix="openvisit-", dir=short))
    _make_private(elsewhere, account)
    return elsewhere


def still_private(folder: Path, account: Account | None) -> bool:
    """Whether a folder made earlier is still there and still only its owner's."""
    try:
        seen = folder.lstat()
    except FileNotFoundError:
        return False
    owner = account.uid if account else os.geteuid()
    return stat.S_ISDIR(seen.st_mode) and seen.st_uid == owner and stat.S_IMODE(seen.st_mode) == 0o700


def remove_if_temporary(folder: Path, data_dir: Path) -> None:
    """Remove a folder that was made in the system's temporary one."""
    if folder.parent != data_dir:
        shutil.rmtree(folder, ignore_errors=True)


def socket_url(folder: Path, user: str, database: str) -> str:
    """A libpq URI for a database behind a unix socket; the port is named so that PGPORT cannot mislead."""
    return f"postgresql://{user}@/{quote(database, safe='')}?host={quote(str(folder), safe='')}&port={PORT}"


def answers(folder: Path) -> bool:
    """Whether a server listens on the socket in the folder. A pid would not tell: it may be a zombie's."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as attempt:
        try:
            attempt.connect(str(folder / f".s.PGSQL.{PORT}"))
        except OSError:
            return False
    return True


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}.lock")) <= _LONGEST


def _make_private(folder: Path, account: Account | None) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chmod(folder, 0o700)
    if account:
        os.chown(folder, account.uid, account.gid)
