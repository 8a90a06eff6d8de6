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

MOST_BYTES = 500_000


def media_type(content: bytes) -> str | None:
    """The media type that a picture's first bytes tell, whatever its sender said; None for anything we do not take.

    Sources: PNG (W3C) section 5.2, JPEG (ITU-T T.81) annex B, WebP container specification (Google).
    """
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


async def set_photo(db: Database, actor: Actor, now: datetime, provider_id: UUID, content: bytes) -> None:
    """Put a photo in the place of the one before.

    Errors: NotFound, Forbidden, PhotoRefused.
    """
    async with db.transaction() as connection:
        await _check_may_change(connection, actor, now, provider_id)
        found = media_type(content)
        if found is None or len(content) > MOST_BYTES:
            raise PhotoRefused
        await execute(
            connection,
            """INSERT INTO provider_photo (provider_id, media_type, content, at)
               VALUES (%(id)s, %(media_type)s, %(content)s, %(at)s)
               ON CONFLICT (provider_id) DO UPDATE
               SET media_type = EXCLUDED.media_type, content = EXCLUDED.content, at = EXCLUDED.at""",
            {"id": provider_id, "media_type": found, "content": content, "at": now},
        )


async def remove_photo(db: Database, actor: Actor, now: datetime, provider_id: UUID) -> None:
    """Take the photo away.

    Errors: NotFound when there is none, Forbidden.
    """
    async with db.transaction() as connection:
        await _check_may_change(connection, actor, now, provider_id)
        gone = await execute(connection, "DELETE FROM provider_photo WHERE provider_id = %(id)s", {"id": provider_id})
        if not gone:
            raise NotFound


async def _check_may_change(connection: Connection, actor: Actor, now: datetime, provider_id: UUID) -> None:
    row = visible(await rows.locked(connection, "provider", provider_id), actor)
    if not allowed(actor, "provider:edit", Target(clinic_id=row["clinic_id"], provider_id=provider_id)):
        raise Forbidden
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="provider:edit",
        thing="provider",
        thing_id=provider_id,
        clinic_id=row["clinic_id"],
        data={"fields": ["photo"]},
    )
