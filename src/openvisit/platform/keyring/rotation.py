"""Rotation: a new key-wrapping key under the present master key, and every data key wrapped anew by it.

While people book. Each batch is one transaction, so that a data key is wrapped by the old key or by the new one and
readable either way; whoever stops half-way, by Ctrl-C or by the power going, goes on from there the next time.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.platform.crypto import SYSTEM, TOPIC, Vault
from openvisit.platform.keyring import first_release
from openvisit.platform.realtime import CHANNEL

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wrapping:
    """One key-wrapping key: the master key it is under, whether that one is configured, and what it wraps."""

    number: int
    master: str
    configured: bool
    made_at: datetime
    data_keys: int


@dataclass(frozen=True, slots=True)
class Status:
    """The keyring in figures. `first_release` counts texts of the first release that wait to be sealed anew."""

    wrapping: list[Wrapping]
    people: int
    shredded: int
    first_release: int
    unfinished: bool


def status(vault: Vault) -> Status:
    """Read the figures."""
    masters = vault.wrapping.masters
    with vault.wrapping.connect() as connection:
        rows = connection.execute(
            """SELECT w.id, w.master, w.made_at, count(k.owner)
               FROM keyring.wrapping_key w
               LEFT JOIN keyring.data_key k ON substring(k.wrapped FROM 1 FOR 4) = int4send(w.id)
               GROUP BY w.id ORDER BY w.id"""
        ).fetchall()
        [(people, shredded)] = connection.execute(
            """SELECT count(*) FILTER (WHERE shredded_at IS NULL AND owner > %s), count(shredded_at)
               FROM keyring.data_key""",
            (UUID(int=255),),
        ).fetchall()
        old = sum(first_release.left(connection, column) for column in first_release.COLUMNS)
    wrapping = [Wrapping(number, master, masters.has(master), at, count) for number, master, at, count in rows]
    unfinished = any(each.data_keys for each in wrapping[:-1])
    return Status(wrapping, people, shredded, old, unfinished)


def rotate(vault: Vault, say: Say, *, batch: int = 500, pause: float = 0.0) -> int:
    """Wrap every data key anew and seal anew what the first release sealed; the answer is how many data keys that was.

    An unfinished rotation is finished, if it was to the present master key; otherwise a new key-wrapping key is made.
    `pause` seconds are left to others between batches.
    """
    vault.load()
    before = status(vault)
    newest = before.wrapping[-1]
    if before.unfinished and newest.master == vault.wrapping.masters.current.name:
        number = newest.number
        say(f"Going on with key {number} under {newest.master}")
    else:
        number = add(vault)
        say(f"Key {number} made under {vault.wrapping.masters.current.name}")
    done = 0
    with vault.wrapping.connect() as connection:
        total = _waiting(connection, number)
        while _waiting(connection, number):  # again: a process that had not heard yet may have made keys meanwhile
            for count in _rewrap(connection, vault, number, batch):
                done += count
                say(f"{done} of {max(total, done)} data keys")
                time.sleep(pause)
        for column in first_release.COLUMNS:
            sealed = 0
            for count in first_release.reseal(connection, vault, column, batch):
                sealed += count
                say(f"{column.place}: {sealed} of the first release sealed anew")
                time.sleep(pause)
        if absences := first_release.seal_absences(connection, vault):
            say(f"absence.reason: {absences} sealed")
    return done


def add(vault: Vault) -> int:
    """A new key-wrapping key under the present master key, told to every process. The answer is its number."""
    number = vault.wrapping.add()
    with vault.wrapping.connect() as connection:
        connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, TOPIC))
    return number


def _waiting(connection: Any, number: int) -> int:
    found = connection.execute(f"SELECT count(*) FROM keyring.data_key WHERE {_OTHER}", {"number": number})
    count: int = found.fetchone()[0]
    return count


def _rewrap(connection: Any, vault: Vault, number: int, batch: int) -> Iterator[int]:
    after = SYSTEM
    first = True
    while True:
        with connection.transaction():
            # Locked, so that a key that is being shredded at this moment is not brought back.
            rows = connection.execute(
                f"""SELECT owner, wrapped FROM keyring.data_key
                    WHERE {_OTHER} AND (owner > %(after)s OR %(first)s) ORDER BY owner LIMIT %(batch)s FOR UPDATE""",
                {"number": number, "after": after, "first": first, "batch": batch},
            ).fetchall()
            with connection.cursor() as cursor:
                cursor.executemany(
                    "UPDATE keyring.data_key SET wrapped = %s WHERE owner = %s",
                    [(vault.wrapping.rewrap(bytes(wrapped), owner), owner) for owner, wrapped in rows],
                )
        if not rows:
            return
        after, first = rows[-1][0], False
        yield len(rows)


_OTHER = "octet_length(wrapped) > 0 AND substring(wrapped FROM 1 FOR 4) <> int4send(%(number)s::integer)"
