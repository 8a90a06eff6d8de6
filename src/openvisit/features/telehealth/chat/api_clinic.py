"""HTTP of conversations that a clinic opens with its own key. What is read is ciphertext here, too."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, QueryParameter

from openvisit.core.permissions import Actor
from openvisit.features.telehealth.chat import clinic, wire
from openvisit.features.telehealth.chat.access import Chats
from openvisit.features.telehealth.chat.errors import ChatNotFound, FileNotFound, NotForTheClinic, ReadingOver
from openvisit.features.telehealth.chat.examples import CLINIC_EXAMPLES
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

EXAMPLES = CLINIC_EXAMPLES
_TAGS = ["telehealth"]
_HERE = "/telehealth/rooms/{room_id:uuid}/clinic-reading"
_After = Annotated[int, QueryParameter(ge=0, le=1_000_000)]


def _chats(db: NamedDependency[Database], vault: NamedDependency[Vault], live: NamedDependency[Live]) -> Chats:
    return Chats(db, vault, live)


_GIVEN = {"chats": Provide(_chats, sync_to_thread=False)}


@route(
    "GET",
    _HERE,
    permission="clinic-chat:open",
    summary="Whether the clinic's own key opens a conversation, and who opened it before",
    can_fail=[ChatNotFound],
    tags=_TAGS,
    dependencies=_GIVEN,
)
async def get_clinic_reading(
    chats: NamedDependency[Chats], actor: NamedDependency[Actor], room_id: FromPath[UUID]
) -> wire.ClinicStanding:
    """For admins of the visit's clinic."""
    return await clinic.standing(chats, actor, room_id)


@route(
    "POST",
    _HERE,
    permission="clinic-chat:open",
    summary="Open a conversation with the clinic's own key, for a reason",
    can_fail=[ChatNotFound, NotForTheClinic],
    step_up=True,
    status=201,
    tags=_TAGS,
    dependencies=_GIVEN,
)
async def open_for_clinic(
    chats: NamedDependency[Chats],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    room_id: FromPath[UUID],
    data: JSONBody[wire.OpenForClinic],
) -> wire.ClinicConversation:
    """For half an hour, to read alone. Patient and provider see who, when and why."""
    return await clinic.open_(chats, actor, room_id, data, now)


@route(
    "GET",
    _HERE + "/messages",
    permission="clinic-chat:open",
    summary="Messages of a conversation that is open to the clinic",
    can_fail=[ChatNotFound, ReadingOver],
    tags=_TAGS,
    dependencies=_GIVEN,
)
async def get_messages_for_clinic(
    chats: NamedDependency[Chats],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    room_id: FromPath[UUID],
    after: _After = 0,
) -> wire.Messages:
    """Ciphertext, a hundred at a time, for who said why within the last half hour."""
    return await clinic.messages(chats, actor, room_id, after, now)


@route(
    "GET",
    _HERE + "/files/{file_id:uuid}/parts/{number:int}",
    permission="clinic-chat:open",
    summary="A part of a file of a conversation that is open to the clinic",
    can_fail=[ChatNotFound, ReadingOver, FileNotFound],
    tags=_TAGS,
    dependencies=_GIVEN,
    media_type="application/octet-stream",
)
async def get_part_for_clinic(
    chats: NamedDependency[Chats],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    room_id: FromPath[UUID],
    file_id: FromPath[UUID],
    number: FromPath[int],
) -> Response[bytes]:
    """Ciphertext, never shown by a browser as it is."""
    if not 0 <= number < 1000:
        raise FileNotFound
    content = await clinic.chunk(chats, actor, room_id, (file_id, number), now)
    headers = {"Content-Disposition": "attachment"}
    return Response(content, media_type="application/octet-stream", headers=headers)


ROUTES: list[HTTPRouteHandler] = [get_clinic_reading, open_for_clinic, get_messages_for_clinic, get_part_for_clinic]
