"""HTTP of notes, summaries, ratings and the quality of calls."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, HeaderParameter, JSONBody, PathParameter, QueryParameter

from openvisit.core.errors import VersionMismatch, VersionRequired
from openvisit.core.permissions import Actor
from openvisit.features.booking.errors import AppointmentNotFound
from openvisit.features.telehealth.after import notes, quality, ratings, wire
from openvisit.features.telehealth.after.errors import (
    NotesFinished,
    NotesOpen,
    RatingClosed,
    RatingLinkOver,
    VisitNotBegun,
)
from openvisit.features.telehealth.rooms.errors import LinkNotGood, LinkRevoked, RoomNotFound
from openvisit.features.telehealth.rooms.members import HEADER, Members
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route
from openvisit.platform.web.versions import etag, expected_version

_TAGS = ["telehealth"]
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match", max_length=100, description="The ETag that was read")]
Token = Annotated[str, PathParameter(pattern="^[A-Za-z0-9_-]{1,120}$", description="What stands after the # of a link")]
Days = Annotated[int, QueryParameter(ge=1, le=366, description="How many days back")]


@route(
    "GET",
    "/telehealth/visits/{appointment_id:uuid}/notes",
    permission="visit-notes:read",
    summary="The provider's notes of a visit, and the summary for the patient",
    can_fail=[AppointmentNotFound],
    tags=_TAGS,
)
async def get_notes(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
) -> Response[wire.VisitNotes]:
    """For those who treat the patient; written into the audit."""
    async with db.transaction() as connection:
        return _versioned(await notes.shown(connection, vault, actor, appointment_id, now))


@route(
    "PUT",
    "/telehealth/visits/{appointment_id:uuid}/notes",
    permission="visit-notes:write",
    summary="Keep a draft of the notes and the summary",
    can_fail=[AppointmentNotFound, NotesFinished, VersionMismatch, VersionRequired],
    tags=_TAGS,
)
async def put_notes(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
    data: JSONBody[wire.NotesDraft],
    if_match: IfMatch = None,
) -> Response[wire.VisitNotes]:
    """For the visit's provider, as it is typed. `If-Match: "0"` begins the notes."""
    expected = expected_version(if_match)
    return _versioned(await notes.save(db, vault, actor, appointment_id, data, expected=expected, now=now))


@route(
    "POST",
    "/telehealth/visits/{appointment_id:uuid}/notes/finish",
    permission="visit-notes:write",
    summary="Sign the notes, and give the patient the summary",
    can_fail=[AppointmentNotFound, NotesFinished, NotesOpen, VisitNotBegun, VersionMismatch, VersionRequired],
    tags=_TAGS,
)
async def finish_notes(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
    if_match: IfMatch = None,
) -> Response[wire.VisitNotes]:
    """They stay as they are from now on; more can be added."""
    expected = expected_version(if_match)
    return _versioned(await notes.finish(db, vault, live, actor, appointment_id, expected=expected, now=now))


@route(
    "POST",
    "/telehealth/visits/{appointment_id:uuid}/notes/addenda",
    permission="visit-notes:write",
    summary="Add to finished notes, or to the summary",
    can_fail=[AppointmentNotFound, NotesOpen],
    status=201,
    tags=_TAGS,
)
async def add_to_notes(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
    data: JSONBody[wire.NewAddendum],
) -> Response[wire.VisitNotes]:
    """With who added it and when. What was there stays."""
    return _versioned(await notes.add(db, vault, live, actor, appointment_id, data, now=now))


@route(
    "GET",
    "/telehealth/visits/{appointment_id:uuid}/summary",
    permission="visit-summary:read",
    summary="What the provider wrote for the patient",
    can_fail=[AppointmentNotFound],
    tags=_TAGS,
)
async def get_summary(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
) -> wire.VisitSummary:
    """Once the notes are finished; who is not the patient is written into the audit."""
    async with db.transaction() as connection:
        return await notes.summary(connection, vault, actor, appointment_id, now)


@route(
    "GET",
    "/telehealth/visits/{appointment_id:uuid}/rating",
    permission="visit-rating:give",
    summary="Your rating of a visit",
    can_fail=[AppointmentNotFound],
    tags=_TAGS,
)
async def get_rating(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
) -> wire.VisitRating:
    """For the patient alone."""
    async with db.connection() as connection:
        return await ratings.own(connection, vault, actor, appointment_id, now)


@route(
    "PUT",
    "/telehealth/visits/{appointment_id:uuid}/rating",
    permission="visit-rating:give",
    summary="Rate a visit, or change the rating",
    can_fail=[AppointmentNotFound, RatingClosed],
    tags=_TAGS,
)
async def put_rating(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
    data: JSONBody[wire.RatingGiven],
) -> wire.VisitRating:
    """Within three months of the visit; changed for two weeks."""
    return await ratings.give(db, vault, actor, appointment_id, data, now=now)


@route(
    "GET",
    "/telehealth/ratings/{token:str}",
    permission="link:use",
    summary="The visit behind a link to rate it",
    can_fail=[RatingLinkOver],
    tags=_TAGS,
)
async def get_linked_rating(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    calling_from: NamedDependency[str],
    token: Token,
) -> wire.LinkedRating:
    """Without signing in; tells no more than the message that the link came in, and what was rated by it."""
    return await ratings.linked(db, vault, await ratings.behind(db, vault, token, calling_from, now), now)


@route(
    "PUT",
    "/telehealth/ratings/{token:str}",
    permission="link:use",
    summary="Rate the visit behind a link",
    can_fail=[RatingLinkOver, RatingClosed],
    tags=_TAGS,
)
async def put_linked_rating(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    calling_from: NamedDependency[str],
    token: Token,
    data: JSONBody[wire.RatingGiven],
) -> wire.LinkedRating:
    """Without signing in, as the patient it was sent to."""
    link = await ratings.behind(db, vault, token, calling_from, now)
    return await ratings.give_by_link(db, vault, link, data, now=now)


@route(
    "POST",
    "/telehealth/rooms/{room_id:uuid}/quality",
    permission="visit-room:by-link",
    summary="Tell how good a call was, in numbers",
    can_fail=[RoomNotFound, LinkNotGood, LinkRevoked],
    status=204,
    tags=_TAGS,
)
async def tell_quality(
    db: NamedDependency[Database],
    members: NamedDependency[Members],
    now: NamedDependency[datetime],
    caller: NamedDependency[Actor | None],
    room_id: FromPath[UUID],
    data: JSONBody[wire.CallQuality],
    room_token: Annotated[str | None, HeaderParameter(name=HEADER, max_length=200)] = None,
) -> None:
    """By a browser at the end of its call, or in the middle of it; nothing tells whose it was. Guests send the token of
    their link."""
    await quality.tell(db, await members.of(caller, room_token, room_id), data, now)


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/call-quality",
    permission="visit-quality:read",
    summary="How good a clinic's calls were",
    tags=_TAGS,
)
async def get_call_quality(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    days: Days = 30,
) -> wire.ClinicCallQuality:
    """Medians, what one in twenty exceeded, and the share of calls that somebody will have been bothered by."""
    async with db.connection() as connection:
        return await quality.of_clinic(connection, actor, clinic_id, days, now)


def _versioned(found: wire.VisitNotes) -> Response[wire.VisitNotes]:
    return Response(found, headers={"ETag": etag(found.version)})


ROUTES: list[HTTPRouteHandler] = [
    get_notes,
    put_notes,
    finish_notes,
    add_to_notes,
    get_summary,
    get_rating,
    put_rating,
    get_linked_rating,
    put_linked_rating,
    tell_quality,
    get_call_quality,
]

_ADDED = {
    "part": "summary",
    "text": "The result is in: all is well.",
    "by": "Ana Flores",
    "at": "2027-03-05T09:00:00Z",
}
_RATING = {
    "score": 5,
    "comment": "On time and kind",
    "rated_at": "2027-03-04T16:00:00Z",
    "open": True,
    "after": None,
    "hidden": None,
}
_QUALITY = {
    "peer": "0197a3c2-5d21-7c3e-9b1f-3f6f5d7a1c11",
    "seconds": 1460,
    "rtt_ms": 48.5,
    "rtt_p95_ms": 120.0,
    "loss_percent": 0.4,
    "jitter_ms": 6.1,
    "steps_down": 1,
    "reconnects": 0,
    "audio_only_seconds": 0,
    "relayed": False,
}
_SPREAD = {"median": 48.5, "p95": 180.0}
EXAMPLES: dict[str, Any] = {
    "VisitNotes": {
        "notes": "Migraine without aura, three a month.",
        "summary": "Please keep the diary we talked about.",
        "finished_at": "2027-03-04T15:10:00Z",
        "finished_by": "Ana Flores",
        "updated_at": "2027-03-04T15:09:00Z",
        "written_by": "Ana Flores",
        "addenda": [_ADDED],
        "may_write": True,
        "version": 7,
    },
    "NotesDraft": {"notes": "Migraine without aura", "summary": "Please keep the diary"},
    "NewAddendum": {"part": "summary", "text": "The result is in: all is well."},
    "VisitSummary": {
        "summary": "Please keep the diary we talked about.",
        "finished_at": "2027-03-04T15:10:00Z",
        "by": "Ana Flores",
        "addenda": [_ADDED],
    },
    "VisitRating": _RATING,
    "RatingGiven": {"score": 5, "comment": "On time and kind"},
    "LinkedRating": {
        "clinic": "Riverside Clinic",
        "with_whom": "Ana Flores",
        "start": "2027-03-04T14:30:00Z",
        "time_zone": "Europe/Madrid",
        "rating": _RATING,
    },
    "CallQuality": _QUALITY,
    "ClinicCallQuality": {
        "days": 30,
        "calls": 212,
        "minutes": 4810,
        "rtt_ms": _SPREAD,
        "loss_percent": {"median": 0.3, "p95": 3.2},
        "jitter_ms": {"median": 5.0, "p95": 22.0},
        "bad": 0.04,
        "relayed": 0.11,
        "stepped_down": 0.2,
        "reconnects": 9,
    },
}
