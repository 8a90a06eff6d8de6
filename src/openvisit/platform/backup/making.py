"""Making a backup: one snapshot, everything but the keyring, sealed under a key of its own."""

import base64
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import uuid4

from psycopg import sql

from openvisit.platform.backup import manifest
from openvisit.platform.backup.errors import BackupError
from openvisit.platform.backup.programs import major_of, program
from openvisit.platform.crypto import Vault
from openvisit.platform.keyring import key_file, sealed_file
from openvisit.platform.keyring.schema import SCHEMA

Say = Callable[[str], None]
_SAY_EVERY = 64 << 20


def make(vault: Vault, folder: Path, keys: Path, now: datetime, say: Say) -> manifest.Manifest:
    """Write a backup into `folder`, which must not be there yet, and bring the key file `keys` up to date.

    The database goes on working; what is written is as it was at one moment. Errors: BackupError.
    """
    if folder.exists():
        raise BackupError(f"{folder} is there already: a backup is not written over another")
    unfinished = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
    unfinished.mkdir(parents=True, mode=0o700)
    with vault.wrapping.connect() as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        [(snapshot,)] = connection.execute("SELECT pg_export_snapshot()").fetchall()
        [(revision,)] = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        rows = counted(connection)
        server = connection.info.server_version // 10000
        tool = program("pg_dump", server)
        say(f"{sum(rows.values())} rows in {len(rows)} tables, by pg_dump {major_of(tool)}")
        data = unfinished / manifest.DATA
        _dump(vault, tool, snapshot, data, now, say)
    written = manifest.Manifest(
        format=manifest.FORMAT,
        made_at=now.isoformat(),
        version=version("openvisit"),
        revision=revision,
        postgres=server,
        tool=major_of(tool),
        rows=rows,
        data_bytes=data.stat().st_size,
        data_sha256=manifest.digest(data),
    )
    manifest.write(unfinished, written)
    unfinished.rename(folder)
    say(f"{folder}: {written.data_bytes / 1e6:.1f} MB")
    # After the snapshot, so that it has the key of everybody who is in the backup.
    count = key_file.write(vault, keys, now)
    say(f"{keys}: {count} keys, as they are now")
    return written


def counted(connection: Any) -> dict[str, int]:
    """How many rows each table of ours has, the keyring's apart."""
    names = connection.execute(
        """SELECT c.oid::regclass::text, n.nspname, c.relname
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> ALL(%s) ORDER BY 1""",
        (["information_schema", SCHEMA],),
    ).fetchall()
    found = {}
    for shown, schema, table in names:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        found[shown] = connection.execute(query).fetchone()[0]
    return found


def _dump(vault: Vault, tool: str, snapshot: str, data: Path, now: datetime, say: Say) -> None:
    command = [
        tool,
        "--format=custom",
        "--no-owner",
        "--enable-row-security",
        f"--exclude-schema={SCHEMA}",
        f"--snapshot={snapshot}",
    ]
    name, key = uuid4(), sealed_file.fresh_key()
    wrapped = base64.b64encode(vault.wrapping.wrap(key, name)).decode()
    head = {"kind": "backup", "id": str(name), "made_at": now.isoformat(), "key": wrapped}
    # Where the login is bound by row-level security, it is the system that asks, and sees every row.
    environment = {**os.environ, "PGOPTIONS": "-c openvisit.principal=system"}
    with subprocess.Popen(
        [*command, f"--dbname={vault.wrapping.database_url}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        with os.fdopen(os.open(data, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            sealed_file.write(file, head, key, _told(cast(BinaryIO, process.stdout), say))
            file.flush()
            os.fsync(file.fileno())
        words = cast(BinaryIO, process.stderr).read().decode(errors="replace").strip()
        if process.wait() != 0:
            raise BackupError(f"pg_dump failed: {words}")


def _told(stream: BinaryIO, say: Say) -> Iterator[bytes]:
    done = said = 0
    while piece := stream.read(sealed_file.CHUNK):
        done += len(piece)
        if done - said >= _SAY_EVERY:
            said = done
            say(f"{done >> 20} MB")
        yield piece
