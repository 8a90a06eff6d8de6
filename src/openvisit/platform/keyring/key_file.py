"""The key file: the keyring beside the database, always as it is now, never as it was.

Backups hold no keys. Whoever loses the database restores a backup together with this file. It is rewritten whenever
a key is shredded, so that the erased stay erased: copy it elsewhere as it changes, and keep no older copies.

Its keys are wrapped, and the file is sealed under a key of its own that is wrapped as well: it is of no use without
the master key.
"""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from openvisit.platform.crypto import Vault
from openvisit.platform.keyring import sealed_file
from openvisit.platform.keyring.masters import Masters
from openvisit.platform.keyring.schema import CREATE
from openvisit.platform.keyring.sealing import SealBroken
from openvisit.platform.keyring.wrapping import unwrap_with, unwrap_wrapping_key


class Entry(msgspec.Struct, array_like=True):
    """One data key as the file has it; `wrapped` is empty for one that was shredded."""

    owner: UUID
    wrapped: bytes
    made_at: datetime
    shredded_at: datetime | None


def write(vault: Vault, path: Path, now: datetime) -> int:
    """Write the keyring as it is now in the place of what the file held; the answer is how many data keys it has.

    The former content is overwritten before it goes, as far as the file system lets it.
    """
    with vault.wrapping.connect() as connection, connection.transaction():
        # Two who write take turns, so that the one with the older view never comes second.
        connection.execute("SELECT pg_advisory_xact_lock(7461002021)")
        connection.execute("SET TRANSACTION READ ONLY")
        rows = connection.execute(
            "SELECT owner, wrapped, made_at, shredded_at FROM keyring.data_key ORDER BY owner"
        ).fetchall()
        # Read second: whatever wrapped one of the rows is among them.
        wrapping = connection.execute("SELECT id, master, wrapped FROM keyring.wrapping_key ORDER BY id").fetchall()
        name, key = uuid4(), sealed_file.fresh_key()
        head = {
            "kind": "keyring",
            "id": str(name),
            "made_at": now.isoformat(),
            "key": _text(vault.wrapping.wrap(key, name)),
            "wrapping_keys": [[number, master, _text(wrapped)] for number, master, wrapped in wrapping],
        }
        content = msgspec.msgpack.encode([Entry(*row) for row in rows])
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.partial-{os.getpid()}")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            sealed_file.write(file, head, key, [content])
            file.flush()
            os.fsync(file.fileno())
        with _overwritten(path):
            unfinished.replace(path)
    return len(rows)


class KeyFile(NamedTuple):
    """What a key file holds: the wrapping keys (number, master key, wrapped), opened too, and the data keys."""

    wrapping: list[tuple[int, str, bytes]]
    opened: dict[int, AESGCM]
    entries: list[Entry]

    def unwrap(self, wrapped: bytes, owner: UUID) -> bytes:
        """A key that one of the wrapping keys wrapped. Errors: SealBroken."""
        opener = self.opened.get(int.from_bytes(wrapped[:4]))
        if opener is None:
            raise SealBroken("wrapped under a key that is not in the key file")
        return unwrap_with(opener, wrapped, owner)


def read(path: Path, masters: Masters) -> KeyFile:
    """The content of a key file.

    Errors: FileBroken; MasterKeyFailed when its master key is not configured.
    """
    with path.open("rb") as file:
        head, bound = sealed_file.read_head(file)
        if head.get("kind") != "keyring":
            raise sealed_file.FileBroken(f"{path} is not a key file")
        wrapping = [(number, master, _bytes(wrapped)) for number, master, wrapped in head["wrapping_keys"]]
        newest = max(number for number, *_ in wrapping)
        opened = {
            number: unwrap_wrapping_key(masters, number, master, wrapped)
            for number, master, wrapped in wrapping
            if number == newest or masters.has(master)
        }
        found = KeyFile(wrapping, opened, [])
        key = found.unwrap(_bytes(head["key"]), UUID(head["id"]))
        content = b"".join(sealed_file.read(file, key, bound))
    return found._replace(entries=msgspec.msgpack.decode(content, type=list[Entry]))


def load(connection: Any, found: KeyFile) -> None:
    """Bring a key file's keys into the database, in the caller's transaction; what is shredded on either side stays so.

    A keyring of another installation, such as one that was just set up, is replaced.
    """
    for statement in CREATE.split(";\n"):
        connection.execute(statement)
    present = dict(connection.execute("SELECT id, wrapped FROM keyring.wrapping_key").fetchall())
    if any(number in present and bytes(present[number]) != wrapped for number, _, wrapped in found.wrapping):
        connection.execute("DELETE FROM keyring.data_key")
        connection.execute("DELETE FROM keyring.wrapping_key")
    with connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO keyring.wrapping_key (id, master, wrapped) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING""",
            found.wrapping,
        )
        cursor.executemany(
            """INSERT INTO keyring.data_key (owner, wrapped, made_at, shredded_at) VALUES (%s, %s, %s, %s)
               ON CONFLICT (owner) DO UPDATE SET wrapped = excluded.wrapped, shredded_at = excluded.shredded_at
               WHERE keyring.data_key.shredded_at IS NULL AND excluded.shredded_at IS NOT NULL""",
            [(each.owner, each.wrapped, each.made_at, each.shredded_at) for each in found.entries],
        )


@contextmanager
def _overwritten(path: Path) -> Iterator[None]:
    """Overwrite what the file held once another has taken its name: at no moment is there no whole file."""
    if not path.exists():
        yield
        return
    with path.open("r+b") as former:
        size = os.fstat(former.fileno()).st_size
        yield
        former.write(os.urandom(size))
        former.flush()
        os.fsync(former.fileno())


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
