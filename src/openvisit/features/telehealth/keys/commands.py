"""Making keys, adding ways to unlock them, and giving them up for others."""

from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.errors import Forbidden, Invalid
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.telehealth.keys import wire
from openvisit.features.telehealth.keys.errors import KeysExist, LastSeal, NoKeys, NotYourPasskey, SealNotFound
from openvisit.platform.db import Connection, execute, fetch_one

MOST_SEALS = 10


async def make(connection: Connection, actor: Actor, body: wire.NewKeys, now: datetime) -> None:
    """Keep the caller's first keys, in the caller's transaction. Errors: KeysExist, NotYourPasskey, Invalid."""
    await _lock(connection, actor.person_id)
    if await _current(connection, actor.person_id) is not None:
        raise KeysExist
    await _keep(connection, actor, body.public_key, body.seals, now)
    await _note(connection, actor, "encryption-key:make", now)


async def replace(connection: Connection, actor: Actor, body: wire.ReplacedKeys, now: datetime) -> None:
    """Put other keys in the place of the caller's: what was sealed to the old ones stays closed to them.

    Errors: NoKeys when `replaces` are not the present ones, NotYourPasskey, Invalid.
    """
    await _lock(connection, actor.person_id)
    row = await _current(connection, actor.person_id)
    if row is None or row["key_id"] != body.replaces:
        raise NoKeys
    await execute(connection, "DELETE FROM person_key_seal WHERE person_key_id = %(id)s", {"id": row["id"]})
    await execute(
        connection, "UPDATE person_key SET retired_at = %(now)s WHERE id = %(id)s", {"id": row["id"], "now": now}
    )
    await _keep(connection, actor, body.public_key, body.seals, now)
    await _note(connection, actor, "encryption-key:replace", now)


async def add_seal(connection: Connection, actor: Actor, seal: wire.NewSeal, now: datetime) -> None:
    """Add a way to unlock the keys; a phrase takes the place of the one before.

    Errors: NoKeys, NotYourPasskey, Invalid.
    """
    await _lock(connection, actor.person_id)
    row = await _current(connection, actor.person_id)
    if row is None:
        raise NoKeys
    await execute(
        connection,
        """DELETE FROM person_key_seal WHERE person_key_id = %(id)s
           AND (kind = 'phrase' AND %(kind)s = 'phrase' OR credential = %(credential)s)""",
        {"id": row["id"], "kind": seal.kind, "credential": seal.credential},
    )
    held = await fetch_one(
        connection, "SELECT count(*) AS n FROM person_key_seal WHERE person_key_id = %(id)s", {"id": row["id"]}
    )
    if held is not None and held["n"] >= MOST_SEALS:
        raise Invalid(f"There are {MOST_SEALS} ways to unlock these keys already")
    await _seal(connection, actor, row["id"], seal, now)
    await _note(connection, actor, "encryption-key:add-seal", now, {"kind": seal.kind})


async def remove_seal(connection: Connection, actor: Actor, seal_id: UUID, now: datetime) -> None:
    """Take a way to unlock the keys away. Errors: SealNotFound, LastSeal."""
    await _lock(connection, actor.person_id)
    row = await fetch_one(
        connection,
        """SELECT s.id, s.kind, (SELECT count(*) FROM person_key_seal o WHERE o.person_key_id = k.id) AS held
           FROM person_key_seal s JOIN person_key k ON k.id = s.person_key_id
           WHERE s.id = %(id)s AND k.person_id = %(person_id)s AND k.retired_at IS NULL""",
        {"id": seal_id, "person_id": actor.person_id},
    )
    if row is None:
        raise SealNotFound
    if row["held"] == 1:
        raise LastSeal
    await execute(connection, "DELETE FROM person_key_seal WHERE id = %(id)s", {"id": seal_id})
    await _note(connection, actor, "encryption-key:remove-seal", now, {"kind": row["kind"]})


async def set_escrow(
    connection: Connection, actor: Actor, clinic_id: UUID, body: wire.NewEscrow | None, now: datetime
) -> None:
    """Give the clinic a key, another one, or none. Errors: Forbidden, Invalid."""
    if not allowed(actor, "escrow-key:manage", Target(clinic_id=clinic_id)):
        raise Forbidden
    await execute(
        connection,
        "UPDATE clinic_key SET retired_at = %(now)s WHERE clinic_id = %(id)s AND retired_at IS NULL",
        {"id": clinic_id, "now": now},
    )
    if body is not None:
        await execute(
            connection,
            """INSERT INTO clinic_key (id, clinic_id, key_id, public_key, salt, iterations, sealed, made_by, made_at)
               VALUES (%(id)s, %(clinic_id)s, %(key_id)s, %(public_key)s, %(salt)s, %(iterations)s, %(sealed)s,
                       %(by)s, %(now)s) ON CONFLICT (key_id) DO NOTHING""",
            {
                "id": new_id(),
                "clinic_id": clinic_id,
                "key_id": _key_id(body.public_key),
                "public_key": body.public_key,
                "salt": body.salt,
                "iterations": body.iterations,
                "sealed": body.sealed,
                "by": actor.person_id,
                "now": now,
            },
        )
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="escrow-key:manage",
        thing="clinic",
        thing_id=clinic_id,
        clinic_id=clinic_id,
        data={"on": body is not None},
    )


async def _keep(
    connection: Connection, actor: Actor, public_key: str, seals: list[wire.NewSeal], now: datetime
) -> None:
    id_ = new_id()
    kept = await execute(
        connection,
        """INSERT INTO person_key (id, person_id, key_id, public_key, made_at)
           VALUES (%(id)s, %(person_id)s, %(key_id)s, %(public_key)s, %(now)s) ON CONFLICT (key_id) DO NOTHING""",
        {
            "id": id_,
            "person_id": actor.person_id,
            "key_id": _key_id(public_key),
            "public_key": public_key,
            "now": now,
        },
    )
    if not kept:  # somebody has it already: nobody makes the same key by chance
        raise KeysExist
    for seal in seals:
        await _seal(connection, actor, id_, seal, now)


async def _seal(connection: Connection, actor: Actor, key: UUID, seal: wire.NewSeal, now: datetime) -> None:
    if (seal.kind == "passkey") != (seal.credential is not None):
        raise Invalid("A passkey's seal names its credential, and no other does")
    if seal.credential is not None:
        await _own_passkey(connection, actor.person_id, seal.credential)
    await execute(
        connection,
        """INSERT INTO person_key_seal (id, person_key_id, kind, salt, iterations, credential, sealed, made_at)
           VALUES (%(id)s, %(key)s, %(kind)s, %(salt)s, %(iterations)s, %(credential)s, %(sealed)s, %(now)s)
           ON CONFLICT DO NOTHING""",
        {
            "id": new_id(),
            "key": key,
            "kind": seal.kind,
            "salt": seal.salt,
            "iterations": seal.iterations,
            "credential": seal.credential,
            "sealed": seal.sealed,
            "now": now,
        },
    )


async def _own_passkey(connection: Connection, person_id: UUID, credential: str) -> None:
    """On a shared computer the browser may offer somebody else's, who could open these keys then."""
    row = await fetch_one(
        connection,
        "SELECT FROM passkey WHERE person_id = %(id)s AND credential_id = %(credential)s",
        {"id": person_id, "credential": urlsafe_b64decode(credential + "=" * (-len(credential) % 4))},
    )
    if row is None:
        raise NotYourPasskey


async def _lock(connection: Connection, person_id: UUID) -> None:
    await execute(connection, "SELECT FROM person WHERE id = %(id)s FOR UPDATE", {"id": person_id})


async def _current(connection: Connection, person_id: UUID) -> Any:
    return await fetch_one(
        connection,
        "SELECT id, key_id FROM person_key WHERE person_id = %(id)s AND retired_at IS NULL",
        {"id": person_id},
    )


def _key_id(public_key: str) -> str:
    if not wire.is_public_key(public_key):
        raise Invalid("The public key is not two points of the curve")
    return wire.key_id(public_key)


async def _note(
    connection: Connection, actor: Actor, action: str, now: datetime, data: dict[str, Any] | None = None
) -> None:
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action=action,
        thing="person",
        thing_id=actor.person_id,
        patient_id=actor.patient_id,
        data=data,
    )
