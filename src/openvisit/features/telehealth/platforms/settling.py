"""Bringing a visit's room at its platform in line with the visit: made, moved, closed, or given up.

One step at a time, each found from what the database says: run again after a crash it goes on where it was. Vendors are
called between transactions, never in one. The job that runs it has the visit as its lock, so that nobody else is at it.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from openvisit.core.appointment import Mode, Status
from openvisit.core.video import Platform, chosen, give_up, topic, wait
from openvisit.features.telehealth.platforms.choosing import Rooms, opened
from openvisit.features.telehealth.platforms.ports import Room, VideoRooms, Wanted
from openvisit.platform import log
from openvisit.platform.channels import Doubtful, Refused
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, Row, execute, fetch_one
from openvisit.platform.events import Event, Subscriptions, publish
from openvisit.platform.realtime import Live

WHY = "rooms of visits are kept by the server"
CHANGED = "visit.way-in-changed"
GONE = "not set up"

TO_COME = frozenset({Status.SCHEDULED, Status.CONFIRMED, Status.RESCHEDULED, Status.CHECKED_IN, Status.IN_PROGRESS})
_LINK, _ADDRESS = "video_room.link", "video_room.address"
_logger = log.get("video")


class TryAgain(Exception):
    """A vendor did not do it this time. `after` is when to ask again, where it is not the usual time."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


@dataclass(frozen=True, slots=True)
class Studio:
    """What rooms are kept with."""

    db: Database
    vault: Vault
    live: Live
    subscriptions: Subscriptions
    rooms: Rooms
    clock: Clock


async def settle(studio: Studio, appointment_id: UUID) -> None:
    """Do what there is to do for one visit. Errors: TryAgain."""
    visit = await _look(studio, appointment_id)
    if visit is None:
        return
    if not _held(visit):
        if visit["state"] is not None and visit["state"] != "closed":
            await _close(studio, visit)
        return
    if visit["state"] in (None, "closed"):
        await _plan(studio, visit)
    elif _chosen_for_another(visit):
        await _choose_anew(studio, visit)
    elif visit["state"] == "failed" and (visit["in_doubt"] or _moved(visit)):
        if visit["in_doubt"]:
            await _forget(studio, visit)
        if _moved(visit):
            await _plan(studio, visit)  # another time may go better
    elif _moved(visit):
        await _move(studio, visit)
    visit = await _look(studio, appointment_id)
    if visit is not None and visit["state"] == "planned" and _due(studio, visit):
        await _make(studio, visit)


async def _look(studio: Studio, appointment_id: UUID) -> Row | None:
    async with studio.db.connection(as_system=WHY) as connection:
        return await fetch_one(
            connection,
            """SELECT a.id, a.clinic_id, a.provider_id, a.visit_type_id, a.mode, a.status,
                      a.starts_at AS visit_starts_at, a.ends_at AS visit_ends_at, pt.person_id AS patient_person_id,
                      c.name AS clinic_name, t.name AS visit_type_name, u.choices,
                      r.platform, r.host, r.address, r.topic, r.key, r.vendor_id, r.link, r.starts_at, r.ends_at,
                      r.state, r.tries, r.in_doubt, r.provider_id AS for_provider_id, r.visit_type_id AS for_type_id
               FROM appointment a JOIN clinic c ON c.id = a.clinic_id JOIN visit_type t ON t.id = a.visit_type_id
               JOIN patient pt ON pt.id = a.patient_id
               LEFT JOIN video_rules u ON u.clinic_id = a.clinic_id
               LEFT JOIN video_room r ON r.appointment_id = a.id
               WHERE a.id = %(id)s""",
            {"id": appointment_id},
        )


def _held(visit: Row) -> bool:
    return visit["mode"] == Mode.TELEHEALTH and Status(visit["status"]) in TO_COME


def _moved(visit: Row) -> bool:
    return (visit["starts_at"], visit["ends_at"]) != (visit["visit_starts_at"], visit["visit_ends_at"])


def _chosen_for_another(visit: Row) -> bool:
    """Whether the visit went to another provider or became one of another type since its platform was chosen."""
    pairs = ((visit["for_provider_id"], visit["provider_id"]), (visit["for_type_id"], visit["visit_type_id"]))
    return any(then is not None and then != now for then, now in pairs)


def _due(studio: Studio, visit: Row) -> bool:
    ahead = _rooms(studio, visit).ahead if visit["platform"] in studio.rooms else None
    return ahead is None or studio.clock() >= visit["starts_at"] - ahead


def _rooms(studio: Studio, visit: Row) -> VideoRooms:
    return studio.rooms[Platform(visit["platform"])]


async def _plan(studio: Studio, visit: Row) -> None:
    """Note that a room is wanted, under a name that no vendor has heard yet."""
    choice = chosen(
        opened(studio.vault, visit["clinic_id"], visit["choices"]), visit["provider_id"], visit["visit_type_id"]
    )
    address = studio.vault.seal(choice.link, _ADDRESS, visit["id"]) if choice.link else None
    async with studio.db.transaction(as_system=WHY) as connection:
        await execute(
            connection,
            """INSERT INTO video_room (appointment_id, clinic_id, provider_id, visit_type_id, platform, host, address,
                                       topic, key, starts_at, ends_at, state, updated_at)
               VALUES (%(id)s, %(clinic_id)s, %(provider_id)s, %(visit_type_id)s, %(platform)s, %(host)s, %(address)s,
                       %(topic)s, %(key)s, %(visit_starts_at)s, %(visit_ends_at)s, 'planned', %(now)s)
               ON CONFLICT (appointment_id) DO UPDATE SET provider_id = excluded.provider_id,
                   visit_type_id = excluded.visit_type_id, platform = excluded.platform, host = excluded.host,
                   address = excluded.address, topic = excluded.topic, key = excluded.key, vendor_id = '', link = NULL,
                   starts_at = excluded.starts_at, ends_at = excluded.ends_at, state = 'planned', tries = 0,
                   in_doubt = false, why = '', updated_at = excluded.updated_at
               WHERE video_room.state IN ('closed', 'failed')""",
            {
                **visit,
                "platform": str(choice.platform),
                "host": choice.host,
                "address": address,
                "topic": topic(choice, visit["clinic_name"], visit["visit_type_name"]),
                "key": f"ov-{secrets.token_hex(16)}",
                "now": studio.clock(),
            },
        )


async def _make(studio: Studio, visit: Row) -> None:
    async with studio.db.connection(as_system=WHY) as connection:
        # Counted before the vendor hears of it: whoever comes after a crash knows to look for the room first.
        counted = await fetch_one(
            connection,
            """UPDATE video_room SET tries = tries + 1, in_doubt = true, updated_at = %(now)s
               WHERE appointment_id = %(id)s AND key = %(key)s AND state = 'planned' RETURNING tries""",
            {**visit, "now": studio.clock()},
        )
    if counted is None:
        return
    visit = {**visit, **counted}
    if visit["platform"] not in studio.rooms:  # its credentials were taken out of the settings
        await _not_made(studio, visit, Refused(GONE, permanent=True))
        return
    try:
        room = await _rooms(studio, visit).make(_wanted(studio, visit), again=visit["tries"] > 1)
    except (Refused, Doubtful) as error:
        await _not_made(studio, visit, error)
        return
    async with studio.db.transaction(as_system=WHY) as connection:
        await execute(
            connection,
            """UPDATE video_room SET state = 'ready', host = %(host)s, vendor_id = %(vendor_id)s, link = %(link)s,
                   in_doubt = false, why = '', updated_at = %(now)s
               WHERE appointment_id = %(id)s AND key = %(key)s AND state = 'planned'""",
            {"id": visit["id"], "now": studio.clock(), **_kept(studio, visit, room)},
        )
    _tell_pages(studio, visit)


async def _not_made(studio: Studio, visit: Any, error: Refused | Doubtful) -> None:
    """Try again later, or hold the visit in our own room, and say so."""
    now = studio.clock()
    permanent = isinstance(error, Refused) and error.permanent
    _logger.warning("room not made", visit=str(visit["id"]), platform=visit["platform"], error=error.reason)
    if isinstance(error, Refused) and not visit["in_doubt"]:  # it was not before this try, and the answer is a clear no
        await _without_doubt(studio, visit)
    if not permanent and not give_up(visit["tries"], now, visit["starts_at"]):
        asked = error.retry_after if isinstance(error, Refused) else None
        raise TryAgain(error.reason, wait(visit["tries"], asked, now, visit["starts_at"])) from error
    async with studio.db.transaction(as_system=WHY) as connection:
        failed = await execute(
            connection,
            """UPDATE video_room SET state = 'failed', why = %(why)s, updated_at = %(now)s
               WHERE appointment_id = %(id)s AND key = %(key)s AND state = 'planned'""",
            {"id": visit["id"], "key": visit["key"], "why": error.reason, "now": now},
        )
        if failed:
            data = {"platform": str(Platform.BUILT_IN), "because": "not-made"}
            await publish(connection, studio.subscriptions, Event(CHANGED, visit["id"], now, data))
    _tell_pages(studio, visit)


async def _choose_anew(studio: Studio, visit: Row) -> None:
    """Choose the platform as for a new visit; the room at the former one is closed."""
    await _close(studio, visit)
    again = await _look(studio, visit["id"])
    if again is None:
        return
    await _plan(studio, again)
    planned = await _look(studio, visit["id"])
    if planned is None or planned["platform"] == visit["platform"] == Platform.BUILT_IN:
        return
    async with studio.db.transaction(as_system=WHY) as connection:
        data = {"platform": planned["platform"], "because": "moved"}
        await publish(connection, studio.subscriptions, Event(CHANGED, visit["id"], studio.clock(), data))


async def _forget(studio: Studio, visit: Row) -> None:
    """Close a room that may have been made for a visit which is held in our own: made or found first, to know it."""
    rooms = studio.rooms.get(Platform(visit["platform"]))
    if rooms is not None:
        try:
            await rooms.cancel(await rooms.make(_wanted(studio, visit), again=True))
        except (Refused, Doubtful) as error:
            if not (isinstance(error, Refused) and error.permanent):
                raise TryAgain(error.reason) from error
    await _without_doubt(studio, visit)


async def _without_doubt(studio: Studio, visit: Any) -> None:
    async with studio.db.connection(as_system=WHY) as connection:
        await execute(
            connection,
            "UPDATE video_room SET in_doubt = false WHERE appointment_id = %(id)s AND key = %(key)s",
            {"id": visit["id"], "key": visit["key"]},
        )


async def _move(studio: Studio, visit: Row) -> None:
    """Take the room along to the visit's new time; a vendor that cannot makes another one."""
    rooms = studio.rooms.get(Platform(visit["platform"]))
    wanted = replace(_wanted(studio, visit), starts_at=visit["visit_starts_at"], ends_at=visit["visit_ends_at"])
    if rooms is not None and visit["state"] == "ready" and rooms.ahead is None:
        try:
            room = await rooms.move(_room(studio, visit), wanted)
        except (Refused, Doubtful) as error:
            _logger.warning("room not moved", visit=str(visit["id"]), platform=visit["platform"], error=error.reason)
            if not (isinstance(error, Refused) and error.permanent):
                raise TryAgain(error.reason) from error
        else:
            await _keep_moved(studio, visit, room)
            return
    if visit["state"] == "planned":
        await _keep_moved(studio, visit, _room(studio, visit))
        return
    # Tokens for the room of the former time, and people who sit in it, must not be in that of the new one.
    await _close(studio, visit)
    again = await _look(studio, visit["id"])
    if again is not None:
        await _plan(studio, again)
    if rooms is not None and rooms.ahead is None:
        async with studio.db.transaction(as_system=WHY) as connection:
            data = {"platform": visit["platform"], "because": "moved"}
            await publish(connection, studio.subscriptions, Event(CHANGED, visit["id"], studio.clock(), data))


async def _keep_moved(studio: Studio, visit: Row, room: Room) -> None:
    async with studio.db.transaction(as_system=WHY) as connection:
        await execute(
            connection,
            """UPDATE video_room SET starts_at = %(visit_starts_at)s, ends_at = %(visit_ends_at)s,
                   vendor_id = %(vendor_id)s, link = %(link)s, why = '', updated_at = %(now)s,
                   tries = CASE WHEN state = 'planned' THEN tries ELSE 0 END
               WHERE appointment_id = %(id)s AND key = %(key)s""",
            {**visit, "now": studio.clock(), **_kept(studio, visit, room)},
        )


async def _close(studio: Studio, visit: Row) -> None:
    """Close the room at the vendor; what cannot be closed is let go after the visit's time."""
    rooms = studio.rooms.get(Platform(visit["platform"]))
    over = Status(visit["status"]) in (Status.COMPLETED, Status.NO_SHOW)
    why = ""
    in_doubt = visit["in_doubt"] and visit["state"] in ("planned", "failed")
    # A vendor that keeps a meeting's history keeps it; rooms that live for an hour are ended with the visit.
    if rooms is not None and (visit["state"] == "ready" or in_doubt) and not (over and rooms.ahead is None):
        try:
            # One that may have been made is made first, or found, to have what it is closed by.
            found = await rooms.make(_wanted(studio, visit), again=True) if in_doubt else _room(studio, visit)
            await rooms.cancel(found)
        except (Refused, Doubtful) as error:
            _logger.warning("room not closed", visit=str(visit["id"]), platform=visit["platform"], error=error.reason)
            permanent = isinstance(error, Refused) and error.permanent
            if not permanent and studio.clock() < visit["ends_at"]:
                raise TryAgain(error.reason) from error
            why = error.reason
    async with studio.db.transaction(as_system=WHY) as connection:
        await execute(
            connection,
            """UPDATE video_room SET state = 'closed', link = NULL, address = NULL, in_doubt = false, why = %(why)s,
                   updated_at = %(now)s
               WHERE appointment_id = %(id)s AND key = %(key)s""",
            {"id": visit["id"], "key": visit["key"], "why": why, "now": studio.clock()},
        )
    _tell_pages(studio, visit)


def _wanted(studio: Studio, visit: Any) -> Wanted:
    sealed = visit["address"]
    address = studio.vault.open(bytes(sealed), _ADDRESS, visit["id"]) if sealed is not None else ""
    return Wanted(visit["key"], visit["topic"], visit["starts_at"], visit["ends_at"], visit["host"], address)


def _room(studio: Studio, visit: Any) -> Room:
    return room_of(studio.vault, visit["id"], visit)


def room_of(vault: Vault, appointment_id: UUID, row: Any) -> Room:
    """The room in a row of `video_room`."""
    link = vault.open(bytes(row["link"]), _LINK, appointment_id) if row["link"] is not None else ""
    return Room(row["key"], row["host"], row["vendor_id"], link)


def _kept(studio: Studio, visit: Any, room: Room) -> dict[str, Any]:
    link = studio.vault.seal(room.link, _LINK, visit["id"]) if room.link else None
    return {"key": room.key, "host": room.host, "vendor_id": room.vendor_id, "link": link}


def _tell_pages(studio: Studio, visit: Any) -> None:
    studio.live.publish(f"person:{visit['patient_person_id']}", f"agenda:{visit['provider_id']}")
