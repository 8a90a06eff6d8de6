"""`openvisit restore`: a backup in the place of what is in the database; people erased since stay erased."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from openvisit.cli.installation import local_settings, with_database
from openvisit.platform.data_folder import key_file as key_file_path


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("folder", help="the backup's folder")
    parser.add_argument("--keys", help="the key file, for a database that does not have the backup's keyring")
    parser.add_argument("--yes", action="store_true", help="replace what is in the database without asking")


def run(options: argparse.Namespace) -> int:
    """Restore it, all or nothing. Stop web servers and workers first."""
    from openvisit.adapters.master_keys import vault_of
    from openvisit.features.identity.erased import AFTER_RESTORE
    from openvisit.platform.backup import BackupError, restoring
    from openvisit.platform.keyring import key_file

    with with_database(local_settings()) as settings:
        vault = vault_of(settings)
        key_file_now = key_file_path(settings.keyring_file, settings.openvisit_data_dir)
        if restoring.in_use(vault):
            raise BackupError("web servers or workers are using the database: stop them first")
        if restoring.anything_in(vault) and not options.yes and not _agreed():
            raise BackupError("there are people in the database already; --yes replaces them")
        keys = Path(options.keys) if options.keys else _needed(vault, key_file_now)
        restoring.restore(vault, Path(options.folder), keys, AFTER_RESTORE, _say)
        now = datetime.now(UTC)
        _say(f"people erased since, erased again: {asyncio.run(_erase_again(settings.database_url, vault, now))}")
        key_file.write(vault, key_file_now, now)
    _say("Done. Start web servers and workers.")
    return 0


async def _erase_again(database_url: str, vault: Any, now: datetime) -> int:
    from openvisit.features.privacy.erase import erase_again
    from openvisit.platform.db import Database
    from openvisit.platform.principal import SYSTEM, become

    become(SYSTEM)
    db = Database(database_url, size=1)
    await db.open()
    try:
        return await erase_again(db, vault, now)
    finally:
        await db.close()


def _needed(vault: Any, usual: Path) -> Path | None:
    """The usual key file for a database without people in its keyring, where the file is there."""
    with vault.wrapping.connect() as connection:
        [(there,)] = connection.execute("SELECT to_regclass('keyring.data_key') IS NOT NULL").fetchall()
        if there:
            people = "SELECT EXISTS (SELECT FROM keyring.data_key WHERE owner > %s)"
            [(there,)] = connection.execute(people, (UUID(int=255),)).fetchall()
    return None if there or not usual.is_file() else usual


def _agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    print("The people and visits in this database will be replaced by those of the backup.")
    return input("Type yes to go on: ").strip().lower() == "yes"


def _say(words: str) -> None:
    print(words, flush=True)
