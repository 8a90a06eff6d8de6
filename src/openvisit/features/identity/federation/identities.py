"""The identities that sign in to an account: connecting, taking away, finding."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.identity.federation import wire
from openvisit.features.identity.federation.errors import LastWayIn, LinkedElsewhere, UnknownIdentity
from openvisit.features.identity.federation.protocol import Identified
from openvisit.features.identity.federation.providers import Provider
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one
from openvisit.platform.jobs import defer

_COLUMN = "federated_identity.email"


async def find(connection: Connection, identified: Identified, now: datetime) -> Row | None:
    """The person whom the identity signs in, and that it was used now."""
    return await fetch_one(
        connection,
        """UPDATE federated_identity SET last_used_at = %(now)s FROM person
           WHERE issuer = %(issuer)s AND subject = %(subject)s AND person.id = federated_identity.person_id
           RETURNING person.id, person.active""",
        {"issuer": identified.issuer, "subject": identified.subject, "now": now},
    )


async def connect(
    connection: Connection,
    vault: Vault,
    provider: Provider,
    identified: Identified,
    person_id: UUID,
    now: datetime,
    *,
    announce: bool = True,
) -> None:
    """Let the identity sign in to the account, in the caller's transaction, and tell the person by mail (`announce`).

    Both sides are proved by now; it is the caller who knows how. Errors: LinkedElsewhere.
    """
    id_ = new_id()
    keys = await vault.keys(connection, person_id)
    row = await fetch_one(
        connection,
        """INSERT INTO federated_identity
               (id, person_id, provider, issuer, subject, email, linked_at, last_used_at)
           VALUES (%(id)s, %(person_id)s, %(provider)s, %(issuer)s, %(subject)s, %(email)s, %(now)s, %(now)s)
           ON CONFLICT (issuer, subject) DO UPDATE SET last_used_at = excluded.last_used_at
           RETURNING id, person_id""",
        {
            "id": id_,
            "person_id": person_id,
            "provider": provider.id,
            "issuer": identified.issuer,
            "subject": identified.subject,
            "email": keys.seal(identified.email, _COLUMN, id_) if identified.email else None,
            "now": now,
        },
    )
    assert row is not None  # noqa: S101 - either branch returns the row
    if row["person_id"] != person_id:
        raise LinkedElsewhere
    if row["id"] != id_:
        return  # it was connected before
    await _note(connection, "identity:connect", person_id, id_, provider.id, now)
    if announce:
        await _tell(connection, person_id, "identity_connected", provider.label)


async def disconnect(
    db: Database, actor: Actor, identity_id: UUID, providers: Mapping[str, Provider], *, now: datetime
) -> None:
    """Take a connected account away. Errors: UnknownIdentity; LastWayIn when nothing else signs the person in."""
    if not allowed(actor, "identity:disconnect", Target(person_id=actor.person_id)):
        raise Forbidden
    async with db.transaction() as connection:
        # The person's row is locked: of two requests that take away the last two ways in, one comes second.
        await execute(connection, "SELECT FROM person WHERE id = %(id)s FOR UPDATE", {"id": actor.person_id})
        gone = await fetch_one(
            connection,
            """DELETE FROM federated_identity WHERE id = %(id)s AND person_id = %(person_id)s RETURNING provider""",
            {"id": identity_id, "person_id": actor.person_id},
        )
        if gone is None:
            raise UnknownIdentity
        if not await _ways_in(connection, actor.person_id):
            raise LastWayIn
        await _note(connection, "identity:disconnect", actor.person_id, identity_id, gone["provider"], now)
        known = providers.get(gone["provider"])
        await _tell(connection, actor.person_id, "identity_disconnected", known.label if known else gone["provider"])


async def identities(
    connection: Connection, vault: Vault, actor: Actor, providers: Mapping[str, Provider]
) -> wire.Identities:
    """The person's connected accounts, oldest first."""
    rows = await fetch_all(
        connection,
        """SELECT i.*, k.wrapped AS data_key
           FROM federated_identity i LEFT JOIN keyring.data_key k ON k.owner = i.person_id
           WHERE i.person_id = %(person_id)s ORDER BY i.linked_at, i.id""",
        {"person_id": actor.person_id},
    )
    items = []
    for row in rows:
        provider = providers.get(row["provider"])
        items.append(
            wire.Identity(
                id=row["id"],
                provider=row["provider"],
                kind=provider.kind if provider else "oidc",
                label=provider.label if provider else row["provider"],
                email=vault.of(actor.person_id, row["data_key"]).shown(row["email"], _COLUMN, row["id"]) or None,
                linked_at=row["linked_at"],
                last_used_at=row["last_used_at"],
            )
        )
    return wire.Identities(items, await _ways_in(connection, actor.person_id) > 1)


async def _ways_in(connection: Connection, person_id: UUID) -> int:
    """How many ways there are into the account."""
    row = await fetch_one(
        connection,
        """SELECT (SELECT count(*) FROM federated_identity WHERE person_id = %(id)s)
                  + (SELECT count(*) FROM passkey WHERE person_id = %(id)s)
                  + (SELECT count(*) FROM person WHERE id = %(id)s AND password_hash IS NOT NULL) AS ways""",
        {"id": person_id},
    )
    return int(row["ways"]) if row else 0


async def _note(
    connection: Connection, action: str, person_id: UUID, identity_id: UUID, provider_id: str, now: datetime
) -> None:
    await record(
        connection,
        at=now,
        actor_id=person_id,
        action=action,
        thing="identity",
        thing_id=identity_id,
        data={"provider": provider_id},
    )


async def _tell(connection: Connection, person_id: UUID, kind: str, label: str) -> None:
    args = {"person_id": str(person_id), "kind": kind, "label": label}
    await defer(connection, "federation:tell", queue="mail", args=args)
