"""HTTP of who waits, and of how clinics offer times."""

from datetime import datetime
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor
from openvisit.features.availability.errors import UnknownProvider, UnknownVisitType
from openvisit.features.booking import errors as booking
from openvisit.features.consent.errors import ConsentNeeded, ProcessingRestricted
from openvisit.features.waitlist import entries, queries, rules, wire
from openvisit.features.waitlist.errors import (
    AlreadyWaiting,
    EntryNotFound,
    NotWaiting,
    TooManyEntries,
)
from openvisit.features.waitlist.examples import EXAMPLES as EXAMPLES
from openvisit.features.waitlist.offering import List
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_TAGS = ["waitlist"]
_CONSENT = [ConsentNeeded, ProcessingRestricted]


@route("GET", "/waitlist", permission="waitlist:own", summary="What the caller waits for", tags=_TAGS)
async def own_waitlist(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
) -> wire.WaitlistEntries:
    """With what those they act for wait for, and what became of it lately."""
    async with db.connection() as connection:
        return await queries.own(connection, vault, actor, now)


@route(
    "POST",
    "/waitlist",
    permission="waitlist:join",
    proof="booking",
    summary="Wait for a time, or for an earlier time of a visit",
    can_fail=[
        AlreadyWaiting,
        TooManyEntries,
        UnknownProvider,
        UnknownVisitType,
        booking.AppointmentNotFound,
        booking.PatientNotFound,
        booking.NotBookableByYou,
        booking.MoveRefused,
        Forbidden,
        *_CONSENT,
    ],
    status=201,
    tags=_TAGS,
)
async def join_waitlist(
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.NewWaitlistEntry],
) -> wire.WaitlistEntry:
    """For the caller, or with `patient_id` for whom they act or, by the front desk, for a patient."""
    return await entries.join(waitlist, actor, data, now)


@route(
    "GET",
    "/waitlist/{entry_id:uuid}",
    permission="waitlist:read",
    summary="One entry of the waitlist",
    can_fail=[EntryNotFound],
    tags=_TAGS,
)
async def get_waitlist_entry(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    entry_id: FromPath[UUID],
) -> wire.WaitlistEntry:
    """With the offer that is open, if one is."""
    async with db.connection() as connection:
        return await queries.one(connection, vault, actor, entry_id, now)


@route(
    "PATCH",
    "/waitlist/{entry_id:uuid}",
    permission="waitlist:join",
    summary="Wish otherwise",
    can_fail=[EntryNotFound, Forbidden, NotWaiting, *_CONSENT],
    tags=_TAGS,
)
async def change_waitlist_entry(
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    entry_id: FromPath[UUID],
    data: JSONBody[wire.WaitlistChanges],
) -> wire.WaitlistEntry:
    """The wait so far stays, and an offer that is open stays good."""
    return await entries.change(waitlist, actor, entry_id, data, now)


@route(
    "DELETE",
    "/waitlist/{entry_id:uuid}",
    permission="waitlist:join",
    summary="Wait no longer",
    can_fail=[EntryNotFound, Forbidden],
    status=204,
    tags=_TAGS,
)
async def leave_waitlist(
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    entry_id: FromPath[UUID],
) -> None:
    """A time that was offered goes to the next."""
    await entries.leave(waitlist, actor, entry_id, now)


@route(
    "PUT",
    "/waitlist/{entry_id:uuid}/urgency",
    permission="waitlist:manage",
    summary="Say how soon a patient should be seen",
    can_fail=[EntryNotFound, Forbidden, NotWaiting],
    tags=_TAGS,
)
async def put_waitlist_urgency(
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    entry_id: FromPath[UUID],
    data: JSONBody[wire.UrgencyBody],
) -> wire.WaitlistEntry:
    """Urgency comes before all else in whose turn it is."""
    return await entries.set_urgency(waitlist, actor, entry_id, data.urgency, now)


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/waitlist",
    permission="waitlist:manage",
    summary="Everybody who waits at a clinic",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def clinic_waitlist(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    provider_id: FromQuery[UUID | None] = None,
) -> wire.WaitlistEntries:
    """For the front desk: in the order in which they would be asked, 500 at most."""
    async with db.connection() as connection:
        return await queries.of_clinic(connection, vault, actor, clinic_id, provider_id, now)


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/waitlist-rules",
    permission="waitlist:manage",
    summary="How a clinic offers times that come free",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def get_waitlist_rules(
    db: NamedDependency[Database], actor: NamedDependency[Actor], clinic_id: FromPath[UUID]
) -> wire.WaitlistRules:
    """For the front desk."""
    async with db.connection() as connection:
        return await rules.told(connection, actor, clinic_id)


@route(
    "PUT",
    "/clinics/{clinic_id:uuid}/waitlist-rules",
    permission="waitlist-rules:edit",
    summary="Set how a clinic offers times that come free",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def put_waitlist_rules(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    data: JSONBody[wire.WaitlistRules],
) -> wire.WaitlistRules:
    """For admins."""
    async with db.transaction() as connection:
        return await rules.change(connection, actor, clinic_id, data, now)


ROUTES: list[HTTPRouteHandler] = [
    own_waitlist, join_waitlist, get_waitlist_entry, change_waitlist_entry, leave_waitlist, put_waitlist_urgency,
    clinic_waitlist, get_waitlist_rules, put_waitlist_rules,
]  # fmt: skip
