"""The one folder that holds what an installation keeps: database, caught mail, logs, its generated secret."""

import os
import secrets
import sys
from pathlib import Path


def data_folder(configured: str) -> Path:
    """The folder named by OPENVISIT_DATA_DIR, or the usual place for this user on this system."""
    if configured:
        return Path(configured).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/openvisit")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "OpenVisit"
    data_home = os.environ.get("XDG_DATA_HOME", "")
    return (Path(data_home) if os.path.isabs(data_home) else Path.home() / ".local" / "share") / "openvisit"


def key_file(configured: str, data_dir: str) -> Path:
    """The key file named by KEYRING_FILE, or `keyring.ovkeys` in the data folder."""
    if configured:
        return Path(configured).expanduser().absolute()
    return data_folder(data_dir) / "keyring.ovkeys"


def prepare(folder: Path) -> None:
    """Make the folder when it is missing, closed to others; OSError when that is not allowed.

    Root leaves it passable, never readable: the database below runs under an account of its own.
    """
    missing = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if missing and os.geteuid() == 0:
        folder.chmod(0o711)


def generated_secret(folder: Path) -> Path:
    """The file with this installation's secret, made once at random and readable by its owner alone."""
    path = folder / "secret_key"
    if not path.exists():
        unfinished = folder / f"secret_key.partial-{os.getpid()}"
        file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "w") as opened:
            opened.write(secrets.token_urlsafe(48) + "\n")
            opened.flush()
            os.fsync(file)
        try:
            os.link(unfinished, path)  # unlike a rename it never replaces a secret that is already in use
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
    return path


def last_lines(path: Path, count: int) -> list[str]:
    """The last lines of a log, none when it is not there."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - 64_000))
            return log.read().decode(errors="replace").splitlines()[-count:]
    except FileNotFoundError:
        return []
