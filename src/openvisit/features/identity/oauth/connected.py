"""The apps that a person let in: seeing them, and showing them out."""

from datetime import datetime
from uuid import UUID

from openvisit.core import scopes
from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record
from openvisit.features.identity.oauth import wire
from openvisit.features.identity.oauth.errors import UnknownApp
from openvisit.features.identity.oauth.service import OAuthServer
from openvisit.platform.db import execute, fetch_all, fetch_one


async def listed(oauth: OAuthServer, actor: Actor) -> wire.ConnectedApps:
    """The person's apps, the latest first."""
    async with oauth.db.connection(as_gate="a person's apps are registered by clinics") as connection:
        rows = await fetch_all(
            connection,
            # `clinic` is the directory's, a tier above: its name alone is read, to say whose app it is.
            """SELECT c.id, c.name, c.active, clinic.name AS clinic_name, k.scopes, k.given_at, k.last_used_at
               FROM oauth_consent k JOIN oauth_client c ON c.id = k.client_id
               JOIN clinic ON clinic.id = c.clinic_id
               WHERE k.person_id = %(person_id)s AND k.revoked_at IS NULL ORDER BY k.given_at DESC, c.id""",
            {"person_id": actor.person_id},
        )
    return wire.ConnectedApps(
        [
            wire.ConnectedApp(
                row["id"],
                row["name"],
                row["clinic_name"],
                row["scopes"],
                scopes.abilities(row["scopes"]),
                row["given_at"],
                row["last_used_at"],
                row["active"],
            )
            for row in rows
        ]
    )


async def revoke(oauth: OAuthServer, actor: Actor, app_id: UUID, now: datetime) -> None:
    """Take back all that the app was given: its tokens are no good from the commit on, in every process.

    Errors: UnknownApp.
    """
    async with oauth.db.transaction(as_gate="a person's apps are registered by clinics") as connection:
        consent = await fetch_one(
            connection,
            """UPDATE oauth_consent SET revoked_at = %(now)s
               WHERE client_id = %(app_id)s AND person_id = %(person_id)s AND revoked_at IS NULL RETURNING id""",
            {"app_id": app_id, "person_id": actor.person_id, "now": now},
        )
        if consent is None:
            raise UnknownApp
        await execute(
            connection,
            """UPDATE oauth_authorization SET revoked_at = %(now)s, revoked_because = 'the person'
               WHERE consent_id = %(id)s AND revoked_at IS NULL""",
            {"id": consent["id"], "now": now},
        )
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="connected-app:revoke",
            thing="oauth_client",
            thing_id=app_id,
            data={"because": "the person"},
        )
    oauth.tokens.changed(app_id)
