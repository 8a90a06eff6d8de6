"""HTTP of rooms."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, HeaderParameter, JSONBody

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor
from openvisit.features.consent.errors import ConsentNeeded, ProcessingRestricted
from openvisit.features.telehealth.rooms import by_phone, commands, errors, guests, late, looking, rules, wire
from openvisit.features.telehealth.rooms.examples import EXAMPLES as EXAMPLES
from openvisit.features.telehealth.rooms.members import HEADER, Members
from openvisit.features.telehealth.signalling import waiting
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.events import Subscriptions
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["telehealth"]


@route(
    "POST",
    "/telehealth/generate-url/{appointment_id:uuid}",
    permission="visit-room:enter",
    summary="A link into the room of a visit",
    can_fail=[errors.RoomNotFound, *errors.OVER, ConsentNeeded, ProcessingRestricted],
    tags=_TAGS,
)
async def generate_url(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    public_url: NamedDependency[str],
    appointment_id: FromPath[UUID],
) -> wire.VisitLink:
    """For the caller alone. It can be asked for ahead of time and again; moving or cancelling the visit, and signing
    out, revoke it. Whoever comes by it waits until a host lets them in, unless they are one."""
    return await commands.make_link(db, actor, appointment_id, public_url, now)


@route(
    "GET",
    "/telehealth/room/{room_id:uuid}",
    permission="visit-room:read",
    summary="The room of a visit",
    can_fail=[errors.RoomNotFound],
    tags=_TAGS,
)
async def get_visit_room(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    room_id: FromPath[UUID],
) -> wire.VisitRoom:
    """As the caller may see it. A room has the id of its appointment."""
    async with db.transaction() as connection:
        return await looking.room(connection, actor, room_id, now)


@route(
    "GET",
    "/telehealth/waiting",
    permission="visit-room:watch",
    summary="Who waits in the rooms of which one is a host",
    tags=_TAGS,
)
async def get_waiting(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
) -> wire.Waiting:
    """A provider's own rooms, and for staff and admins those of their clinics. Whoever closes their tab is not in it
    any more; `agenda:` and `clinic:` of the live channel say when it changed."""
    async with db.transaction() as connection:
        return await waiting.waiting(connection, vault, actor, now)


@route(
    "POST",
    "/telehealth/rooms/{room_id:uuid}/late",
    permission="visit-room:enter",
    summary="Say that one's side of a visit is running late",
    can_fail=[errors.RoomNotFound, errors.RoomNotOpen, Forbidden, *errors.OVER],
    status=204,
    tags=_TAGS,
)
async def tell_late(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    subscriptions: NamedDependency[Subscriptions],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    room_id: FromPath[UUID],
    data: JSONBody[wire.Late],
) -> None:
    """From 12 hours before it begins. The patient's word is for the provider, the provider's and the staff's for the
    patient: who is in the room reads it there, who is not is told by mail or as they wish."""
    await late.tell_late(db, live, subscriptions, actor, room_id, data.minutes, now)


@route(
    "PUT",
    "/telehealth/rooms/{room_id:uuid}/by-phone",
    permission="visit-room:host",
    summary="Note that a visit by video is held by telephone",
    can_fail=[errors.RoomNotFound, Forbidden, errors.NotHeld],
    status=204,
    tags=_TAGS,
)
async def note_by_phone(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    room_id: FromPath[UUID],
    data: JSONBody[wire.ByPhone],
) -> None:
    """For provider and staff, from when the patient has come; it can be taken back. It stands in the visit's history,
    and the visit stays one by video."""
    await by_phone.note(db, live, actor, room_id, data.by_phone, now)


@route(
    "GET",
    "/telehealth/rooms/{room_id:uuid}/guests",
    permission="visit-room:by-link",
    summary="The guests of a visit",
    can_fail=[errors.RoomNotFound, errors.LinkNotGood, errors.LinkRevoked],
    tags=_TAGS,
)
async def get_guests(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    members: NamedDependency[Members],
    caller: NamedDependency[Actor | None],
    room_id: FromPath[UUID],
    room_token: Annotated[str | None, HeaderParameter(name=HEADER)] = None,
) -> wire.Guests:
    """For everybody who may be in it."""
    await members.of(caller, room_token, room_id)
    async with db.connection(as_system="guests are shown to who is in the room") as connection:
        return wire.Guests(await guests.listed(connection, vault, room_id))


@route(
    "POST",
    "/telehealth/rooms/{room_id:uuid}/guests",
    permission="visit-guest:ask",
    summary="Invite a guest, or ask for one",
    can_fail=[errors.RoomNotFound, errors.TooManyGuests, errors.GuestKeyNeeded, *errors.OVER],
    status=201,
    tags=_TAGS,
)
async def invite_guest(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    room_id: FromPath[UUID],
    data: JSONBody[wire.NewGuest],
) -> wire.Guest:
    """Provider and staff invite; whom a patient asks for, they still have to invite."""
    return await guests.invite(db, vault, live, actor, room_id, data, now)


@route(
    "POST",
    "/telehealth/guests/{guest_id:uuid}/invite",
    permission="visit-guest:invite",
    summary="Invite whom the patient asked for, or make a new link",
    can_fail=[errors.GuestNotFound, Forbidden, *errors.OVER],
    tags=_TAGS,
)
async def approve_guest(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    guest_id: FromPath[UUID],
    data: JSONBody[wire.GuestKey],
) -> wire.Guest:
    """A link made before is worth nothing then."""
    return await guests.approve(db, vault, live, actor, guest_id, data.public_key, now)


@route(
    "DELETE",
    "/telehealth/guests/{guest_id:uuid}",
    permission="visit-guest:invite",
    summary="Take an invitation back",
    can_fail=[errors.GuestNotFound, Forbidden],
    status=204,
    tags=_TAGS,
)
async def withdraw_guest(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    guest_id: FromPath[UUID],
) -> None:
    """Whoever is in leaves at once."""
    await guests.withdraw(db, vault, live, actor, guest_id, now)


@route(
    "POST",
    "/telehealth/guest",
    permission="visit-room:by-link",
    summary="The visit that a guest's link leads to",
    can_fail=[errors.LinkNotGood, errors.LinkRevoked],
    tags=_TAGS,
)
async def look_at_guest_link(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    data: JSONBody[wire.GuestToken],
) -> wire.GuestRoom:
    """Without signing in. The token stands for this guest and this visit alone."""
    return await guests.looked_at(db, vault, data, now)


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/visit-rules",
    permission="visit-rules:read",
    summary="How a clinic holds visits by video",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def get_visit_rules(
    db: NamedDependency[Database], actor: NamedDependency[Actor], clinic_id: FromPath[UUID]
) -> wire.VisitRules:
    """For those who work there."""
    async with db.connection() as connection:
        return await rules.told(connection, actor, clinic_id)


@route(
    "PUT",
    "/clinics/{clinic_id:uuid}/visit-rules",
    permission="visit-rules:edit",
    summary="Set how a clinic holds visits by video",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def put_visit_rules(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    data: JSONBody[wire.VisitRules],
) -> wire.VisitRules:
    """For admins. Links that were made keep the hour at which they end."""
    async with db.transaction() as connection:
        return await rules.change(connection, actor, clinic_id, data, now)


ROUTES: list[HTTPRouteHandler] = [
    generate_url, get_visit_room, get_waiting, tell_late, note_by_phone, get_guests, invite_guest, approve_guest,
    withdraw_guest, look_at_guest_link, get_visit_rules, put_visit_rules,
]  # fmt: skip
