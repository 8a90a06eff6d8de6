"""Booking an appointment: look, compose the answer, write it all in one statement, or look again."""

import base64
import hashlib
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg.pq import TransactionStatus

from openvisit.core.appointment import Status
from openvisit.core.errors import Invalid
from openvisit.core.permissions import Actor
from openvisit.core.years import refuse_year
from openvisit.features.booking import wire
from openvisit.features.booking.context import Wish, look
from openvisit.features.booking.errors import IdempotencyKeyReused, PatientBusy
from openvisit.features.booking.holds import sweep, token_hash
from openvisit.features.booking.present import WHY, acting, appointment, patient_keys
from openvisit.features.booking.refusals import (
    hold_of,
    refuse_past_cap,
    refuse_person,
    refuse_slot,
    refuse_without_consent,
    taken,
)
from openvisit.features.booking.visit import claims_of, compose
from openvisit.features.booking.write import Kept, Lost, insert
from openvisit.platform import metrics
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, fetch_one
from openvisit.platform.events import Event, Subscriptions
from openvisit.platform.realtime import Live

_TRIES = 8  # each loses to a different room or device, or meets a hold that just ran out


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON body: the first answer to a request, or the same one replayed."""

    status: int
    body: bytes
    replayed: bool = False


async def book(
    db: Database,
    vault: Vault,
    live: Live,
    subscriptions: Subscriptions,
    actor: Actor,
    body: wire.BookBody,
    *,
    key: str | None,
    now: datetime,
) -> Answer:
    """Book the visit; the answer is the appointment as JSON.

    Errors: SlotTaken, HoldGone and SlotNotOffered (with alternatives), PatientBusy, PatientNotFound, Forbidden,
    NotBookableByYou, ConsentNeeded, ProcessingRestricted, HoldMismatch, IdempotencyKeyReused, ReasonRequired,
    UnknownProvider, UnknownVisitType.
    """
    async with db.connection() as connection:
        answer, changed = await book_in(connection, vault, subscriptions, actor, body, key=key, now=now)
    live.publish(*changed)
    return answer


async def book_in(
    connection: Connection,
    vault: Vault,
    subscriptions: Subscriptions,
    actor: Actor,
    body: wire.BookBody,
    *,
    key: str | None,
    now: datetime,
) -> tuple[Answer, list[str]]:
    """`book` on the caller's connection, in its transaction where it has one; with what changed, for the live channel
    after the commit. Errors: as `book`."""
    booking = _Booking(vault, subscriptions, actor, body, _wish(actor, body, key), now)
    for _ in range(_TRIES):
        try:
            answer = await booking.attempt(connection)
        except Lost as lost:
            await booking.learn(connection, lost)
        else:
            if answer.replayed:
                return answer, []
            metrics.bookings.labels("booked").inc()
            return answer, topics(booking.row)
    raise await taken(connection, booking.wish, now)


def topics(row: Any) -> list[str]:
    """What changed, for the live channel, when an appointment was made, moved or ended."""
    return [
        f"slots:{row['provider_id']}",
        f"agenda:{row['provider_id']}",
        f"clinic:{row['clinic_id']}",
        f"person:{row['patient_person_id']}",
    ]


class _Booking:
    """One request to book, through as many attempts as other people's bookings make necessary."""

    def __init__(
        self,
        vault: Vault,
        subscriptions: Subscriptions,
        actor: Actor,
        body: wire.BookBody,
        wish: Wish,
        now: datetime,
    ) -> None:
        self.wish = wish
        self.row: Any = None
        self._vault = vault
        self._subscriptions = subscriptions
        self._actor = actor
        self._body = body
        self._now = now
        self._fingerprint = hashlib.sha256(msgspec.json.encode(body)).digest()
        self._lost: set[UUID] = set()

    async def attempt(self, connection: Connection) -> Answer:
        """Book, or replay the first answer. Errors: Lost when somebody else was first, or a refusal."""
        wish, now = self.wish, self._now
        row = await look(connection, wish, now, self._lost)
        if row["first_status"] is not None:
            return self._replay(row)
        if wish.patient_id is None:
            raise Invalid("`patient_id` is needed: you are not a patient yourself")
        refuse_person(self._actor, self._body, wish.patient_id, row)
        refuse_without_consent(row, wish.mode)
        held = hold_of(wish, row)
        if not self._body.overbook:
            await refuse_slot(connection, self._actor, wish, row, held, now)
        members = await self._members(connection, row, held)
        key = await self._vault.ensure(connection, row["patient_person_id"], row["patient_key"])
        row = {**row, "patient_key": key}
        self._keys = patient_keys(row, self._vault)
        self.row = compose(self._keys, self._actor, self._body, wish, row, members, now)
        answer = Answer(201, msgspec.json.encode(appointment(self.row, self._vault, self._actor, now)))
        capped = row["daily_cap"] is not None and not self._body.overbook and not held
        # Inside a transaction of the caller's, a lost race must take back no more than this.
        nested = connection.info.transaction_status == TransactionStatus.INTRANS
        async with connection.transaction() if capped or nested else nullcontext():
            if capped:
                await refuse_past_cap(connection, wish, row, now)
            await self._write(connection, row, held, answer)
        return answer

    async def learn(self, connection: Connection, lost: Lost) -> None:
        """What a lost race means for the next attempt: another room may do, holds that ran out are swept."""
        if lost.key_used:
            return
        wish = self.wish
        if wish.patient_id in lost.resources:
            again = await look(connection, wish, self._now)
            provider_free = self._body.overbook or not again["provider_taken"]
            if again["first_status"] is None and again["patient_taken"] and provider_free:
                raise PatientBusy
        await sweep(connection, lost.resources, self._now)
        self._lost |= lost.resources - {wish.patient_id, wish.provider_id}

    def _replay(self, row: Row) -> Answer:
        if row["fingerprint"] != self._fingerprint:
            raise IdempotencyKeyReused
        body = patient_keys(row, self._vault).open_bytes(row["first_body"], "idempotency.body", row["first_row_id"])
        return Answer(row["first_status"], body, replayed=True)

    async def _members(self, connection: Connection, row: Row, held: UUID | None) -> dict[str, Any]:
        """The room and the device for the visit, where it needs them. Errors: SlotTaken when none is free."""
        members: dict[str, Any] = {}
        for kind in ("room", "device"):
            member_id, name = row[f"{kind}_id"], row[f"{kind}_name"]
            if self._body.overbook:
                member_id = name = None
            elif held and row[f"needs_{kind}"]:
                member_id = row[f"hold_{kind}_id"]
                name = await _name(connection, kind, member_id)
            elif row[f"needs_{kind}"] and member_id is None:
                raise await taken(connection, self.wish, self._now)
            members |= {f"{kind}_id": member_id, f"{kind}_name": name}
        return members

    async def _write(self, connection: Connection, row: Row, held: UUID | None, answer: Answer) -> None:
        visit = self.row
        claims = claims_of(visit, row)
        if held:  # the hold already claims the others
            claims = [claim for claim in claims if claim.resource == visit["patient_id"]]
        type_ = "appointment.requested" if visit["status"] == Status.REQUESTED else "appointment.booked"
        audit_data = {"start": visit["starts_at"].isoformat(), "status": visit["status"], "mode": visit["mode"]}
        if self._body.overbook:
            # People's words, so sealed like the visit's reason: the trail outlives an erasure, they do not.
            sealed = self._keys.seal(self._body.overbook_reason, WHY, visit["id"])
            audit_data["why"] = base64.b64encode(sealed).decode()
        await insert(
            connection,
            visit,
            claims,
            hold_id=held,
            linked=row["linked"],
            event=Event(type_, visit["id"], self._now, {"mode": visit["mode"]}),
            subscriptions=self._subscriptions,
            audit_action="appointment:overbook" if self._body.overbook else "appointment:book",
            acting=acting(self._actor, visit),
            audit_data=audit_data,
            kept=self._kept(answer, visit["id"]),
        )

    def _kept(self, answer: Answer, row_id: UUID) -> Kept | None:
        key = self.wish.idempotency_key
        if key is None:
            return None
        sealed = self._keys.seal_bytes(answer.body, "idempotency.body", row_id)
        return Kept(key, self._fingerprint, answer.status, sealed)


async def _name(connection: Connection, kind: str, member_id: UUID) -> str | None:
    row = await fetch_one(connection, f"SELECT name FROM {kind} WHERE id = %(id)s", {"id": member_id})
    return row["name"] if row else None


def _wish(actor: Actor, body: wire.BookBody, key: str | None) -> Wish:
    needs = body.accommodations or {}
    extra = needs.get("extra_minutes") or 0
    if not isinstance(extra, int) or isinstance(extra, bool) or not 0 <= extra <= 120:
        raise _invalid("body.accommodations.extra_minutes", "a number from 0 to 120")
    refuse_seconds(body.start)
    return Wish(
        body.provider_id,
        body.visit_type_id,
        body.start,
        str(body.mode),
        extra,
        body.location_id,
        bool(needs.get("wheelchair_access")),
        body.patient_id or actor.patient_id,
        token_hash(body.hold_token) if body.hold_token else None,
        key,
        actor.person_id,
    )


def refuse_seconds(start: datetime) -> None:
    """Visits start at a whole minute, of a year of ours. Errors: Invalid."""
    if start.second or start.microsecond:
        raise _invalid("body.start", "visits start at a whole minute")
    refuse_year(start, "body.start")


def _invalid(path: str, message: str) -> Invalid:
    return Invalid(message, errors=[{"path": path, "message": message}])
