"""Reading keys."""

from collections.abc import Collection
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.telehealth.keys import wire
from openvisit.platform.db import Connection, fetch_all, fetch_one


async def own(connection: Connection, actor: Actor) -> wire.OwnKeys:
    """The caller's keys, and every way to unlock them."""
    row = await fetch_one(
        connection,
        """SELECT id, key_id, public_key, made_at FROM person_key
           WHERE person_id = %(id)s AND retired_at IS NULL""",
        {"id": actor.person_id},
    )
    if row is None:
        return wire.OwnKeys(None)
    seals = await fetch_all(
        connection,
        """SELECT id, kind, salt, iterations, sealed, credential, made_at FROM person_key_seal
           WHERE person_key_id = %(id)s ORDER BY made_at, id""",
        {"id": row["id"]},
    )
    return wire.OwnKeys(
        wire.Keys(row["key_id"], row["public_key"], row["made_at"], [wire.Seal(**seal) for seal in seals])
    )


async def escrow(connection: Connection, actor: Actor, clinic_id: UUID) -> wire.ClinicEscrow:
    """The clinic's own key with its seal, for its admins. Errors: Forbidden."""
    if not allowed(actor, "escrow-key:manage", Target(clinic_id=clinic_id)):
        raise Forbidden
    row = await fetch_one(
        connection,
        """SELECT key_id, public_key, salt, iterations, sealed, made_at FROM clinic_key
           WHERE clinic_id = %(id)s AND retired_at IS NULL""",
        {"id": clinic_id},
    )
    return wire.ClinicEscrow(wire.Escrow(**row) if row else None)


async def sealed_for(connection: Connection, actor: Actor, clinic_id: UUID, keys: Collection[str]) -> list[wire.Escrow]:
    """Keys of the clinic's own by their ids, given up or not, with their seals. Errors: Forbidden."""
    if not allowed(actor, "clinic-chat:open", Target(clinic_id=clinic_id)):
        raise Forbidden
    rows = await fetch_all(
        connection,
        """SELECT key_id, public_key, salt, iterations, sealed, made_at FROM clinic_key
           WHERE clinic_id = %(id)s AND key_id = ANY(%(keys)s) ORDER BY made_at DESC""",
        {"id": clinic_id, "keys": list(keys)},
    )
    return [wire.Escrow(**row) for row in rows]
