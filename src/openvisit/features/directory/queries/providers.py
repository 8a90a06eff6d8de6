"""Reads of one provider."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.errors import NotFound
from openvisit.core.permissions import Actor
from openvisit.features.directory.queries.provider_cards import CARDS, card_fields
from openvisit.features.directory.visibility import visible, works_for
from openvisit.features.directory.wire.fields import price
from openvisit.features.directory.wire.providers import Offer, Provider
from openvisit.platform.db import Connection, Database, fetch_all, fetch_one


async def read_provider(
    db: Database, caller: Actor | None, provider_id: UUID, *, now: datetime, language: str
) -> Provider:
    """One provider's whole profile.

    Errors: NotFound.
    """
    async with db.connection() as connection:
        return await whole_provider(connection, caller, provider_id, now=now, language=language)


async def whole_provider(
    connection: Connection, caller: Actor | None, provider_id: UUID, *, now: datetime, language: str
) -> Provider:
    """The profile as it stands in this transaction.

    Errors: NotFound.
    """
    row = await fetch_one(
        connection,
        f"WITH page AS (SELECT %(id)s::uuid AS id, NULL::timestamptz AS soonest, NULL::text AS sort_name) {CARDS}",
        {"id": provider_id, "now": now, "mode": None},
    )
    row_seen = visible(row, caller)
    offers = await fetch_all(
        connection,
        """SELECT o.visit_type_id, o.fee_minor, o.fee_currency
           FROM provider_visit_type o JOIN visit_type v ON v.id = o.visit_type_id
           WHERE o.provider_id = %(id)s AND v.active ORDER BY lower(v.name), v.id""",
        {"id": provider_id},
    )
    return Provider(
        **card_fields(row_seen, language),
        visit_types=[Offer(o["visit_type_id"], price(o["fee_minor"], o["fee_currency"])) for o in offers],
        default_visit_type_id=row_seen["default_visit_type_id"],
        person_id=row_seen["person_id"] if works_for(caller, row_seen["clinic_id"]) else None,
        version=row_seen["version"],
    )


async def read_photo(db: Database, caller: Actor | None, provider_id: UUID) -> Mapping[str, Any]:
    """The photo's `media_type`, `content` and `at`, when it was set.

    Errors: NotFound when there is none.
    """
    async with db.connection() as connection:
        row = await fetch_one(
            connection,
            """SELECT p.clinic_id, p.active, photo.media_type, photo.content, photo.at
               FROM provider_photo photo JOIN provider p ON p.id = photo.provider_id
               WHERE photo.provider_id = %(id)s""",
            {"id": provider_id},
        )
    if row is None:
        raise NotFound
    return visible(row, caller)
