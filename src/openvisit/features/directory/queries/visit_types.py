"""Reads of visit types."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from openvisit.core.permissions import Actor
from openvisit.features.directory import paging
from openvisit.features.directory.visibility import active_or_own, visible
from openvisit.features.directory.wire.fields import price
from openvisit.features.directory.wire.visit_types import (
    OfferedVisitType,
    OfferedVisitTypes,
    VisitType,
    VisitTypePage,
)
from openvisit.platform.db import Connection, Database, fetch_all, fetch_one

_PLAIN = [field for field in OfferedVisitType.__struct_fields__ if field != "price"]


async def list_visit_types(
    db: Database,
    caller: Actor | None,
    *,
    clinic_id: UUID | None,
    include_inactive: bool,
    cursor: str | None,
    limit: int,
) -> VisitTypePage:
    """Visit types by name, of one clinic or of all."""
    condition, values = active_or_own(caller, include_inactive)
    conditions = [condition]
    if clinic_id:
        conditions.append("clinic_id = %(clinic_id)s")
        values["clinic_id"] = clinic_id
    async with db.connection() as connection:
        rows, following = await paging.named_rows(
            connection, "visit_type", conditions, values, cursor=cursor, limit=limit
        )
        offering = await _providers_of(connection, [row["id"] for row in rows])
    return VisitTypePage([visit_type(row, offering.get(row["id"], [])) for row in rows], following)


async def read_visit_type(db: Database, caller: Actor | None, visit_type_id: UUID) -> VisitType:
    """One visit type.

    Errors: NotFound.
    """
    async with db.connection() as connection:
        row = await fetch_one(connection, "SELECT * FROM visit_type WHERE id = %(id)s", {"id": visit_type_id})
        visible(row, caller)
        return await whole_visit_type(connection, visit_type_id)


async def whole_visit_type(connection: Connection, visit_type_id: UUID) -> VisitType:
    """A visit type that exists, as it stands in this transaction."""
    rows = await fetch_all(connection, "SELECT * FROM visit_type WHERE id = %(id)s", {"id": visit_type_id})
    offering = await _providers_of(connection, [visit_type_id])
    return visit_type(rows[0], offering.get(visit_type_id, []))


async def offered_by(db: Database, caller: Actor | None, provider_id: UUID) -> OfferedVisitTypes:
    """What a provider offers, by name, each with the provider's own fee as its price.

    Errors: NotFound when there is no such provider for this caller.
    """
    async with db.connection() as connection:
        provider = visible(
            await fetch_one(
                connection,
                "SELECT clinic_id, active, default_visit_type_id FROM provider WHERE id = %(id)s",
                {"id": provider_id},
            ),
            caller,
        )
        rows = await fetch_all(
            connection,
            """SELECT v.*, o.fee_minor, o.fee_currency
               FROM provider_visit_type o JOIN visit_type v ON v.id = o.visit_type_id
               WHERE o.provider_id = %(id)s AND v.active
               ORDER BY lower(v.name), v.id""",
            {"id": provider_id},
        )
    return OfferedVisitTypes([_offered(row) for row in rows], provider["default_visit_type_id"])


async def _providers_of(connection: Connection, visit_type_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    rows = await fetch_all(
        connection,
        """SELECT visit_type_id, array_agg(provider_id ORDER BY provider_id) AS providers
           FROM provider_visit_type WHERE visit_type_id = ANY(%(ids)s) GROUP BY visit_type_id""",
        {"ids": list(visit_type_ids)},
    )
    return {row["visit_type_id"]: row["providers"] for row in rows}


def visit_type(row: Mapping[str, Any], provider_ids: list[UUID]) -> VisitType:
    """A visit type from its row and who offers it."""
    plain = {field: row[field] for field in _PLAIN}
    return VisitType(price=price(row["price_minor"], row["price_currency"]), provider_ids=provider_ids, **plain)


def _offered(row: Mapping[str, Any]) -> OfferedVisitType:
    own = price(row["fee_minor"], row["fee_currency"])
    plain = {field: row[field] for field in _PLAIN}
    return OfferedVisitType(price=own or price(row["price_minor"], row["price_currency"]), **plain)
