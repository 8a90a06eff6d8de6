"""The rooms whose sockets this process holds. What they are told is read from the database whenever it changed.

Hints come over the live channel (`room:<id>` when anything about a room changed, `room:<id>:<what>` when browsers are
to fetch something again, `agenda:<provider>` when a provider's day did); now and then everything is read again, for
hints that were lost and processes that died.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from uuid import UUID

from openvisit.core.errors import Unauthenticated, Unavailable
from openvisit.core.ids import new_id
from openvisit.core.visit_room import Door as RoomDoor
from openvisit.features.telehealth.signalling import presence
from openvisit.features.telehealth.signalling.entering import WHY, Door
from openvisit.features.telehealth.signalling.frames import frame
from openvisit.features.telehealth.signalling.presence import Present
from openvisit.features.telehealth.signalling.relay import Parcel, Relay
from openvisit.features.telehealth.signalling.seats import Seat
from openvisit.features.telehealth.signalling.standing import Standing, standings
from openvisit.platform import log, metrics
from openvisit.platform.authenticator import Authenticator
from openvisit.platform.background import ended
from openvisit.platform.clock import Clock
from openvisit.platform.realtime import Live

RENEWED = 5.0
"""Seconds between two signs of life of a process."""

READ_AGAIN = 15.0
"""Seconds in which all rooms are read again without a hint."""

READ_AT_ONCE = 50

SILENT = 30.0
"""Seconds without a word after which a browser, which speaks every ten, is gone."""

_OVER = {
    RoomDoor.ENDED: "ended",
    RoomDoor.CANCELLED: "visit_cancelled",
    RoomDoor.LATE: "room_over",
    RoomDoor.NOT_BY_VIDEO: "not_by_video",
    RoomDoor.NOT_AGREED: "visit_not_agreed",
}
_logger = log.get("rooms")


class Hub:
    """One process's rooms."""

    def __init__(self, door: Door, live: Live, clock: Clock) -> None:
        self.process = new_id()
        self.door = door
        self.live = live
        self.clock = clock
        self._rooms: dict[UUID, dict[UUID, Seat]] = defaultdict(dict)
        self._of_provider: dict[UUID, set[UUID]] = defaultdict(set)
        self._hints: asyncio.Queue[str] = asyncio.Queue(maxsize=20_000)
        self._relay = Relay(door.db, self.process, self._deliver)
        self._authenticator: Authenticator | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._refreshing = asyncio.Lock()

    async def start(self, authenticator: Authenticator) -> None:
        """Begin to hear and to be heard of."""
        self._authenticator = authenticator
        for kind in _KINDS:
            self.live.subscribe(f"{kind}:*", self._hints)
        await self._relay.start()
        self._tasks = [asyncio.create_task(work) for work in (self._hear(), self._live_on(), self._look_again())]

    async def stop(self) -> None:
        """Stop; whoever sits here is told by the end of their socket."""
        for kind in _KINDS:
            self.live.unsubscribe(f"{kind}:*", self._hints)
        await ended(*self._tasks)
        self._tasks = []
        await self._relay.stop()

    async def sit(self, seat: Seat) -> None:
        """A tab has a place; it, and the others in the room, are told."""
        self._rooms[seat.room_id][seat.peer] = seat
        self._of_provider[seat.provider_id].add(seat.room_id)
        metrics.room_sockets.inc()
        await self.refresh([seat.room_id])

    async def leave(self, seat: Seat) -> None:
        """A tab's socket has ended; the others are told."""
        room = self._rooms.get(seat.room_id, {})
        if room.get(seat.peer) is seat:
            del room[seat.peer]
            if not room:
                self._rooms.pop(seat.room_id, None)
            if all(one.provider_id != seat.provider_id for one in room.values()):
                self._not_of_provider(seat)
        metrics.room_sockets.dec()
        with suppress(Unavailable):  # the lease runs out by itself
            async with self.door.db.connection(as_system=WHY) as connection:
                place = (seat.room_id, seat.participant, seat.peer)
                if await presence.gone(connection, self.process, place, seat.why_left == "left", self.clock()):
                    self.live.publish(*presence.hints(seat.room_id, seat.provider_id, seat.clinic_id))

    def signal(self, seat: Seat, to: UUID, text: str) -> None:
        """Pass a frame on to one peer of the room."""
        parcel = Parcel(self.process, seat.room_id, text, to=to)
        if to in self._rooms.get(seat.room_id, {}):
            self._deliver(parcel)
        else:
            self._relay.send(parcel)

    def spread(self, seat: Seat, text: str) -> None:
        """Pass a frame on to all others in the room."""
        parcel = Parcel(self.process, seat.room_id, text, apart=seat.peer)
        self._deliver(parcel)
        self._relay.send(parcel)

    def _deliver(self, parcel: Parcel) -> None:
        for peer, seat in self._rooms.get(parcel.room_id, {}).items():
            if seat.admitted and peer != parcel.apart and parcel.to in (None, peer):
                seat.tell(parcel.text)

    async def refresh(self, room_ids: Collection[UUID]) -> None:
        """Tell the sockets of these rooms what is new to them. One at a time: what is told only grows newer."""
        held = [room_id for room_id in room_ids if room_id in self._rooms]
        if not held:
            return
        async with self._refreshing:
            async with self.door.db.connection(as_system=WHY) as connection:
                stand = await standings(connection, held, self.clock())
                everybody = await presence.present(connection, self.door.vault, held)
            by_room: dict[UUID, list[Present]] = defaultdict(list)
            for one in everybody:
                by_room[one.room_id].append(one)
            for room_id in held:
                for seat in list(self._rooms.get(room_id, {}).values()):
                    tell(seat, stand.get(room_id), by_room[room_id])

    async def _hear(self) -> None:
        while True:
            hints = {await self._hints.get()}
            while not self._hints.empty():
                hints.add(self._hints.get_nowait())
            try:
                await self._heed(hints)
            except Unavailable:
                _logger.warning("rooms not read, the database is away")

    async def _heed(self, hints: Iterable[str]) -> None:
        rooms: set[UUID] = set()
        for hint in hints:
            kind, _, rest = hint.partition(":")
            id_, _, what = rest.partition(":")
            if kind == "room" and what:
                self._tell_changed(UUID(id_), what)
            elif kind == "room":
                rooms.add(UUID(id_))
            elif kind == "agenda":
                rooms |= self._of_provider.get(UUID(id_), set())
            elif kind == "actor":
                await self._ask_again(UUID(id_))
        await self.refresh(rooms)

    def _not_of_provider(self, seat: Seat) -> None:
        """Nobody sits in the room for a visit of that provider any more."""
        rooms = self._of_provider[seat.provider_id]
        rooms.discard(seat.room_id)
        if not rooms:
            del self._of_provider[seat.provider_id]

    def _tell_changed(self, room_id: UUID, what: str) -> None:
        for seat in self._rooms.get(room_id, {}).values():
            if seat.admitted:
                seat.tell(frame("changed", what=what))

    async def _ask_again(self, person_id: UUID) -> None:
        """Whether a person whose session or roles changed is still signed in."""
        for seats in list(self._rooms.values()):
            for seat in list(seats.values()):
                if seat.actor is None or seat.actor.person_id != person_id or self._authenticator is None:
                    continue
                try:
                    seat.actor = await self._authenticator.again(seat.actor)
                except Unauthenticated:
                    refuse(seat, "signed_out")

    async def _live_on(self) -> None:
        while True:
            try:
                async with self.door.db.connection(as_system=WHY) as connection:
                    if await presence.renew(connection, self.process):
                        seats = [
                            (seat.room_id, seat.participant, seat.peer)
                            for room in self._rooms.values()
                            for seat in room.values()
                        ]
                        await presence.restore(connection, self.process, seats)
                    left = await presence.bury(connection, self.clock())
                self.live.publish(*left)
            except Unavailable:
                _logger.warning("no sign of life, the database is away")
            self._drop_silent()
            await asyncio.sleep(RENEWED)

    def _drop_silent(self) -> None:
        since = time.monotonic() - SILENT
        for room in self._rooms.values():
            for seat in room.values():
                if seat.heard_at < since:
                    seat.leave("silent")

    async def _look_again(self) -> None:
        """Some rooms at a time, for what is passed on between browsers must not wait until thousands were read; a
        provider's together, for their queue is read with each."""
        while True:
            rooms = [room_id for of_one in self._of_provider.values() for room_id in of_one]
            parts = [rooms[at : at + READ_AT_ONCE] for at in range(0, len(rooms), READ_AT_ONCE)]
            for part in parts:
                with suppress(Unavailable):
                    await self.refresh(part)
                await asyncio.sleep(READ_AGAIN / len(parts))
            if not parts:
                await asyncio.sleep(1.0)


_KINDS = ("room", "agenda", "actor")


def tell(seat: Seat, standing: Standing | None, everybody: list[Present]) -> None:
    """Tell one socket what is new to it of its room."""
    if seat.why_left:
        return
    if standing is None or standing.door in _OVER:
        code = "room_over" if standing is None else _OVER[standing.door]
        refuse(seat, code)
        return
    if standing.door is RoomDoor.EARLY:  # it was moved to a later time
        refuse(seat, "link_revoked")
        return
    me = next((one for one in everybody if one.participant == seat.participant), None)
    if me is None:
        refuse(seat, "link_revoked")
    elif not me.alive and me.peer == seat.peer and me.state != "removed":
        pass  # its process was taken for dead, and takes its places back
    elif me.peer != seat.peer:
        seat.tell(frame("replaced"))
        seat.leave("replaced")
    elif me.state == "removed":
        seat.tell(frame("removed"))
        seat.leave("removed")
    elif me.state == "waiting":
        seat.admitted = False
        place = standing.place
        if place != seat.told_place:
            seat.told_place = place
            seat.tell(frame("waiting", position=place.position, minutes=place.minutes))
        _tell_late(seat, standing)
    else:
        _tell_admitted(seat, me, standing, everybody)


def refuse(seat: Seat, code: str) -> None:
    """Say why the socket ends, and end it."""
    seat.tell(frame("ended") if code == "ended" else frame("error", code=code))
    seat.leave(code)


def _tell_admitted(seat: Seat, me: Present, standing: Standing, everybody: list[Present]) -> None:
    others = {one.peer: one for one in everybody if one.alive and one.state == "admitted" and one.peer != seat.peer}
    if seat.seen is None:
        seat.admitted = True
        told = [one.told() for one in others.values()]
        seat.tell(frame("admitted", you=me.told(), participants=told, room=standing.told()))
    else:
        for peer in seat.seen.keys() - others.keys():
            participant = seat.seen[peer]
            seat.tell(frame("left", peer=peer, participant=participant, why=_why(peer, participant, everybody)))
        for peer in others.keys() - seat.seen.keys():
            seat.tell(frame("joined", **others[peer].told()))
    seat.seen = {peer: one.participant for peer, one in others.items()}
    _tell_late(seat, standing)
    if seat.host:
        _tell_host(seat, everybody)


def _tell_late(seat: Seat, standing: Standing) -> None:
    """What the other side said of being late."""
    by = "patient" if seat.host else "provider"
    minutes = standing.late.get(by)
    if minutes is not None and minutes != seat.told_late:
        seat.told_late = minutes
        seat.tell(frame("late", **{"from": by, "minutes": minutes}))


def _why(peer: UUID, participant: str, everybody: list[Present]) -> str:
    """Why a tab is not in the room any more: of one that is `lost`, the connection to us alone is known to be gone."""
    now = next((one for one in everybody if one.participant == participant), None)
    if now is None or now.state == "removed":
        return "removed"
    if now.peer != peer:
        return "replaced"
    return "lost" if now.state == "admitted" else "left"


def _tell_host(seat: Seat, everybody: list[Present]) -> None:
    waiting = {one.participant: one for one in everybody if one.alive and one.state == "waiting"}
    known = seat.knocking or set()
    for participant in known - waiting.keys():
        seat.tell(frame("gone", participant=participant))
    for participant in waiting.keys() - known:
        one = waiting[participant]
        seat.tell(frame("knock", participant=participant, role=one.role, name=one.name))
    seat.knocking = set(waiting)
