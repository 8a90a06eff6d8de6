"""HTTP of recordings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter, RawBody

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor
from openvisit.core.recording import Answer
from openvisit.features.telehealth.recording import consents, errors, keeping, making, rules, wire
from openvisit.features.telehealth.recording.examples import EXAMPLES as EXAMPLES
from openvisit.features.telehealth.rooms.errors import LinkNotGood, LinkRevoked, RoomNotFound
from openvisit.features.telehealth.rooms.members import HEADER, Members
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["recordings"]
_MEMBER = [RoomNotFound, LinkNotGood, LinkRevoked]
_ROOM = "/telehealth/rooms/{room_id:uuid}"
_ONE = "/telehealth/recordings/{recording_id:uuid}"

Offset = Annotated[int, QueryParameter(ge=0, le=making.LARGEST)]
Made = Annotated[int | None, QueryParameter(ge=0, le=1_000_000)]


@dataclass
class PieceUpload(Operation):
    """The operation whose body is ciphertext as it is, in no envelope."""

    def __post_init__(self) -> None:
        """Say so in the documentation."""
        piece = OpenAPIMediaType(schema=Schema(type=None, description="The encrypted piece"))
        self.request_body = RequestBody(
            content={"application/octet-stream": piece},
            description="One encrypted piece of at most 512 KiB",
            required=True,
        )


@route(
    "GET",
    _ROOM + "/recording",
    permission="recording:consent",
    summary="How a room stands with recording",
    can_fail=_MEMBER,
    tags=_TAGS,
)
async def room_recording(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    members: NamedDependency[Members],
    now: NamedDependency[datetime],
    caller: NamedDependency[Actor | None],
    room_id: FromPath[UUID],
    room_token: Annotated[str | None, HeaderParameter(name=HEADER)] = None,
) -> wire.RoomRecording:
    """Who agreed, and whether a recording runs. Guests say the token of their link."""
    member = await members.of(caller, room_token, room_id)
    return await consents.state(db, vault, member, now)


@route(
    "PUT",
    _ROOM + "/recording/consent",
    permission="recording:consent",
    summary="Agree to be recorded in a room, or not",
    can_fail=[*_MEMBER, errors.NotInRoom],
    tags=_TAGS,
)
async def put_recording_consent(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    members: NamedDependency[Members],
    now: NamedDependency[datetime],
    caller: NamedDependency[Actor | None],
    room_id: FromPath[UUID],
    data: JSONBody[wire.RecordingConsentBody],
    room_token: Annotated[str | None, HeaderParameter(name=HEADER)] = None,
) -> wire.RoomRecording:
    """For oneself, while in the room; guests say the token of their link. A no ends a recording that runs, at once."""
    member = await members.of(caller, room_token, room_id)
    told = await consents.answer(db, vault, member, Answer(data.answer), now)
    live.publish(f"room:{room_id}:recording")
    return told


@route(
    "GET",
    _ROOM + "/recordings",
    permission="recording:read",
    summary="The recordings of a visit",
    can_fail=[RoomNotFound],
    tags=_TAGS,
)
async def room_recordings(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    room_id: FromPath[UUID],
) -> wire.Recordings:
    """For patient and provider, and the clinic's clinical staff."""
    async with db.transaction() as connection:
        return await keeping.of_room(connection, actor, room_id, now)


@route(
    "POST",
    _ROOM + "/recordings",
    permission="recording:make",
    summary="Start to record a visit",
    can_fail=[
        RoomNotFound,
        errors.NotInRoom,
        errors.RecordingNotAllowed,
        errors.ConsentMissing,
        errors.AlreadyRecording,
    ],
    status=201,
    tags=_TAGS,
)
async def start_recording(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    room_id: FromPath[UUID],
    data: JSONBody[wire.NewRecording],
) -> wire.RecordingPlace:
    """By the visit's provider, in the room, with everybody's yes. Asking again with the same id goes on."""
    place = await making.start(db, vault, actor, room_id, data, now)
    live.publish(f"room:{room_id}:recording")
    return place


@route(
    "GET",
    _ONE + "/place",
    permission="recording:make",
    summary="Where to go on with a recording",
    can_fail=[errors.RecordingNotFound],
    tags=_TAGS,
)
async def recording_place(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    recording_id: FromPath[UUID],
) -> wire.RecordingPlace:
    """For whoever makes it, after a break."""
    return await making.place(db, actor, recording_id, now)


@route(
    "PUT",
    _ONE + "/content",
    permission="recording:make",
    summary="Send the next piece of a recording",
    can_fail=[
        errors.RecordingNotFound,
        errors.RecordingStopped,
        errors.RecordingOver,
        errors.WrongOffset,
        errors.RecordingTooLarge,
    ],
    tags=_TAGS,
    operation_class=PieceUpload,
)
async def put_recording_content(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    recording_id: FromPath[UUID],
    body: RawBody,
    offset: FromQuery[Offset],
    last: FromQuery[bool] = False,
) -> wire.RecordingPlace:
    """`offset` is how much is kept already; a piece sent twice is kept once. Nobody's consent is assumed: it is asked
    again with every piece."""
    try:
        place = await making.take(db, actor, recording_id, offset, body, last, now)
    except errors.RecordingStopped:
        live.publish(f"room:{await making.room_of(db, actor, recording_id)}:recording")
        raise
    if last:
        live.publish(f"room:{await making.room_of(db, actor, recording_id)}:recording")
    return place


@route(
    "POST",
    _ONE + "/stop",
    permission="recording:make",
    summary="Stop a recording",
    can_fail=[errors.RecordingNotFound],
    tags=_TAGS,
)
async def stop_recording(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    recording_id: FromPath[UUID],
    pieces: Made = None,
) -> wire.RecordingPlace:
    """`pieces` says how many were made until now: those of them that have not arrived yet are still taken. Without that
    word, what comes in the next half minute."""
    room_id, place = await making.finish(db, actor, recording_id, pieces, now)
    live.publish(f"room:{room_id}:recording")
    return place


@route(
    "POST",
    _ONE + "/open",
    permission="recording:open",
    summary="Open a recording to play it",
    can_fail=[errors.RecordingNotFound],
    tags=_TAGS,
)
async def open_recording(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    recording_id: FromPath[UUID],
) -> wire.OpenedRecording:
    """Each time is in the audit. What is given can be opened by the keys of the receivers alone."""
    async with db.transaction() as connection:
        return await keeping.open_(connection, actor, recording_id, now)


@route(
    "GET",
    _ONE + "/content",
    permission="recording:open",
    summary="Pieces of a recording",
    can_fail=[errors.RecordingNotFound],
    tags=_TAGS,
    media_type="application/octet-stream",
)
async def get_recording_content(
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    recording_id: FromPath[UUID],
    offset: FromQuery[Offset] = 0,
) -> Response[bytes]:
    """Whole pieces from `offset` on, some megabytes; nothing at the end."""
    async with db.connection() as connection:
        pieces = await keeping.content(connection, actor, recording_id, offset)
    return Response(pieces, media_type="application/octet-stream")


@route(
    "POST",
    _ONE + "/deletion-request",
    permission="recording:ask-deletion",
    summary="Ask the clinic to delete a recording",
    can_fail=[errors.RecordingNotFound, Forbidden],
    tags=_TAGS,
)
async def ask_recording_deletion(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    recording_id: FromPath[UUID],
) -> wire.Recording:
    """For the patient."""
    async with db.transaction() as connection:
        return await keeping.ask_deletion(connection, actor, recording_id, now)


@route(
    "DELETE",
    _ONE,
    permission="recording:delete",
    summary="Delete a recording",
    can_fail=[errors.RecordingNotFound, Forbidden],
    status=204,
    tags=_TAGS,
)
async def delete_recording(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    recording_id: FromPath[UUID],
) -> None:
    """By the provider who held the visit or an admin; for good."""
    async with db.transaction() as connection:
        room_id = await keeping.delete(connection, actor, recording_id, now)
    live.publish(f"room:{room_id}:recording")


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/recording-rules",
    permission="recording-rules:read",
    summary="Whether a clinic lets visits be recorded",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def get_recording_rules(
    db: NamedDependency[Database], actor: NamedDependency[Actor], clinic_id: FromPath[UUID]
) -> wire.RecordingRules:
    """For who works there."""
    async with db.connection() as connection:
        return await rules.told(connection, actor, clinic_id)


@route(
    "PUT",
    "/clinics/{clinic_id:uuid}/recording-rules",
    permission="recording-rules:edit",
    summary="Let visits be recorded, or not",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def put_recording_rules(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    data: JSONBody[wire.RecordingRules],
) -> wire.RecordingRules:
    """For admins. A recording that runs ends when it is not allowed any more."""
    async with db.transaction() as connection:
        return await rules.change(connection, actor, clinic_id, data, now)


ROUTES: list[HTTPRouteHandler] = [
    room_recording, put_recording_consent, room_recordings, start_recording, recording_place, put_recording_content,
    stop_recording, open_recording, get_recording_content, ask_recording_deletion, delete_recording,
    get_recording_rules, put_recording_rules,
]  # fmt: skip
