"""One browser's socket of a room: it enters with a token, waits or is in, and says and hears frames."""

import asyncio
import time
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec
from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect

from openvisit.core.errors import OpenVisitError
from openvisit.features.telehealth.rooms import errors
from openvisit.features.telehealth.rooms.late import tell_late
from openvisit.features.telehealth.signalling import hosting
from openvisit.features.telehealth.signalling.entering import Knock
from openvisit.features.telehealth.signalling.frames import MOST_BYTES, MOST_SIGNAL_BYTES, Frame, decode, frame
from openvisit.features.telehealth.signalling.hub import Hub
from openvisit.features.telehealth.signalling.pace import Pace
from openvisit.features.telehealth.signalling.seats import Seat
from openvisit.platform.authenticator import Authenticator
from openvisit.platform.principal import become, of_person

UNSEATED = 20.0
"""Seconds that a socket may stay without a place in the room."""

MOST_LATE = 120
"""Minutes."""

POLICY_VIOLATION = 1008  # RFC 6455 section 7.4.1
NORMAL = 1000


class RoomSocket:
    """One open connection. It costs one task, which reads: thousands of them wait in one process."""

    def __init__(self, socket: WebSocket[Any, Any, Any], hub: Hub, authenticator: Authenticator, room_id: UUID) -> None:
        self._socket = socket
        self._hub = hub
        self._authenticator = authenticator
        self._room_id = room_id
        self._seat: Seat | None = None
        self._task: asyncio.Task[Any] | None = None
        self._over = False
        self._patience: asyncio.TimerHandle | None = None
        self._pace = Pace(time.monotonic())

    async def run(self) -> None:
        """Serve the connection until either side ends it."""
        await self._socket.accept()
        self._task = asyncio.current_task()
        self._wait_for_place()
        try:
            with suppress(WebSocketDisconnect):
                while not self._over:
                    await self._hear(await self._socket.receive_data(mode="text"))
                    if wait := self._pace.heard(time.monotonic()):
                        await asyncio.sleep(wait)
        except asyncio.CancelledError:
            if not self._over or self._task is None:
                raise
            self._task.uncancel()  # it was `_end`: the server's close waits for a reader, which had to go first
        finally:
            if self._patience is not None:
                self._patience.cancel()
            if self._seat is not None:
                await self._seat.told()
                await self._hub.leave(self._seat)
        with suppress(WebSocketDisconnect, RuntimeError):  # the browser may be closing it as well
            await self._socket.close(code=NORMAL if self._seat else POLICY_VIOLATION)

    def _wait_for_place(self) -> None:
        self._patience = asyncio.get_running_loop().call_later(UNSEATED, self._end)

    def _end(self) -> None:
        if not self._over and self._task is not None:
            self._over = True
            self._task.cancel()

    async def _hear(self, raw: str | bytes) -> None:
        try:
            said = decode(raw) if len(raw) <= MOST_BYTES else None
        except msgspec.DecodeError:
            said = None
        if said is None:
            await self._say(frame("error", code="bad_message"))
            return
        try:
            await self._heed(said)
        except OpenVisitError as error:
            await self._say(frame("error", code=error.code, about=said.type, **error.data))

    async def _heed(self, said: Frame) -> None:
        seat = self._seat
        if said.type == "ping":
            await self._say(frame("pong"))
        elif said.type == "enter" and seat is None:
            await self._enter(said)
            return
        elif seat is None:
            await self._say(frame("error", code="not_entered", about=said.type))
            return
        elif said.type == "leave":
            seat.why_left = "left"
            self._over = True
        elif said.type == "late":
            await self._late(seat, said.minutes)
        elif not seat.admitted:
            await self._say(frame("error", code="not_admitted", about=said.type))
        elif said.type == "signal":
            self._signal(seat, said)
        elif said.type == "typing":
            self._hub.spread(seat, frame("typing", **{"from": seat.peer}))
        else:
            await self._host(seat, said)
        if seat is not None:
            seat.heard_at = time.monotonic()

    async def _enter(self, said: Frame) -> None:
        if said.peer is None or not said.token:
            await self._say(frame("error", code="bad_message"))
            return
        hub = self._hub
        knock = Knock(self._room_id, said.token, said.peer, said.take_over, hub.process)
        entered = await hub.door.enter(self._authenticator, knock, hub.clock())
        comer = entered.comer
        if comer.actor is not None:
            become(of_person(comer.actor))
        seat = Seat(
            self._say,
            room_id=self._room_id,
            provider_id=entered.visit["provider_id"],
            clinic_id=entered.visit["clinic_id"],
            participant=comer.participant,
            role=comer.role,
            name=comer.name,
            peer=said.peer,
            actor=comer.actor,
            heard_at=time.monotonic(),
        )
        seat.left = self._end
        self._seat = seat
        if self._patience is not None:
            self._patience.cancel()
        await hub.sit(seat)
        hub.live.publish(*entered.changed)

    def _signal(self, seat: Seat, said: Frame) -> None:
        if said.to is None or len(said.data) > MOST_SIGNAL_BYTES:
            raise errors.BadSignal
        self._hub.signal(seat, said.to, frame("signal", **{"from": seat.peer, "data": said.data}))

    async def _late(self, seat: Seat, minutes: int) -> None:
        if not 0 < minutes <= MOST_LATE or seat.actor is None:
            raise errors.BadSignal
        hub = self._hub
        await tell_late(hub.door.db, hub.live, hub.door.subscriptions, seat.actor, self._room_id, minutes, hub.clock())

    async def _host(self, seat: Seat, said: Frame) -> None:
        if not seat.host or seat.actor is None:
            await self._say(frame("error", code="not_allowed", about=said.type))
            return
        door, now = self._hub.door, self._hub.clock()
        if said.type == "admit":
            changed = await hosting.admit(door, seat.actor, self._room_id, said.participant, now)
        elif said.type in ("deny", "remove"):
            changed = await hosting.remove(door, seat.actor, self._room_id, said.participant, now)
        elif said.type == "end":
            changed = await hosting.end(door, seat.actor, self._room_id, now)
        else:
            await self._say(frame("error", code="unknown_type"))
            return
        await self._hub.refresh([self._room_id])
        self._hub.live.publish(*changed)

    async def _say(self, text: str) -> None:
        await self._socket.send_data(text, mode="text")
