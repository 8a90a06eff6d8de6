"""Coming into a room: the link is looked at, the visit and the clock are asked, and a place is taken."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.appointment import Move, Status, sources
from openvisit.core.errors import Unauthenticated
from openvisit.core.permissions import Actor, allowed
from openvisit.features.audit.commands import record
from openvisit.features.booking.errors import MoveRefused
from openvisit.features.booking.moves import make_in
from openvisit.features.booking.present import APPOINTMENTS, acting, target
from openvisit.features.telehealth.chat.circles import around_room
from openvisit.features.telehealth.rooms import errors
from openvisit.features.telehealth.rooms.commands import digest, keep
from openvisit.features.telehealth.rooms.members import guest_by, name_of
from openvisit.features.telehealth.rooms.queries import HOSTS, refuse, role_of, rules_of
from openvisit.features.telehealth.signalling.presence import ALIVE, hints
from openvisit.platform.authenticator import Authenticator
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one
from openvisit.platform.events import Subscriptions

SAME_WAIT = timedelta(minutes=2)
"""Who comes back this soon, as after loading the page again, has waited all the while."""

WHY = "who is in a room is kept by the server for whoever comes"


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody at the door: the token of their link, the tab, and whether it takes over from another of theirs."""

    room_id: UUID
    token: str
    peer: UUID
    take_over: bool
    process: UUID


@dataclass(frozen=True, slots=True)
class Comer:
    """Who came by a link: a person, or a guest, who has no `actor`."""

    participant: str
    role: str
    name: str
    revision: int | None  # that the link was made for; a guest's goes with the invitation
    actor: Actor | None = None
    guest_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """A place taken: by whom, in what state, and what changed, for the live channel."""

    comer: Comer
    visit: Row
    state: str
    changed: list[str]


Arrival = Callable[[Connection, UUID, datetime], Awaitable[None]]
"""What others do in the transaction in which somebody enters a room or is let in: the room's id, and when."""


@dataclass(frozen=True, slots=True)
class Door:
    """What is asked when somebody comes, or is let in."""

    db: Database
    vault: Vault
    subscriptions: Subscriptions
    arrivals: list[Arrival] = field(default_factory=list)

    async def enter(self, authenticator: Authenticator, knock: Knock, now: datetime) -> Entered:
        """Take a place: hosts, and who was let in before, are in; the others wait.

        Errors: those of `rooms.errors`.
        """
        comer = await self._comer(authenticator, knock)
        async with self.db.transaction(as_system=WHY) as connection:
            visit = await fetch_one(
                connection, f"{APPOINTMENTS} WHERE a.id = %(id)s FOR UPDATE OF a", {"id": knock.room_id}
            )
            if visit is None or not _may_enter(comer, visit):
                raise errors.RoomNotFound
            if comer.actor is not None:
                comer = replace(comer, role=role_of(comer.actor, visit))
            revision = await keep(connection, visit, now)
            refuse(visit, await rules_of(connection, visit["clinic_id"]), now)
            if comer.revision not in (None, revision) or not await _still_invited(connection, comer):
                raise errors.LinkRevoked
            state, came_again = await _sit(connection, knock, comer, revision, now)
            if not came_again:
                await _note(connection, comer, visit, state, now)
            changed = await self._move_on(connection, comer, visit, revision, now)
            await self.arrived(connection, knock.room_id, now)
            # Staff and guests read along while they are in; patient and provider do wherever they are.
            joins = state == "admitted" and not came_again and comer.role in ("staff", "guest")
            others = await around_room(connection, knock.room_id) if joins else []
        told = hints(knock.room_id, visit["provider_id"], visit["clinic_id"])
        return Entered(comer, visit, state, [*told, *changed, *others])

    async def arrived(self, connection: Connection, room_id: UUID, now: datetime) -> None:
        """Let the others do what they do when somebody entered or was let in."""
        for arrival in self.arrivals:
            await arrival(connection, room_id, now)

    async def _comer(self, authenticator: Authenticator, knock: Knock) -> Comer:
        async with self.db.connection(as_system=WHY) as connection:
            guest = await guest_by(connection, knock.token, knock.room_id)
            link = await fetch_one(
                connection,
                "SELECT * FROM visit_link WHERE token_hash = %(hash)s AND room_id = %(room)s",
                {"hash": digest(knock.token), "room": knock.room_id},
            )
        if guest is not None:
            return Comer(f"guest:{guest['id']}", "guest", name_of(self.vault, guest), None, guest_id=guest["id"])
        if link is None:
            raise errors.LinkNotGood
        try:
            actor = await authenticator.again(Actor(link["person_id"], link["session_id"]))
        except Unauthenticated:
            raise errors.LinkNotGood from None
        return Comer(f"person:{actor.person_id}", "", actor.full_name, link["revision"], actor)

    async def _move_on(
        self, connection: Connection, comer: Comer, visit: Row, revision: int, now: datetime
    ) -> list[str]:
        """The visit's status follows: a patient who waits has checked in; with both in, the visit has begun."""
        if comer.actor is None:
            return []
        if comer.role == "patient" and Status(visit["status"]) in sources(Move.CHECK_IN):
            return await self._make(connection, comer.actor, visit["id"], Move.CHECK_IN, now)
        if comer.role in HOSTS:
            return await self.begin(connection, comer.actor, visit, revision, now)
        return []

    async def begin(self, connection: Connection, actor: Actor, visit: Row, revision: int, now: datetime) -> list[str]:
        """Start the visit when patient and provider are both in; what changed, for the live channel."""
        if Status(visit["status"]) not in sources(Move.START):
            return []
        rows = await fetch_all(
            connection,
            f"""SELECT p.role FROM visit_presence p
                WHERE p.room_id = %(id)s AND p.revision = %(revision)s AND p.state = 'admitted' AND {ALIVE}""",
            {"id": visit["id"], "revision": revision},
        )
        if not {"patient", "provider"} <= {row["role"] for row in rows}:
            return []
        return await self._make(connection, actor, visit["id"], Move.START, now)

    async def _make(self, connection: Connection, actor: Actor, visit_id: UUID, move: Move, now: datetime) -> list[str]:
        """Make the move if it can be made: a room may open sooner than a visit may be checked in to."""
        try:
            async with connection.transaction():
                _, changed = await make_in(connection, self.vault, self.subscriptions, actor, visit_id, move, now)
        except MoveRefused:
            return []
        return changed


def _may_enter(comer: Comer, visit: Row) -> bool:
    return comer.actor is None or allowed(comer.actor, "visit-room:enter", target(visit))


async def _still_invited(connection: Connection, comer: Comer) -> bool:
    """Whether a guest's invitation stands, now that the room was brought in line with its visit."""
    if comer.guest_id is None:
        return True
    row = await fetch_one(
        connection, "SELECT status FROM visit_guest WHERE id = %(id)s FOR SHARE", {"id": comer.guest_id}
    )
    return row is not None and row["status"] == "invited"


async def _sit(connection: Connection, knock: Knock, comer: Comer, revision: int, now: datetime) -> tuple[str, bool]:
    """Write the place down; its state, and whether the same tab had it a moment ago.

    Errors: RemovedFromRoom, Elsewhere.
    """
    before = await fetch_one(
        connection,
        f"""SELECT p.*, {ALIVE} AS alive FROM visit_presence p
            WHERE p.room_id = %(room)s AND p.participant = %(participant)s AND p.revision = %(revision)s""",
        {"room": knock.room_id, "participant": comer.participant, "revision": revision},
    )
    if before and before["state"] == "removed":
        raise errors.RemovedFromRoom
    same_tab = bool(before and before["peer"] == knock.peer)
    if before and before["alive"] and not same_tab and not knock.take_over:
        raise errors.Elsewhere
    admitted = comer.role in HOSTS or bool(before and before["state"] == "admitted")
    state = "admitted" if admitted else "waiting"
    await execute(
        connection,
        """INSERT INTO visit_presence AS p (room_id, participant, person_id, guest_id, role, revision, state, peer,
               process, came_at, admitted_at)
           VALUES (%(room)s, %(participant)s, %(person_id)s, %(guest_id)s, %(role)s, %(revision)s, %(state)s, %(peer)s,
               %(process)s, %(now)s, CASE WHEN %(state)s = 'admitted' THEN %(now)s::timestamptz END)
           ON CONFLICT (room_id, participant) DO UPDATE SET
               role = excluded.role, state = excluded.state, peer = excluded.peer, process = excluded.process,
               left_at = NULL, revision = excluded.revision,
               came_at = CASE WHEN p.revision = excluded.revision AND coalesce(p.left_at > %(recently)s, true)
                         THEN p.came_at ELSE excluded.came_at END,
               admitted_at = CASE WHEN p.revision = excluded.revision
                             THEN coalesce(p.admitted_at, excluded.admitted_at) ELSE excluded.admitted_at END""",
        {
            "room": knock.room_id,
            "participant": comer.participant,
            "person_id": comer.actor.person_id if comer.actor else None,
            "guest_id": comer.guest_id,
            "role": comer.role,
            "revision": revision,
            "state": state,
            "peer": knock.peer,
            "process": knock.process,
            "now": now,
            "recently": now - SAME_WAIT,
        },
    )
    return state, same_tab


async def _note(connection: Connection, comer: Comer, visit: Row, state: str, now: datetime) -> None:
    role, why = acting(comer.actor, visit) if comer.actor else (None, None)
    guest = {"guest": str(comer.guest_id)} if comer.guest_id else {}
    await record(
        connection,
        at=now,
        actor_id=comer.actor.person_id if comer.actor else None,
        action="visit-room:enter",
        thing="appointment",
        thing_id=visit["id"],
        clinic_id=visit["clinic_id"],
        patient_id=visit["patient_id"],
        acting_as=role,
        reason=why,
        data={"as": comer.role, "state": state, **guest},
    )
