"""One open socket that has a place in a room, and what it has been told."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

from openvisit.core.permissions import Actor
from openvisit.core.waiting import Place
from openvisit.features.telehealth.rooms.queries import HOSTS

MOST_UNSENT = 512
"""Frames that wait for a browser which does not read; then it is gone for us."""

Send = Callable[[str], Awaitable[None]]


class Seat:
    """A tab in a room. Thousands wait in one process: nothing runs for a seat that is neither told nor tells."""

    __slots__ = (
        "_draining", "_send", "_unsent", "actor", "admitted", "clinic_id", "heard_at", "knocking", "left", "name",
        "participant", "peer", "provider_id", "role", "room_id", "seen", "told_late", "told_place", "why_left",
    )  # fmt: skip

    def __init__(
        self,
        send: Send,
        *,
        room_id: UUID,
        provider_id: UUID,
        clinic_id: UUID,
        participant: str,
        role: str,
        name: str,
        peer: UUID,
        actor: Actor | None,
        heard_at: float,
    ) -> None:
        self._send = send
        self._unsent: deque[str] | None = None
        self._draining: asyncio.Task[None] | None = None
        self.room_id = room_id
        self.provider_id = provider_id
        self.clinic_id = clinic_id
        self.participant = participant
        self.role = role
        self.name = name
        self.peer = peer
        self.actor = actor
        self.heard_at = heard_at
        self.admitted = False
        self.seen: dict[UUID, str] | None = None  # the peers it was told of, once admitted
        self.knocking: set[str] | None = None  # the participants it was told of, as a host
        self.told_place: Place | None = None
        self.told_late: int | None = None
        self.left: Callable[[], None] | None = None  # ends the socket
        self.why_left = ""

    @property
    def host(self) -> bool:
        """Whether they let others in."""
        return self.role in HOSTS

    def tell(self, text: str) -> None:
        """Send a frame after those before it, without waiting for the browser."""
        if self._unsent is None:
            self._unsent = deque()
        if len(self._unsent) >= MOST_UNSENT:
            self.leave("slow")
            return
        self._unsent.append(text)
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())

    def leave(self, why: str) -> None:
        """End the socket from our side, after what waits to be told."""
        if self.why_left:
            return
        self.why_left = why
        if self._draining is None and self.left is not None:
            self.left()

    async def told(self) -> None:
        """Return when everything was sent, or cannot be."""
        if self._draining is not None:
            await asyncio.wait((self._draining,), timeout=2)

    async def _drain(self) -> None:
        try:
            with suppress(Exception):  # whatever a closing socket throws: its reader ends, and cleans up
                while self._unsent:
                    await self._send(self._unsent.popleft())
        finally:
            self._unsent = None
            self._draining = None
            if self.why_left and self.left is not None:
                self.left()
