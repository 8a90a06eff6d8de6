"""What people do about their own data by themselves: put it right, pause its use, object to analyses."""

from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import UNSET

from openvisit.core.errors import Invalid
from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record
from openvisit.features.identity.tokens import TokenService
from openvisit.features.privacy import wire
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, execute, fetch_one

_DETAILS = """
SELECT p.id, p.full_name, p.phone, k.wrapped AS data_key, pt.born_on, pt.restricted_at, pt.objected_at
FROM person p LEFT JOIN patient pt ON pt.person_id = p.id LEFT JOIN keyring.data_key k ON k.owner = p.id
WHERE p.id = %(id)s"""


async def details(connection: Connection, vault: Vault, person_id: UUID) -> wire.OwnDetails:
    """The person's own details."""
    row = await fetch_one(connection, _DETAILS, {"id": person_id})
    assert row is not None  # noqa: S101 - whoever asks is signed in
    phone = row["phone"]
    if phone is not None:
        phone = vault.of(person_id, row["data_key"]).open(bytes(phone), "person.phone", person_id)
    return wire.OwnDetails(row["full_name"], phone, row["born_on"], row["restricted_at"], row["objected_at"])


async def correct(
    db: Database, vault: Vault, tokens: TokenService, actor: Actor, asked: wire.OwnDetailsChanges, *, now: datetime
) -> wire.OwnDetails:
    """Put one's own details right (GDPR article 16). Errors: Invalid for a date of birth that cannot be."""
    given = {name: value for name in asked.__struct_fields__ if (value := getattr(asked, name)) is not UNSET}
    if "born_on" in given:
        _check_born(given["born_on"], actor, now)
    async with db.transaction() as connection:
        if "full_name" in given:
            await _set(connection, "full_name", given["full_name"].strip(), actor.person_id)
        if "phone" in given:
            keys = await vault.keys(connection, actor.person_id)
            phone = (given["phone"] or "").strip()
            sealed = keys.seal(phone, "person.phone", actor.person_id) if phone else None
            await _set(connection, "phone", sealed, actor.person_id)
        if "born_on" in given:
            await execute(
                connection,
                "UPDATE patient SET born_on = %(born_on)s WHERE person_id = %(id)s",
                {"born_on": given["born_on"], "id": actor.person_id},
            )
        if given:
            await record(
                connection,
                at=now,
                actor_id=actor.person_id,
                action="me:edit",
                thing="person",
                thing_id=actor.person_id,
                patient_id=actor.patient_id,
                data={"changed": sorted(given)},
            )
        answer = await details(connection, vault, actor.person_id)
    tokens.changed(actor.person_id)
    return answer


async def mark(connection: Connection, actor: Actor, kind: str, now: datetime) -> bool:
    """Restrict, resume, object or allow, in the caller's transaction; whether it changed anything."""
    column = "restricted_at" if kind in ("restrict", "resume") else "objected_at"
    on = kind in ("restrict", "object")
    changed = await execute(
        connection,
        f"""UPDATE patient SET {column} = %(at)s
            WHERE person_id = %(id)s AND ({column} IS NULL) = %(on)s""",
        {"at": now if on else None, "id": actor.person_id, "on": on},
    )
    return changed > 0


async def _set(connection: Connection, column: str, value: object, person_id: UUID) -> None:
    await execute(
        connection,
        f"UPDATE person SET {column} = %(value)s, version = version + 1 WHERE id = %(id)s",
        {"value": value, "id": person_id},
    )


def _check_born(born_on: date | None, actor: Actor, now: datetime) -> None:
    if actor.patient_id is None:
        raise Invalid("Only patients have a date of birth here")
    # A day of grace: where the patient is, tomorrow may have begun.
    if born_on is not None and not date(1880, 1, 1) <= born_on <= (now + timedelta(days=1)).date():
        message = "not a living person's date of birth"
        raise Invalid("This date of birth cannot be", errors=[{"path": "body.born_on", "message": message}])
