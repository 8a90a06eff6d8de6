"""What is in a backup, in the clear: `manifest.json` beside the sealed data. No personal data, only figures."""

import hashlib
from pathlib import Path

import msgspec

from openvisit.platform.backup.errors import BackupError

NAME = "manifest.json"
DATA = "data.sealed"
FORMAT = 1


class Manifest(msgspec.Struct, kw_only=True):
    """`rows` by table at the moment of the snapshot; `postgres` and `tool` are major versions of server and pg_dump."""

    format: int
    made_at: str
    version: str
    revision: str
    postgres: int
    tool: int
    rows: dict[str, int]
    data_bytes: int
    data_sha256: str


def write(folder: Path, manifest: Manifest) -> None:
    """Write it into the backup's folder."""
    (folder / NAME).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")


def read(folder: Path) -> Manifest:
    """The manifest of a backup whose data is whole. Errors: BackupError."""
    try:
        manifest = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BackupError(f"{folder} is not a backup: it has no {NAME}") from None
    except msgspec.DecodeError as error:
        raise BackupError(f"{folder / NAME} cannot be read: {error}") from None
    if manifest.format != FORMAT:
        raise BackupError(f"the backup is of format {manifest.format}, this version reads format {FORMAT}")
    data = folder / DATA
    if not data.is_file() or data.stat().st_size != manifest.data_bytes or digest(data) != manifest.data_sha256:
        raise BackupError(f"{data} is not what the manifest says: it was changed or cut off")
    return manifest


def digest(path: Path) -> str:
    """SHA-256 of the file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
