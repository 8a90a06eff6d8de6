"""Coming into a room: the link is looked at, the visit and the clock are asked, and a place is taken."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openvisit.core.appointment import Move, Status, sources
from openvisit.core.errors import Unauthenticated
from openvisit.core.permissions import Actor, allowed
from openvisit.features.audit.commands import record
from openvisit.features.booking.errors import MoveRefused
from openvisit.features.booking.moves import make_in
from openvisit.features.booking.present import APPOINTMENTS, acting, target
from openvisit.features.telehealth.rooms import errors
from openvisit.features.telehealth.rooms.commands import digest, keep
from openvisit.features.telehealth.rooms.queries import HOSTS, refuse, role_of, rules_of
from openvisit.features.telehealth.signalling.presence import ALIVE
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one
from openvisit.platform.events import Subscriptions
from openvisit.platform.web.access import Authenticator

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
    """Who came by a link."""

    participant: str
    person_id: UUID
    name: str
    role: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class Entered:
    """A place taken: by whom, in what state, and what changed, for the live channel."""

    comer: Comer
    visit: Row
    state: str
    changed: list[str]


@dataclass(frozen=True, slots=True)
class Door:
    """What is asked when somebody comes, or is let in."""

    db: Database
    vault: Vault
    subscriptions: Subscriptions

    async def enter(self, authenticator: Authenticator, knock: Knock, now: datetime) -> Entered:
        """Take a place: hosts, and who was let in before, are in; the others wait.

        Errors: those of `rooms.errors`.
        """
        link = await self._link(knock)
        try:
            actor = await authenticator.again(Actor(link["person_id"], link["session_id"]))
        except Unauthenticated:
            raise errors.LinkNotGood from None
        async with self.db.transaction(as_system=WHY) as connection:
            visit = await fetch_one(
                connection, f"{APPOINTMENTS} WHERE a.id = %(id)s FOR UPDATE OF a", {"id": knock.room_id}
            )
            if visit is None or not allowed(actor, "visit-room:enter", target(visit)):
                raise errors.RoomNotFound
            revision = await keep(connection, visit, now)
            refuse(visit, await rules_of(connection, visit["clinic_id"]), now)
            if link["revision"] != revision:
                raise errors.LinkRevoked
            comer = Comer(f"person:{actor.person_id}", actor.person_id, actor.full_name, role_of(actor, visit), actor)
            state, came_again = await _sit(connection, knock, comer, revision, now)
            if not came_again:
                await _note(connection, comer, visit, state, now)
            changed = await self._move_on(connection, comer, visit, revision, now)
        return Entered(comer, visit, state, [f"room:{knock.room_id}", f"agenda:{visit['provider_id']}", *changed])

    async def _link(self, knock: Knock) -> Row:
        async with self.db.connection(as_system=WHY) as connection:
            link = await fetch_one(
                connection,
                "SELECT * FROM visit_link WHERE token_hash = %(hash)s AND room_id = %(room)s",
                {"hash": digest(knock.token), "room": knock.room_id},
            )
        if link is None:
            raise errors.LinkNotGood
        return link

    async def _move_on(
        self, connection: Connection, comer: Comer, visit: Row, revision: int, now: datetime
    ) -> list[str]:
        """The visit's status follows: a patient who waits has checked in; with both in, the visit has begun."""
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
        """INSERT INTO visit_presence AS p (room_id, participant, person_id, role, revision, state, peer, process,
               came_at, admitted_at)
           VALUES (%(room)s, %(participant)s, %(person_id)s, %(role)s, %(revision)s, %(state)s, %(peer)s, %(process)s,
               %(now)s, CASE WHEN %(state)s = 'admitted' THEN %(now)s::timestamptz END)
           ON CONFLICT (room_id, participant) DO UPDATE SET
               role = excluded.role, state = excluded.state, peer = excluded.peer, process = excluded.process,
               left_at = NULL, revision = excluded.revision,
               came_at = CASE WHEN p.revision = excluded.revision THEN p.came_at ELSE excluded.came_at END,
               admitted_at = CASE WHEN p.revision = excluded.revision
                             THEN coalesce(p.admitted_at, excluded.admitted_at) ELSE excluded.admitted_at END""",
        {
            "room": knock.room_id,
            "participant": comer.participant,
            "person_id": comer.person_id,
            "role": comer.role,
            "revision": revision,
            "state": state,
            "peer": knock.peer,
            "process": knock.process,
            "now": now,
        },
    )
    return state, same_tab


async def _note(connection: Connection, comer: Comer, visit: Row, state: str, now: datetime) -> None:
    role, why = acting(comer.actor, visit)
    await record(
        connection,
        at=now,
        actor_id=comer.person_id,
        action="visit-room:enter",
        thing="appointment",
        thing_id=visit["id"],
        clinic_id=visit["clinic_id"],
        patient_id=visit["patient_id"],
        acting_as=role,
        reason=why,
        data={"as": comer.role, "state": state},
    )
