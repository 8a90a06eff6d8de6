"""What can go wrong with the embedded server, each said in words a person can act on."""

from pathlib import Path


class PostgresError(RuntimeError):
    """The embedded PostgreSQL could not do what was asked; the message says what to do."""


class DataFolderInUse(PostgresError):
    """Another living process holds this data folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(
            f"The data folder {folder} is already in use by {holder}. "
            "Stop that one first, or choose another folder with OPENVISIT_DATA_DIR."
        )
        self.folder = folder
        self.holder = holder


class WrongMajorVersion(PostgresError):
    """The cluster on disk was written by another major version of PostgreSQL. Nothing was touched."""

    def __init__(self, cluster: Path, found: int, have: int) -> None:
        super().__init__(
            f"The database in {cluster} belongs to PostgreSQL {found}, but the binaries at hand are "
            f"PostgreSQL {have}. Nothing has been changed. Either start it with PostgreSQL {found} binaries, "
            f"write a dump (pg_dumpall), move the folder aside and load the dump into a fresh start; "
            f"or run pg_upgrade from {found} to {have} on it."
        )
        self.found = found
        self.have = have
