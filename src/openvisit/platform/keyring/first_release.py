"""Text that the first release sealed, under one key for everybody: found by its version byte, and sealed anew.

The list is that release's and does not grow: columns that came later never held anything of version 1. Kept answers
(`idempotency`) are left alone, they are deleted within a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from openvisit.platform.crypto import SYSTEM, Keys, Vault
from openvisit.platform.keyring.sealing import KeyShredded


@dataclass(frozen=True, slots=True)
class Column:
    """A sealed column; `owner` is SQL for whose text it is."""

    table: str
    name: str
    owner: str

    @property
    def place(self) -> str:
        """As it is bound into what is sealed."""
        return f"{self.table}.{self.name}"


_PATIENT = "(SELECT patient.person_id FROM patient WHERE patient.id = appointment.patient_id)"
COLUMNS = (
    Column("person", "email", "person.id"),
    Column("person", "phone", "person.id"),
    Column("appointment", "reason", _PATIENT),
    Column("appointment", "accommodations", _PATIENT),
    Column("appointment", "closed_reason", _PATIENT),
    Column("signing_key", "private", f"'{SYSTEM}'::uuid"),
)


def left(connection: Any, column: Column) -> int:
    """How many values of the column are still of version 1."""
    found = connection.execute(f"SELECT count(*) FROM {column.table} WHERE {_OLD.format(column=column.name)}")
    count: int = found.fetchone()[0]
    return count


def reseal(connection: Any, vault: Vault, column: Column, batch: int) -> Iterator[int]:
    """Seal the column's values of version 1 anew, a transaction for each batch; yields how many each one did.

    A value that somebody changed meanwhile is left as it is: it has been sealed anew already.
    """
    after = None
    while True:
        with connection.transaction():
            rows = connection.execute(
                f"""SELECT id, {column.name}, {column.owner} AS owner FROM {column.table}
                    WHERE {_OLD.format(column=column.name)} AND (%(after)s::uuid IS NULL OR id > %(after)s)
                    ORDER BY id LIMIT %(batch)s""",
                {"after": after, "batch": batch},
            ).fetchall()
            for id_, sealed, owner in rows:
                _reseal_one(connection, vault, column, id_, bytes(sealed), owner)
        if not rows:
            return
        after = rows[-1][0]
        yield len(rows)


def _reseal_one(connection: Any, vault: Vault, column: Column, id_: Any, sealed: bytes, owner: Any) -> None:
    keys = _keys(connection, vault, owner)
    try:
        text = keys.open_bytes(sealed, column.place, id_)
        fresh = keys.seal_bytes(text, column.place, id_)
    except KeyShredded:  # it was to be unreadable: now it is
        fresh = b""
    connection.execute(
        f"UPDATE {column.table} SET {column.name} = %s WHERE id = %s AND {column.name} = %s", (fresh, id_, sealed)
    )


def seal_absences(connection: Any, vault: Vault) -> int:
    """Seal why providers are away, which was kept in the clear; the answer is how many reasons that was."""
    with connection.transaction():
        rows = connection.execute(
            "SELECT id, provider_id, reason FROM absence WHERE reason <> '' FOR UPDATE"
        ).fetchall()
        for id_, provider_id, reason in rows:
            keys = _keys(connection, vault, provider_id)
            sealed = None if keys.erased else keys.seal(reason, "absence.sealed_reason", id_)
            connection.execute("UPDATE absence SET reason = '', sealed_reason = %s WHERE id = %s", (sealed, id_))
    return len(rows)


def _keys(connection: Any, vault: Vault, owner: UUID) -> Keys:
    _, wrapped = vault.new(owner)
    connection.execute(
        "INSERT INTO keyring.data_key (owner, wrapped) VALUES (%s, %s) ON CONFLICT DO NOTHING", (owner, wrapped)
    )
    found = connection.execute("SELECT wrapped FROM keyring.data_key WHERE owner = %s", (owner,)).fetchone()
    return vault.of(owner, found[0])


_OLD = "substring({column} FROM 1 FOR 1) = '\\x01'::bytea"
