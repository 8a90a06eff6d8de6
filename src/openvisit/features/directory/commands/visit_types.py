"""Adding, changing and switching off visit types."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.ids import new_id
from openvisit.core.permissions import ROLES, Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.directory.commands import offers, rows
from openvisit.features.directory.commands.slots_changed import refresh_free_starts, tell_open_pages
from openvisit.features.directory.queries.visit_types import whole_visit_type
from openvisit.features.directory.visibility import visible
from openvisit.features.directory.wire.fields import given
from openvisit.features.directory.wire.visit_types import NewVisitType, VisitType, VisitTypeChanges
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live


async def add_visit_type(db: Database, live: Live, actor: Actor, now: datetime, body: NewVisitType) -> VisitType:
    """Add a visit type; for a provider who had none it becomes the default.

    Errors: Forbidden, Invalid.
    """
    clinic_id = rows.clinic_for(actor, body.clinic_id, "visit-type:manage")
    values = {**_columns(given(body)), "id": new_id(), "clinic_id": clinic_id}
    values["step_minutes"] = values["step_minutes"] or values["duration_minutes"]
    async with db.transaction() as connection:
        providers = await offers.lock_providers(connection, clinic_id, body.provider_ids, "provider_ids")
        await rows.insert(connection, "visit_type", values)
        await offers.set_providers(connection, values["id"], set(), set(providers))
        await offers.repair_defaults(connection, providers)
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="visit-type:manage",
            thing="visit_type",
            thing_id=values["id"],
            clinic_id=clinic_id,
            data={"added": True, "providers": [str(provider) for provider in providers]},
        )
        concerned = await refresh_free_starts(connection, providers)
        added = await whole_visit_type(connection, values["id"])
    tell_open_pages(live, concerned)
    return added


async def change_visit_type(
    db: Database,
    live: Live,
    actor: Actor,
    now: datetime,
    visit_type_id: UUID,
    body: VisitTypeChanges,
    expected: int | None,
) -> VisitType:
    """Change a visit type, who offers it, or switch it off and on by `active`.

    Visits that are booked already keep their length and price. `expected` is the version that was read, if any.
    Errors: NotFound, Forbidden, VersionMismatch, Invalid.
    """
    wanted = given(body)
    changes = _columns(wanted)
    async with db.transaction() as connection:
        row = visible(await rows.locked(connection, "visit_type", visit_type_id), actor)
        if not allowed(actor, "visit-type:manage", Target(clinic_id=row["clinic_id"])):
            raise Forbidden
        rows.check_version(row, expected)
        if not wanted:
            return await whole_visit_type(connection, visit_type_id)
        before = await offers.providers_offering(connection, visit_type_id)
        after = set(wanted.get("provider_ids", before))
        concerned = await offers.lock_providers(connection, row["clinic_id"], before | after, "provider_ids")
        await rows.update(connection, "visit_type", visit_type_id, changes)
        await offers.set_providers(connection, visit_type_id, before, after)
        await offers.repair_defaults(connection, concerned)
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="visit-type:manage",
            thing="visit_type",
            thing_id=visit_type_id,
            clinic_id=row["clinic_id"],
            data={"fields": sorted(wanted)},
        )
        await refresh_free_starts(connection, concerned)
        changed = await whole_visit_type(connection, visit_type_id)
    tell_open_pages(live, concerned)
    return changed


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns for the members that the request names."""
    columns = rows.tidy({k: v for k, v in values.items() if k != "provider_ids"})
    if "modes" in columns:
        columns["modes"] = [mode.value for mode in dict.fromkeys(columns["modes"])]
    if "bookable_by" in columns:
        columns["bookable_by"] = _roles(columns["bookable_by"])
    if "price" in columns:
        price = columns.pop("price")
        offers.check_price(price, "price.currency")
        columns["price_minor"] = price.amount_minor if price else None
        columns["price_currency"] = price.currency if price else None
    return columns


def _roles(who: str | Sequence[str]) -> list[str]:
    """Roles for the words that a request may use, in the order of `ROLES`."""
    words = {who} if isinstance(who, str) else set(who)
    if words & {"anyone", "everyone"}:
        return list(ROLES)
    if "patients" in words:
        words.add("patient")
    return [role for role in ROLES if role in words]
