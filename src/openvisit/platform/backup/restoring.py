"""Restoring a backup beside the present keyring: the erased stay erased, whatever the backup holds.

The present tables are set aside, not dropped, until the backup's are whole in their place.
"""

import base64
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

import psycopg

from openvisit.migrations.row_security import ENSURE_APP_ROLE
from openvisit.platform import migrate
from openvisit.platform.backup import manifest
from openvisit.platform.backup.errors import BackupError
from openvisit.platform.backup.making import counted
from openvisit.platform.backup.programs import program
from openvisit.platform.crypto import Vault
from openvisit.platform.keyring import key_file, sealed_file
from openvisit.platform.keyring.schema import SCHEMA
from openvisit.platform.keyring.sealing import SealBroken
from openvisit.platform.keyring.wrapping import WrappingKeys
from openvisit.platform.principal import APP_ROLE

Say = Callable[[str], None]
_ASIDE = "openvisit_before_restore"


def anything_in(vault: Vault) -> bool:
    """Whether the database has people in it, which a restore would replace."""
    with vault.wrapping.connect() as connection:
        [(there,)] = connection.execute("SELECT to_regclass('public.person') IS NOT NULL").fetchall()
        if not there:
            return False
        [(people,)] = connection.execute("SELECT EXISTS (SELECT FROM person)").fetchall()
        return bool(people)


def in_use(vault: Vault) -> int:
    """How many connections of web servers and workers there are."""
    with vault.wrapping.connect() as connection:
        [(count,)] = connection.execute(
            """SELECT count(*) FROM pg_stat_activity
               WHERE datname = current_database() AND application_name = 'openvisit'"""
        ).fetchall()
        return int(count)


def restore(vault: Vault, folder: Path, keys: Path | None, after: Mapping[str, str], say: Say) -> manifest.Manifest:
    """Put the backup in the place of what is in the database.

    `keys`: the key file to bring in first; None where the database has its keyring. `after` are statements run at the
    end, with the words to say: they do again to the backup's rows what was done to people erased since.
    Errors: BackupError, FileBroken, MasterKeyFailed.
    """
    written = manifest.read(folder)
    found = key_file.read(keys, vault.wrapping.masters) if keys is not None else None
    with (folder / manifest.DATA).open("rb") as file:
        key, bound = _opened(found or vault.wrapping, file)
        with vault.wrapping.connect() as connection:
            tool = program("pg_restore", connection.info.server_version // 10000, least=written.tool)
            _put_back(connection)  # what an earlier restore left when it was cut off
            connection.execute(ENSURE_APP_ROLE)  # the dump gives it rights; it is the server's, not the dump's
            with _set_aside(connection, found):
                _pg_restore(tool, vault.wrapping.database_url, sealed_file.read(file, key, bound))
                _compare(written, counted(connection))
    if found is not None:
        vault.wrapping.forget()
        say(f"{len(found.entries)} keys from {keys}")
    say(f"{sum(written.rows.values())} rows of {written.made_at} restored, every table complete")
    before, now = migrate.upgrade(vault.wrapping.database_url)
    if before != now:
        say(f"migrated from {before} to {now}")
    with vault.wrapping.connect() as connection, connection.transaction():
        connection.execute(f"REVOKE DELETE ON ALL TABLES IN SCHEMA {SCHEMA} FROM {APP_ROLE}")  # it may be new
        for words, statement in after.items():
            say(f"{words}: {connection.execute(cast(Any, statement)).rowcount}")
    return written


def _opened(wrapping: key_file.KeyFile | WrappingKeys, file: BinaryIO) -> tuple[bytes, bytes]:
    head, bound = sealed_file.read_head(file)
    if head.get("kind") != "backup":
        raise BackupError(f"{manifest.DATA} is a sealed file, but no backup")
    try:
        return wrapping.unwrap(base64.b64decode(head["key"]), UUID(head["id"])), bound
    except SealBroken:
        raise BackupError(
            "the keyring of this database is not the backup's: give the backup's key file with --keys"
        ) from None
    except psycopg.errors.UndefinedTable:
        raise BackupError("this database has no keyring yet: give the backup's key file with --keys") from None


@contextmanager
def _set_aside(connection: Any, keys: key_file.KeyFile | None) -> Iterator[None]:
    """Keep the present tables in a schema of another name: dropped when all goes well, put back when not.

    The keys of a key file come in with the same commit that drops the tables they are not the keys of.
    """
    extensions = _extensions(connection)
    with connection.transaction():
        connection.execute(f"ALTER SCHEMA public RENAME TO {_ASIDE}")
        connection.execute("CREATE SCHEMA public")
        connection.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
        for name in extensions:
            connection.execute(f'ALTER EXTENSION "{name}" SET SCHEMA public')
    try:
        yield
    except BaseException:
        _put_back(connection)
        raise
    with connection.transaction():
        if keys is not None:
            key_file.load(connection, keys)
        connection.execute(f"DROP SCHEMA {_ASIDE} CASCADE")


def _put_back(connection: Any) -> None:
    if not connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", (_ASIDE,)).fetchall():
        return
    with connection.transaction():
        for name in _extensions(connection):
            connection.execute(f'ALTER EXTENSION "{name}" SET SCHEMA {_ASIDE}')
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute(f"ALTER SCHEMA {_ASIDE} RENAME TO public")


def _extensions(connection: Any) -> list[str]:
    rows = connection.execute(
        """SELECT extname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
           WHERE n.nspname = 'public'"""
    ).fetchall()
    return [name for (name,) in rows]


def _pg_restore(tool: str, database_url: str, content: Iterator[bytes]) -> None:
    command = [tool, "--no-owner", "--single-transaction", "--exit-on-error", f"--dbname={database_url}"]
    environment = {**os.environ, "PGOPTIONS": "-c openvisit.principal=system"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    ) as process:
        stdin = cast(BinaryIO, process.stdin)
        try:
            for piece in content:
                stdin.write(piece)
            stdin.close()
        except BrokenPipeError:
            pass  # it ended early, and says why below
        except BaseException:
            process.kill()  # a half-read file must not be committed: the end of its input would look like the end
            raise
        words = cast(BinaryIO, process.stderr).read().decode(errors="replace").strip()
        if process.wait() != 0:
            raise BackupError(f"pg_restore failed, the database is as it was: {words}")


def _compare(written: manifest.Manifest, found: Mapping[str, int]) -> None:
    wrong = [
        f"{table} has {found.get(table)} rows, not {count}"
        for table, count in written.rows.items()
        if found.get(table) != count
    ]
    if wrong:
        raise BackupError("the restored tables are not complete, the database is as it was: " + "; ".join(wrong))
