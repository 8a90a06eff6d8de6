"""Looking at what a link would do, and doing it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

from openvisit.core.appointment import Mode, Move, Status
from openvisit.core.errors import Invalid
from openvisit.features.audit import vocabulary
from openvisit.features.audit.commands import record_looks
from openvisit.features.booking import moves
from openvisit.features.booking import wire as booking
from openvisit.features.booking.alternatives import nearest
from openvisit.features.booking.bearer import opened, use_key
from openvisit.features.booking.reschedule import reschedule
from openvisit.features.notifications.links import wire
from openvisit.features.notifications.links.errors import LinkOver
from openvisit.features.notifications.links.late import tell_late
from openvisit.features.notifications.links.visit import Answering, answering, done
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, execute, fetch_one
from openvisit.platform.events import Subscriptions
from openvisit.platform.links import PAGES, Link, Purpose
from openvisit.platform.principal import become, of_person
from openvisit.platform.rate_limits import first_use
from openvisit.platform.realtime import Live

_HERE: tuple[Purpose, ...] = ("confirm", "reschedule", "cancel", "late")
_ONCE = ("cancel", "reschedule")
_ALTERNATIVES = 12


@dataclass(frozen=True, slots=True)
class Desk:
    """What answers are taken with; `address` is the caller's."""

    db: Database
    vault: Vault
    live: Live
    subscriptions: Subscriptions
    address: str


async def look(desk: Desk, text: str, now: datetime) -> wire.LinkVisit | wire.LinkElsewhere:
    """What the link is about, or where one about something else is answered. Changes nothing.

    Errors: LinkOver, TooManyRequests.
    """
    link = await _read(desk, text, now, *get_args(Purpose))
    if link.purpose not in _HERE:
        return wire.LinkElsewhere(link.purpose, f"/{PAGES[link.purpose]}#{text}")
    async with desk.db.connection(as_system=_WHY) as connection:
        found = await answering(connection, link, now)
        await _record_look(connection, found, now)
        times = await _times(connection, found.row, now) if link.purpose == "reschedule" else []
        phone = await _clinic_phone(connection, found.row)
    return _shown(link, found, times, phone)


async def _record_look(connection: Connection, found: Answering, now: datetime) -> None:
    """A delegate's look is in the patient's record; their own is not."""
    row, actor = found.row, found.actor
    seen = vocabulary.look(
        actor,
        row["clinic_id"],
        row["patient_id"],
        appointment_id=row["id"],
        provider_id=row["provider_id"],
    )
    if seen is not None:
        await record_looks(connection, at=now, actor_id=actor.person_id, action="appointment:read", looks=[seen])


_WHY = "a link tells by itself whose visit it is about"


async def do(desk: Desk, text: str, said: wire.LinkAnswer, now: datetime) -> wire.LinkDone:
    """Do what the link is for, as the person it was given to.

    Errors: LinkOver, Invalid, TooManyRequests, and those of the move itself.
    """
    link = await _read(desk, text, now, *_HERE)
    async with desk.db.connection(as_system=_WHY) as connection:
        found = await answering(connection, link, now)
        _refuse_incomplete(link, said)
        if link.purpose in _ONCE and not await first_use(
            connection, use_key(desk.vault, text), until=found.row["ends_at"]
        ):
            raise LinkOver
    become(of_person(found.actor))
    if done(link, found.row):
        return wire.LinkDone(link.purpose, Status(found.row["status"]), found.row["starts_at"], found.row["time_zone"])
    try:
        return await _act(desk, link, found, said, now)
    except Exception:
        await _give_back(desk, text)  # it was not used after all
        raise


async def _read(desk: Desk, text: str, now: datetime, *purposes: Purpose) -> Link:
    async with desk.db.connection(as_system=_WHY) as connection:
        link = await opened(connection, desk.vault, text, *purposes, address=desk.address, now=now)
    if link is None:
        raise LinkOver
    return link


def _refuse_incomplete(link: Link, said: wire.LinkAnswer) -> None:
    wanted = {"reschedule": ("start", said.start), "late": ("minutes", said.minutes)}.get(link.purpose)
    if wanted is not None and wanted[1] is None:
        raise Invalid(f"{wanted[0]} is needed", errors=[{"path": f"body.{wanted[0]}", "message": "is needed"}])


async def _act(desk: Desk, link: Link, found: Answering, said: wire.LinkAnswer, now: datetime) -> wire.LinkDone:
    parts = (desk.db, desk.vault, desk.live, desk.subscriptions, found.actor, link.subject)
    if link.purpose == "late":
        assert said.minutes is not None  # noqa: S101 - `_refuse_incomplete`
        row = await tell_late(desk.db, desk.live, desk.subscriptions, found.actor, link.subject, said.minutes, now)
        return wire.LinkDone(link.purpose, Status(row["status"]), row["starts_at"], row["time_zone"])
    if link.purpose == "reschedule":
        assert said.start is not None  # noqa: S101 - `_refuse_incomplete`
        made = await reschedule(*parts, booking.RescheduleBody(said.start.astimezone(UTC)), now)
    else:
        move = Move.CONFIRM if link.purpose == "confirm" else Move.CANCEL
        made = await moves.make(*parts, move, now, reason=said.reason)
    return wire.LinkDone(link.purpose, made.status, made.start, made.time_zone)


async def _give_back(desk: Desk, text: str) -> None:
    async with desk.db.connection(as_system=_WHY) as connection:
        await execute(connection, "DELETE FROM rate_limit WHERE key = %(key)s", {"key": use_key(desk.vault, text)})


async def _times(connection: Connection, row: Any, now: datetime) -> list[datetime]:
    length = (row["ends_at"] - row["starts_at"]).total_seconds() // 60 - row["duration_minutes"]
    found = await nearest(
        connection,
        row["provider_id"],
        row["visit_type_id"],
        row["starts_at"],
        row["mode"],
        now,
        extra_minutes=max(0, int(length)),
        most=_ALTERNATIVES,
    )
    return sorted(slot.start for slot in found if slot.start != row["starts_at"])


async def _clinic_phone(connection: Connection, row: Any) -> str:
    clinic = await fetch_one(connection, "SELECT phone FROM clinic WHERE id = %(id)s", {"id": row["clinic_id"]})
    return str(row["location_phone"] or (clinic["phone"] if clinic else "") or "")


def _shown(link: Link, found: Answering, times: list[datetime], phone: str) -> wire.LinkVisit:
    row = found.row
    place = ", ".join(part for part in (row["location_name"], row["address"], row["city"]) if part)
    return wire.LinkVisit(
        purpose=link.purpose,
        done=done(link, row),
        clinic=row["clinic_name"],
        clinic_phone=phone,
        with_whom=row["provider_name"],
        start=row["starts_at"],
        end=row["ends_at"],
        time_zone=row["time_zone"],
        mode=Mode(row["mode"]),
        status=Status(row["status"]),
        place=place if row["mode"] == Mode.IN_PERSON else "",
        reason_required=link.purpose == "cancel" and row["cancellation_reason_required"],
        language=found.actor.language,
        your_time_zone=found.actor.time_zone,
        times=times,
    )
