"""A new key for the blind index of addresses and telephones: every index is worked out anew from what is sealed.

One transaction, with web servers and workers stopped: a process that still had the former key would look for people
where they are no more.
"""

import os
from dataclasses import dataclass
from typing import Any

from openvisit.platform.crypto import ADDRESS, SYSTEM, Vault, address_digest
from openvisit.platform.keyring.sealing import SealBroken


@dataclass(frozen=True, slots=True)
class Indexed:
    """A column with blind indexes of the addresses that another holds, sealed.

    `owner` is SQL for whose they are, `row` the column that names the row, `before` what the index has before the
    address.
    """

    table: str
    index: str
    sealed: str
    owner: str
    row: str = "id"
    before: str = ""


COLUMNS = (
    Indexed("person", "email_index", "email", "t.id"),
    Indexed("email_change", "old_index", "old_email", "t.person_id"),
    Indexed("email_change", "new_index", "new_email", "t.person_id"),
    Indexed("delegation", "invited_index", "invited", f"'{SYSTEM}'::uuid"),
    Indexed("notification_preference", "phone_index", "phone", "t.person_id", row="person_id", before="phone "),
)
SHORT_LIVED = ("federation_proof", "sms_question")
"""Tables with such an index whose rows live for minutes: they are emptied."""
OF_DEVICES = ("push_subscription",)
"""Tables with an index of what names a browser or a device: no address of anybody's, and under the key of codes."""


def rotate(vault: Vault) -> int:
    """Change the key, and every index with it; the answer is how many indexes that was.

    An index that is not of the row's address (of somebody erased, or set aside) is left as it is.
    """
    key = os.urandom(32)
    changed = 0
    with vault.wrapping.connect() as connection, connection.transaction():
        for column in COLUMNS:
            changed += _column(connection, vault, column, key)
        for table in SHORT_LIVED:
            connection.execute(f"DELETE FROM {table}")
        connection.execute(
            "UPDATE keyring.data_key SET wrapped = %s WHERE owner = %s", (vault.wrapping.wrap(key, ADDRESS), ADDRESS)
        )
    vault.load()
    return changed


def _column(connection: Any, vault: Vault, column: Indexed, key: bytes) -> int:
    rows = connection.execute(
        f"""SELECT t.{column.row}, t.{column.index}, t.{column.sealed}, k.owner, k.wrapped
            FROM {column.table} t JOIN keyring.data_key k ON k.owner = {column.owner}
            WHERE t.{column.index} IS NOT NULL AND t.{column.sealed} IS NOT NULL FOR UPDATE OF t"""
    ).fetchall()
    fresh = []
    for id_, index, sealed, owner, wrapped in rows:
        try:
            opened = vault.of(owner, bytes(wrapped)).open(bytes(sealed), f"{column.table}.{column.sealed}", id_)
        except SealBroken:
            continue
        address = f"{column.before}{opened}"
        if vault.address_index(address) == bytes(index):
            fresh.append((address_digest(key, address), id_))
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {column.table} SET {column.index} = %s WHERE {column.row} = %s", fresh)
    return len(fresh)
