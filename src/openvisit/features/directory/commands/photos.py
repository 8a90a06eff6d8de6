"""A provider's photo."""

from datetime import datetime
from uuid import UUID

from openvisit.core.errors import Forbidden, NotFound
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.directory.commands import rows
from openvisit.features.directory.errors import PhotoRefused
from openvisit.features.directory.visibility import visible
from openvisit.platform.db import Connection, Database, execute
from openvisit.platform.pictures import NoPicture, written_anew

MOST_BYTES = 500_000


async def set_photo(db: Database, actor: Actor, now: datetime, provider_id: UUID, content: bytes) -> None:
    """Put a photo in the place of the one before, as a picture written anew.

    Errors: NotFound, Forbidden, PhotoRefused.
    """
    async with db.transaction() as connection:
        await _check_may_change(connection, actor, provider_id)  # before anything is decoded for them
    if len(content) > MOST_BYTES:
        raise PhotoRefused
    try:
        media_type, picture = await written_anew(content)
    except NoPicture as error:
        raise PhotoRefused from error
    async with db.transaction() as connection:
        await _note_change(connection, actor, now, provider_id)
        await execute(
            connection,
            """INSERT INTO provider_photo (provider_id, media_type, content, at)
               VALUES (%(id)s, %(media_type)s, %(content)s, %(at)s)
               ON CONFLICT (provider_id) DO UPDATE
               SET media_type = EXCLUDED.media_type, content = EXCLUDED.content, at = EXCLUDED.at""",
            {"id": provider_id, "media_type": media_type, "content": picture, "at": now},
        )


async def remove_photo(db: Database, actor: Actor, now: datetime, provider_id: UUID) -> None:
    """Take the photo away.

    Errors: NotFound when there is none, Forbidden.
    """
    async with db.transaction() as connection:
        await _note_change(connection, actor, now, provider_id)
        gone = await execute(connection, "DELETE FROM provider_photo WHERE provider_id = %(id)s", {"id": provider_id})
        if not gone:
            raise NotFound


async def _check_may_change(connection: Connection, actor: Actor, provider_id: UUID) -> UUID:
    """The provider's clinic. Errors: NotFound, Forbidden."""
    row = visible(await rows.locked(connection, "provider", provider_id), actor)
    if not allowed(actor, "provider:edit", Target(clinic_id=row["clinic_id"], provider_id=provider_id)):
        raise Forbidden
    clinic_id: UUID = row["clinic_id"]
    return clinic_id


async def _note_change(connection: Connection, actor: Actor, now: datetime, provider_id: UUID) -> None:
    clinic_id = await _check_may_change(connection, actor, provider_id)
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="provider:edit",
        thing="provider",
        thing_id=provider_id,
        clinic_id=clinic_id,
        data={"fields": ["photo"]},
    )
