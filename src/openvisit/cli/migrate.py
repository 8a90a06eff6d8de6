"""`openvisit migrate`: bring the database to the shape that this version needs."""

import argparse

from openvisit.cli.installation import local_settings, with_database
from openvisit.platform.revision import newest


def arguments(parser: argparse.ArgumentParser) -> None:
    """This command takes none."""


def run(_options: argparse.Namespace) -> int:
    """Migrate; a second process that tries at the same time waits and then has nothing to do."""
    with with_database(local_settings()) as settings:
        # Looked at first without the migration tool, which takes a second to load: most starts have nothing to do.
        if _present(settings.database_url) == newest():
            print(f"the database is at {newest()}")
            return 0
        from openvisit.platform.migrate import upgrade

        before, now = upgrade(settings.migration_database_url or settings.database_url)
    print(f"migrated from {before or 'empty'} to {now}")
    return 0


def _present(database_url: str) -> str | None:
    import psycopg

    with psycopg.connect(database_url) as connection:
        known = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known and known[0] else None
    return row[0] if row else None
