"""Holds: a slot kept for one person for a few minutes while they fill the form."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openvisit.core.appointment import Mode
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor
from openvisit.core.years import refuse_year
from openvisit.features.booking import wire
from openvisit.features.booking.context import Wish, look
from openvisit.features.booking.errors import HoldLimit, HoldNotFound, SlotNotOffered
from openvisit.features.booking.refusals import lock_resources, refuse_past_cap, refuse_slot, taken
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one
from openvisit.platform.realtime import Live

_TRIES = 6


def token_hash(token: str) -> bytes:
    """What is stored of a hold's token."""
    return hashlib.sha256(token.encode()).digest()


async def place(
    db: Database, live: Live, actor: Actor, body: wire.HoldBody, *, now: datetime, minutes: int, most: int
) -> wire.Hold:
    """Keep the slot for the caller for `minutes`; one person may hold `most` at a time.

    Errors: SlotTaken and SlotNotOffered (with alternatives), HoldLimit, Invalid, UnknownProvider, UnknownVisitType.
    """
    refuse_year(body.start, "body.start")
    wish = Wish(
        body.provider_id, body.visit_type_id, body.start, str(body.mode), body.extra_minutes, person_id=actor.person_id
    )
    token = secrets.token_urlsafe(24)
    expires_at = now + timedelta(minutes=minutes)
    lost: set[UUID] = set()
    for _ in range(_TRIES):
        async with db.connection() as connection:
            row = await look(connection, wish, now, lost)
            await refuse_slot(connection, actor, wish, row, None, now)
            members = await _members(connection, wish, row, now)
            hold_id = new_id()
            values = {**_values(wish, row, members), "id": hold_id, "expires_at": expires_at, "now": now}
            async with connection.transaction():
                await _refuse_past_limit(connection, actor, most, now)
                if row["daily_cap"] is not None:
                    await refuse_past_cap(connection, wish, row, now)
                refused = await _insert(connection, {**values, "token_hash": token_hash(token)})
            if not refused:
                live.publish(f"slots:{wish.provider_id}")
                return wire.Hold(
                    hold_id,
                    token,
                    wish.provider_id,
                    wish.visit_type_id,
                    wish.start,
                    row["ends_at"].astimezone(wish.start.tzinfo),
                    Mode(wish.mode),
                    expires_at,
                )
            await sweep(connection, refused, now)
            lost |= refused - {wish.provider_id}
    async with db.connection() as connection:
        raise await taken(connection, wish, now)


async def release(db: Database, live: Live, actor: Actor, hold_id: UUID) -> None:
    """Give the slot back. Errors: HoldNotFound, for other people's holds too."""
    async with db.transaction() as connection:
        row = await fetch_one(
            connection,
            "DELETE FROM hold WHERE id = %(id)s AND person_id = %(person_id)s RETURNING provider_id",
            {"id": hold_id, "person_id": actor.person_id},
        )
        if row is None:
            raise HoldNotFound
        await execute(connection, "DELETE FROM claim WHERE hold_id = %(id)s", {"id": hold_id})
    live.publish(f"slots:{row['provider_id']}")


async def keep(connection: Connection, wish: Wish, *, owner: UUID, until: datetime, now: datetime) -> UUID | None:
    """Hold the slot until then, in the caller's transaction, for something that is no person: an offer to several.

    The answer is the hold's id; None when the time is not to be had. Errors: UnknownProvider, UnknownVisitType.
    """
    row = await look(connection, wish, now)
    if row["provider_taken"] or row["provider_away"] or not row["opened"] or wish.mode not in row["modes"]:
        return None
    if any(row[f"needs_{kind}"] and row[f"{kind}_id"] is None for kind in ("room", "device")):
        return None
    if row["daily_cap"] is not None:
        try:
            await refuse_past_cap(connection, wish, row, now)
        except SlotNotOffered:
            return None
    hold_id = new_id()
    members = {"room": row["room_id"], "device": row["device_id"]}
    values = {**_values(wish, row, members), "id": hold_id, "person_id": owner, "expires_at": until, "now": now}
    lost = await _insert(connection, {**values, "token_hash": token_hash(secrets.token_urlsafe(24))})
    return None if lost else hold_id


async def give_back(connection: Connection, hold_id: UUID) -> None:
    """End a hold that `keep` made, in the caller's transaction."""
    await execute(connection, "DELETE FROM hold WHERE id = %(id)s", {"id": hold_id})
    await execute(connection, "DELETE FROM claim WHERE hold_id = %(id)s", {"id": hold_id})


async def give_back_all(connection: Connection, owner: UUID) -> list[UUID]:
    """End every hold that `keep` made for this owner, in the caller's transaction; the answer is whose slots are free
    again."""
    rows = await fetch_all(
        connection, "DELETE FROM hold WHERE person_id = %(owner)s RETURNING id, provider_id", {"owner": owner}
    )
    await execute(connection, "DELETE FROM claim WHERE hold_id = ANY(%(ids)s)", {"ids": [row["id"] for row in rows]})
    return [row["provider_id"] for row in rows]


async def sweep(connection: Connection, resources: Iterable[UUID], now: datetime) -> None:
    """Take holds that ran out off these resources.

    Those that somebody else is just taking away are left to them, so that two sweepers never wait for each other;
    whoever then claims the time waits for that to be committed.
    """
    await execute(
        connection,
        "SELECT openvisit_sweep_holds(%(resources)s, %(now)s)",
        {"resources": list(resources), "now": now},
    )


async def sweep_all(connection: Connection, now: datetime) -> list[UUID]:
    """Take every hold that ran out away; the answer is the providers whose slots are free again."""
    rows = await fetch_all(
        connection,
        """WITH dead AS (SELECT id FROM hold WHERE expires_at <= %(now)s FOR UPDATE SKIP LOCKED),
           gone AS (DELETE FROM hold WHERE id IN (SELECT id FROM dead) RETURNING id, provider_id),
           claims AS (DELETE FROM claim WHERE hold_id IN (SELECT id FROM gone))
           SELECT DISTINCT provider_id FROM gone""",
        {"now": now},
    )
    return [row["provider_id"] for row in rows]


async def _members(connection: Connection, wish: Wish, row: Row, now: datetime) -> dict[str, UUID | None]:
    for kind in ("room", "device"):
        if row[f"needs_{kind}"] and row[f"{kind}_id"] is None:
            raise await taken(connection, wish, now)
    return {"room": row["room_id"], "device": row["device_id"]}


def _values(wish: Wish, row: Row, members: dict[str, UUID | None]) -> dict[str, Any]:
    claims = {wish.provider_id: (row["claim_start"], row["claim_end"])}
    claims |= {m: (wish.start, row["ends_at"]) for m in members.values() if m is not None}
    ordered = sorted(claims)
    return {
        "person_id": wish.person_id,
        "provider_id": wish.provider_id,
        "visit_type_id": wish.visit_type_id,
        "mode": wish.mode,
        "starts_at": wish.start,
        "ends_at": row["ends_at"],
        "location_id": row["location_id"],
        "room_id": members["room"],
        "device_id": members["device"],
        "claim_ids": [new_id() for _ in ordered],
        "resources": ordered,
        "froms": [claims[resource][0] for resource in ordered],
        "untils": [claims[resource][1] for resource in ordered],
        "wanted": len(ordered),
    }


async def _refuse_past_limit(connection: Connection, actor: Actor, most: int, now: datetime) -> None:
    await lock_resources(connection, actor.person_id)
    row = await fetch_one(
        connection,
        "SELECT count(*) AS held FROM hold WHERE person_id = %(id)s AND expires_at > %(now)s",
        {"id": actor.person_id, "now": now},
    )
    if row is not None and row["held"] >= most:
        raise HoldLimit(limit=most)


async def _insert(connection: Connection, values: dict[str, Any]) -> set[UUID]:
    """Write the hold with its claims; the answer is the resources that were lost, none when it is written."""
    row = await fetch_one(
        connection,
        """WITH wished AS (
               SELECT * FROM unnest(%(claim_ids)s::uuid[], %(resources)s::uuid[], %(froms)s::timestamptz[],
                                    %(untils)s::timestamptz[])
                   WITH ORDINALITY AS w(id, resource, starts_at, ends_at, position) ORDER BY position
           ), won AS (
               INSERT INTO claim (id, resource, during, kind, exclusive, hold_id, expires_at)
               SELECT id, resource, tstzrange(starts_at, ends_at), 'hold', true, %(id)s, %(expires_at)s FROM wished
               ON CONFLICT DO NOTHING RETURNING resource
           ), made AS (
               INSERT INTO hold (id, token_hash, person_id, provider_id, visit_type_id, mode, starts_at, ends_at,
                                 location_id, room_id, device_id, expires_at)
               SELECT %(id)s, %(token_hash)s, %(person_id)s, %(provider_id)s, %(visit_type_id)s, %(mode)s,
                      %(starts_at)s, %(ends_at)s, %(location_id)s, %(room_id)s, %(device_id)s, %(expires_at)s
               WHERE (SELECT count(*) FROM won) = %(wanted)s RETURNING id
           )
           SELECT EXISTS (SELECT FROM made) AS made, ARRAY(SELECT resource FROM won) AS won""",
        values,
    )
    if row is None or row["made"]:
        return set()
    await execute(connection, "DELETE FROM claim WHERE hold_id = %(id)s", {"id": values["id"]})
    return set(values["resources"]) - set(row["won"])
