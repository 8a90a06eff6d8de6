"""Adding, changing and switching off providers."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.errors import UniqueViolation

from openvisit.core.errors import Forbidden
from openvisit.core.ids import new_id
from openvisit.core.permissions import ADMIN, PROVIDER, STAFF, Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.directory import taxonomy
from openvisit.features.directory.commands import offers, rows
from openvisit.features.directory.commands.slots_changed import refresh_free_starts, tell_open_pages
from openvisit.features.directory.errors import PersonTaken, invalid
from openvisit.features.directory.queries.providers import whole_provider
from openvisit.features.directory.visibility import visible
from openvisit.features.directory.wire.fields import given
from openvisit.features.directory.wire.providers import NewProvider, Provider, ProviderChanges
from openvisit.features.identity.tokens import TOPIC
from openvisit.platform.db import Connection, Database, execute, fetch_all, fetch_one
from openvisit.platform.realtime import Live

_FOR_THE_CLINIC_TO_SAY = frozenset({"person_id", "active"})
_CHANGES_SLOTS = frozenset({"visit_types", "default_visit_type_id", "location_ids", "time_zone", "active"})
_ELSEWHERE = frozenset({"location_ids", "visit_types", "clinic_id", "default_visit_type_id"})


async def add_provider(
    db: Database, live: Live, actor: Actor, now: datetime, body: NewProvider, language: str
) -> Provider:
    """Add a provider to a clinic.

    Errors: Forbidden, Invalid, PersonTaken.
    """
    clinic_id = rows.clinic_for(actor, body.clinic_id, "provider:add")
    wanted = given(body)
    values = {**_columns(wanted), "id": new_id(), "clinic_id": clinic_id}
    async with _one_person_each(), db.transaction() as connection:
        await _check_person(connection, clinic_id, body.person_id)
        await rows.insert(connection, "provider", values)
        await _set_links(connection, values["id"], clinic_id, wanted)
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="provider:add",
            thing="provider",
            thing_id=values["id"],
            clinic_id=clinic_id,
        )
        concerned = await refresh_free_starts(connection, [values["id"]])
        added = await whole_provider(connection, actor, values["id"], now=now, language=language)
    tell_open_pages(live, concerned)
    _tell_accounts(live, body.person_id)
    return added


async def change_provider(
    db: Database,
    live: Live,
    actor: Actor,
    now: datetime,
    provider_id: UUID,
    body: ProviderChanges,
    expected: int | None,
    language: str,
) -> Provider:
    """Change a provider's profile, or switch it off and on by `active`; `expected` is the version read, if any.

    Errors: NotFound, Forbidden, VersionMismatch, Invalid, PersonTaken.
    """
    wanted = given(body)
    concerned: list[UUID] = []
    async with _one_person_each(), db.transaction() as connection:
        row = visible(await rows.locked(connection, "provider", provider_id), actor)
        clinic_id = row["clinic_id"]
        _check_may_change(actor, provider_id, clinic_id, wanted)
        rows.check_version(row, expected)
        if wanted:
            await _check_person(connection, clinic_id, wanted.get("person_id"))
            await rows.update(connection, "provider", provider_id, _columns(wanted))
            await _set_links(connection, provider_id, clinic_id, wanted)
            await record(
                connection,
                at=now,
                actor_id=actor.person_id,
                action="provider:edit",
                thing="provider",
                thing_id=provider_id,
                clinic_id=clinic_id,
                data={"fields": sorted(wanted)},
            )
        if not _CHANGES_SLOTS.isdisjoint(wanted):
            concerned = await refresh_free_starts(connection, [provider_id])
        changed = await whole_provider(connection, actor, provider_id, now=now, language=language)
    tell_open_pages(live, concerned)
    if not _FOR_THE_CLINIC_TO_SAY.isdisjoint(wanted):
        _tell_accounts(live, row["person_id"], wanted.get("person_id"))
    return changed


def _check_may_change(actor: Actor, provider_id: UUID, clinic_id: UUID, wanted: Mapping[str, Any]) -> None:
    if not allowed(actor, "provider:edit", Target(clinic_id=clinic_id, provider_id=provider_id)):
        raise Forbidden
    if not _FOR_THE_CLINIC_TO_SAY.isdisjoint(wanted) and not actor.holds(clinic_id, STAFF, ADMIN):
        raise Forbidden("Only the clinic's staff can change this")


def _columns(wanted: Mapping[str, Any]) -> dict[str, Any]:
    columns = rows.tidy({k: v for k, v in wanted.items() if k not in _ELSEWHERE})
    for name in ("specialties", "languages", "insurance_plans"):
        if name in columns:
            columns[name] = list(dict.fromkeys(value.strip() for value in columns[name]))
    if strange := taxonomy.unknown(columns.get("specialties", ())):
        raise invalid("specialties", f"not a specialty we know: {', '.join(strange)}")
    return columns


async def _set_links(connection: Connection, provider_id: UUID, clinic_id: UUID, wanted: Mapping[str, Any]) -> None:
    if "location_ids" in wanted:
        await _set_locations(connection, provider_id, clinic_id, set(wanted["location_ids"]))
    if "visit_types" in wanted:
        fees = {offer.visit_type_id: offer.fee for offer in wanted["visit_types"]}
        await offers.set_visit_types(connection, provider_id, clinic_id, fees)
    if wanted.get("default_visit_type_id"):
        await _set_default(connection, provider_id, wanted["default_visit_type_id"])
    await offers.repair_defaults(connection, [provider_id])


async def _set_locations(connection: Connection, provider_id: UUID, clinic_id: UUID, wanted: set[UUID]) -> None:
    known = await fetch_all(
        connection,
        "SELECT id FROM location WHERE id = ANY(%(ids)s) AND clinic_id = %(clinic_id)s",
        {"ids": list(wanted), "clinic_id": clinic_id},
    )
    if len(known) < len(wanted):
        raise invalid("location_ids", "not all of these are locations of the clinic")
    # As with visit types: a location that is switched off is not in the form, and comes back when it is on again.
    await execute(
        connection,
        """DELETE FROM provider_location pl USING location l
           WHERE l.id = pl.location_id AND l.active
             AND pl.provider_id = %(id)s AND NOT pl.location_id = ANY(%(ids)s)""",
        {"id": provider_id, "ids": list(wanted)},
    )
    await execute(
        connection,
        """INSERT INTO provider_location (provider_id, location_id)
           SELECT %(id)s, location_id FROM unnest(%(ids)s::uuid[]) AS location_id ON CONFLICT DO NOTHING""",
        {"id": provider_id, "ids": list(wanted)},
    )


async def _set_default(connection: Connection, provider_id: UUID, visit_type_id: UUID) -> None:
    done = await execute(
        connection,
        """UPDATE provider p SET default_visit_type_id = o.visit_type_id
           FROM provider_visit_type o JOIN visit_type v ON v.id = o.visit_type_id AND v.active
           WHERE p.id = %(id)s AND o.provider_id = p.id AND o.visit_type_id = %(visit_type_id)s""",
        {"id": provider_id, "visit_type_id": visit_type_id},
    )
    if not done:
        raise invalid("default_visit_type_id", "the provider does not offer this visit type")


async def _check_person(connection: Connection, clinic_id: UUID, person_id: UUID | None) -> None:
    """An account is linked only where an admin gave it the provider role: linking must not give rights by itself."""
    if person_id is None:
        return
    role = await fetch_one(
        connection,
        """SELECT 1 AS yes FROM role
           WHERE person_id = %(person_id)s AND clinic_id = %(clinic_id)s AND role = %(role)s""",
        {"person_id": person_id, "clinic_id": clinic_id, "role": PROVIDER},
    )
    if role is None:
        raise invalid("person_id", "this account does not hold the provider role at the clinic")


def _tell_accounts(live: Live, *person_ids: UUID | None) -> None:
    """What these accounts may do has changed; nobody should remember it as it was."""
    live.publish(*(f"{TOPIC}{person_id}" for person_id in person_ids if person_id))


@asynccontextmanager
async def _one_person_each() -> AsyncIterator[None]:
    """Turns the refusal to link one account to two providers into PersonTaken."""
    try:
        yield
    except UniqueViolation as error:
        if error.diag.constraint_name == "uq_provider_person_id":
            raise PersonTaken from error
        raise
