"""Which provider offers which visit type, and which one is the provider's default."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from openvisit.core.money import MINOR_DIGITS
from openvisit.features.directory.errors import invalid
from openvisit.features.directory.wire.fields import Price
from openvisit.platform.db import Connection, execute, fetch_all


async def lock_providers(
    connection: Connection, clinic_id: UUID, provider_ids: Iterable[UUID], path: str
) -> list[UUID]:
    """Lock providers of the clinic in the order of their ids, so that two changes cannot wait for each other.

    Errors: Invalid when one is not of the clinic.
    """
    wanted = set(provider_ids)
    found = await fetch_all(
        connection,
        """SELECT id FROM provider WHERE id = ANY(%(ids)s) AND clinic_id = %(clinic_id)s
           ORDER BY id FOR NO KEY UPDATE""",
        {"ids": list(wanted), "clinic_id": clinic_id},
    )
    if len(found) < len(wanted):
        raise invalid(path, "not all of these are providers of the clinic")
    return [row["id"] for row in found]


async def providers_offering(connection: Connection, visit_type_id: UUID) -> set[UUID]:
    """Who offers the visit type."""
    rows = await fetch_all(
        connection,
        "SELECT provider_id FROM provider_visit_type WHERE visit_type_id = %(id)s",
        {"id": visit_type_id},
    )
    return {row["provider_id"] for row in rows}


async def set_providers(connection: Connection, visit_type_id: UUID, before: set[UUID], after: set[UUID]) -> None:
    """Let exactly `after` offer the visit type, where `before` did; fees of those who stay are kept."""
    await execute(
        connection,
        "DELETE FROM provider_visit_type WHERE visit_type_id = %(id)s AND provider_id = ANY(%(gone)s)",
        {"id": visit_type_id, "gone": list(before - after)},
    )
    await execute(
        connection,
        """INSERT INTO provider_visit_type (provider_id, visit_type_id)
           SELECT provider_id, %(id)s FROM unnest(%(new)s::uuid[]) AS provider_id
           ON CONFLICT DO NOTHING""",
        {"id": visit_type_id, "new": sorted(after - before)},
    )
    await execute(
        connection,
        "UPDATE provider SET version = version + 1 WHERE id = ANY(%(ids)s)",
        {"ids": list(before ^ after)},
    )


async def set_visit_types(
    connection: Connection, provider_id: UUID, clinic_id: UUID, fees: Mapping[UUID, Price | None]
) -> None:
    """Let the provider offer exactly these visit types, each with the provider's own fee or None.

    Errors: Invalid when one is not of the clinic, or a fee's currency is none.
    """
    for fee in fees.values():
        check_price(fee, "visit_types")
    known = await fetch_all(
        connection,
        "SELECT id FROM visit_type WHERE id = ANY(%(ids)s) AND clinic_id = %(clinic_id)s",
        {"ids": list(fees), "clinic_id": clinic_id},
    )
    if len(known) < len(fees):
        raise invalid("visit_types", "not all of these are visit types of the clinic")
    # What is switched off is not shown in the provider's form, so that it must not be lost by saving the form.
    await execute(
        connection,
        """DELETE FROM provider_visit_type o USING visit_type v
           WHERE v.id = o.visit_type_id AND v.active
             AND o.provider_id = %(id)s AND NOT o.visit_type_id = ANY(%(kept)s)""",
        {"id": provider_id, "kept": list(fees)},
    )
    await execute(
        connection,
        """INSERT INTO provider_visit_type (provider_id, visit_type_id, fee_minor, fee_currency)
           SELECT %(id)s, * FROM unnest(%(types)s::uuid[], %(amounts)s::int[], %(currencies)s::text[])
           ON CONFLICT (provider_id, visit_type_id)
           DO UPDATE SET fee_minor = EXCLUDED.fee_minor, fee_currency = EXCLUDED.fee_currency""",
        {
            "id": provider_id,
            "types": list(fees),
            "amounts": [fee.amount_minor if fee else None for fee in fees.values()],
            "currencies": [fee.currency if fee else None for fee in fees.values()],
        },
    )


async def repair_defaults(connection: Connection, provider_ids: Sequence[UUID]) -> None:
    """Give each provider whose default visit type is none, or not on offer any more, the first one on offer by name."""
    await execute(
        connection,
        """UPDATE provider p
           SET version = version + 1, default_visit_type_id = (
               SELECT v.id FROM provider_visit_type o JOIN visit_type v ON v.id = o.visit_type_id AND v.active
               WHERE o.provider_id = p.id ORDER BY lower(v.name), v.id LIMIT 1)
           WHERE p.id = ANY(%(ids)s) AND CASE
               WHEN p.default_visit_type_id IS NULL THEN EXISTS (
                   SELECT FROM provider_visit_type o JOIN visit_type v ON v.id = o.visit_type_id AND v.active
                   WHERE o.provider_id = p.id)
               ELSE NOT EXISTS (
                   SELECT FROM provider_visit_type o JOIN visit_type v ON v.id = o.visit_type_id AND v.active
                   WHERE o.provider_id = p.id AND o.visit_type_id = p.default_visit_type_id) END""",
        {"ids": list(provider_ids)},
    )


def check_price(price: Price | None, path: str) -> None:
    """Nothing when the price's currency is one.

    Errors: Invalid.
    """
    if price is not None and price.currency not in MINOR_DIGITS:
        raise invalid(path, "not an ISO 4217 currency in circulation")
