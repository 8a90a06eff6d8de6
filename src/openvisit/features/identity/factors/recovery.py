"""Recovery codes: ten, shown once, each good once, for when the phone or the key is not at hand."""

import secrets
from datetime import datetime
from uuid import UUID

from openvisit.features.identity.factors.errors import ProofWrong
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, execute, fetch_one

HOW_MANY = 10
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another
_LENGTH = 10  # 49 bits


async def renew(connection: Connection, vault: Vault, person_id: UUID, now: datetime) -> list[str]:
    """New codes in the place of all before; the database keeps keyed digests alone."""
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(HOW_MANY)]
    await forget(connection, person_id)
    await execute(
        connection,
        """INSERT INTO recovery_code (person_id, code_hash, created_at)
           SELECT %(person_id)s, hash, %(now)s FROM unnest(%(hashes)s::bytea[]) AS hash""",
        {"person_id": person_id, "now": now, "hashes": [_hash(vault, person_id, code) for code in codes]},
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


async def use(connection: Connection, vault: Vault, person_id: UUID, code: str, now: datetime) -> None:
    """Use up a code. Errors: ProofWrong, also when another was faster."""
    # The guarded update lets one of two uses win.
    used = await execute(
        connection,
        """UPDATE recovery_code SET used_at = %(now)s
           WHERE person_id = %(person_id)s AND code_hash = %(hash)s AND used_at IS NULL""",
        {"person_id": person_id, "hash": _hash(vault, person_id, _plain(code)), "now": now},
    )
    if not used:
        raise ProofWrong


async def left(connection: Connection, person_id: UUID) -> int:
    """How many codes are still good."""
    row = await fetch_one(
        connection,
        "SELECT count(*) AS left FROM recovery_code WHERE person_id = %(id)s AND used_at IS NULL",
        {"id": person_id},
    )
    return int(row["left"]) if row else 0


async def forget(connection: Connection, person_id: UUID) -> None:
    """Drop all codes of a person."""
    await execute(connection, "DELETE FROM recovery_code WHERE person_id = %(id)s", {"id": person_id})


def _plain(code: str) -> str:
    """As it was made: people type dashes, spaces and capitals."""
    return "".join(c for c in code.lower() if c.isalnum())[:100]


def _hash(vault: Vault, person_id: UUID, code: str) -> bytes:
    return vault.blind_index(f"recovery code {person_id} {code}")
