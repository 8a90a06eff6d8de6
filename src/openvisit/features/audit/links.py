"""What a link of an audit chain hashes, said a second time outside the database that writes the links.

A link's hash is the SHA-256 of a PostgreSQL row value in binary form (`record_send`): the number of values as a 32-bit
integer, then for each value the 32-bit number of its type, the 32-bit length of its bytes (-1 for null) and its bytes.
All integers are big-endian. The values, in this order: the version of this format (1), the hash of the link before
(32 zero bytes at the first), the chain's id, the place in the chain (from 1), and the entry's columns.
"""

import hashlib
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

VERSION = 1
START = bytes(32)
"""What comes before the first link."""

# The columns of `audit` after `id`, in the order they are hashed, with how they are written.
COLUMNS = (
    ("id", "integer"),
    ("at", "instant"),
    ("clinic_id", "uuid"),
    ("actor_id", "uuid"),
    ("acting_as", "text"),
    ("on_behalf_of", "uuid"),
    ("action", "text"),
    ("reason", "text"),
    ("thing", "text"),
    ("thing_id", "uuid"),
    ("patient_id", "uuid"),
    ("data", "text"),  # as PostgreSQL prints its jsonb
)

_SMALL, _BIG, _BYTES, _UUID, _INSTANT = 21, 20, 17, 2950, 1184  # pg_type's numbers, the same in every database
_OLD = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def digest(previous: bytes, chain: UUID, seq: int, entry: Mapping[str, Any]) -> bytes:
    """The hash of the link that holds `entry` (columns of `audit`, `data` as PostgreSQL's text) at that place."""
    values = [_small(VERSION), _value(_BYTES, previous), _value(_UUID, chain.bytes), _big(seq)]
    values += [_WRITE[kind](entry[name]) for name, kind in COLUMNS]
    return hashlib.sha256(struct.pack(">i", len(values)) + b"".join(values)).digest()


def _value(kind: int, content: bytes | None) -> bytes:
    if content is None:
        return struct.pack(">ii", kind, -1)
    return struct.pack(">ii", kind, len(content)) + content


def _small(number: int) -> bytes:
    return _value(_SMALL, struct.pack(">h", number))


def _big(number: int) -> bytes:
    return _value(_BIG, struct.pack(">q", number))


def _uuid(value: UUID | None) -> bytes:
    return _value(_UUID, None if value is None else value.bytes)


def _text(value: str | None) -> bytes:
    return _value(_BYTES, None if value is None else value.encode())


def _instant(value: datetime) -> bytes:
    return _value(_INSTANT, struct.pack(">q", (value - _OLD) // _MICROSECOND))


_WRITE: Mapping[str, Any] = {"integer": _big, "instant": _instant, "uuid": _uuid, "text": _text}
