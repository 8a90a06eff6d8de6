"""Identifiers: UUIDv7 (RFC 9562 section 5.7), made by us so that a row's id is known before it is written."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, a 12 bit counter and 62 random bits.

    Ids made by one process rise strictly, so that they sort by creation even within a millisecond and keep
    inserts at the right-hand edge of an index.
    """
    global _last
    with _lock:
        ticks = time.time_ns() * 4096 // 1_000_000  # milliseconds with 12 bits of fraction (method 3 of the RFC)
        _last = ticks if ticks > _last else _last + 1
        ticks = _last
    random = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    value = (ticks >> 12) << 80 | 0x7 << 76 | (ticks & 0xFFF) << 64 | 0b10 << 62 | random
    return UUID(int=value)
