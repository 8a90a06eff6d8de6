"""Which live topics a person may hear."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from openvisit.core.permissions import Actor, Target, allowed
from openvisit.platform.db import Database, fetch_one


def gate(db: Database) -> Callable[[Actor | None, str], Awaitable[str | None]]:
    """A function from (person, topic) to the channel behind it, None for topics that are not theirs.

    `slots:<provider>` is for anyone, `agenda:<provider>` for the provider and the clinic's staff, `clinic:<clinic>`
    for the clinic's staff, `me` for whoever is signed in.
    """

    async def channel(actor: Actor | None, topic: str) -> str | None:
        kind, _, text = topic.partition(":")
        if kind == "me" and not text:
            return f"person:{actor.person_id}" if actor else None
        try:
            subject = UUID(text)
        except ValueError:
            return None
        if kind == "slots":
            return f"slots:{subject}"
        if kind == "clinic" and allowed(actor, "front-desk:read", Target(clinic_id=subject)):
            return f"clinic:{subject}"
        if kind == "agenda" and await _may_see_agenda(db, actor, subject):
            return f"agenda:{subject}"
        return None

    return channel


async def _may_see_agenda(db: Database, actor: Actor | None, provider_id: UUID) -> bool:
    async with db.connection() as connection:
        row = await fetch_one(connection, "SELECT clinic_id FROM provider WHERE id = %(id)s", {"id": provider_id})
    target = Target(clinic_id=row["clinic_id"] if row else None, provider_id=provider_id)
    return allowed(actor, "provider-history:read", target)
