"""HTTP of conversations. Guests, who have no account, say the token of their invitation in `Room-Token`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter

from openvisit.core.errors import Forbidden, Invalid, OpenVisitError
from openvisit.core.permissions import Actor
from openvisit.features.telehealth.chat import commands, files, queries, rules, wire
from openvisit.features.telehealth.chat.access import Caller, Chats, taking_part
from openvisit.features.telehealth.chat.errors import (
    ChatClosed,
    ChatNotFound,
    FileNotFound,
    FileNotWhole,
    NotAReader,
    OutOfStep,
    RekeyNeeded,
)
from openvisit.features.telehealth.chat.examples import EXAMPLES as EXAMPLES
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import Method, route

_TAGS = ["telehealth"]
_ROOM = "/telehealth/rooms/{room_id:uuid}"
_MOST = wire.CHUNK + wire.OVERHEAD
RoomToken = Annotated[
    str | None, HeaderParameter(name="Room-Token", description="Of a guest's invitation", max_length=100)
]
Place = Annotated[int | None, QueryParameter(ge=0, le=1_000_000)]


def _asks(
    caller: NamedDependency[Actor | None], now: NamedDependency[datetime], room_token: RoomToken = None
) -> Caller:
    """Who asks: by their session, or by the token of a guest."""
    return Caller(caller, room_token, now)


def _chats(db: NamedDependency[Database], vault: NamedDependency[Vault], live: NamedDependency[Live]) -> Chats:
    return Chats(db, vault, live)


_GIVEN = {
    "asks": Provide(_asks, sync_to_thread=False),
    "chats": Provide(_chats, sync_to_thread=False),
}


def _of_chat(
    method: Method, path: str, summary: str, *errors: type[OpenVisitError], **options: Any
) -> Callable[[Any], Any]:
    """A route of one room's conversation, for whoever takes part in it."""
    return route(
        method,
        _ROOM + path,
        permission="chat:open",
        summary=summary,
        can_fail=[ChatNotFound, *errors],
        tags=_TAGS,
        dependencies=_GIVEN,
        **options,
    )


@dataclass
class PartUpload(Operation):
    """The operation whose body is a part of a file as it is, in no envelope."""

    def __post_init__(self) -> None:
        """Say so in the documentation."""
        self.request_body = RequestBody(
            content={"application/octet-stream": OpenAPIMediaType(schema=Schema(type=None))},
            description="The part's ciphertext: its 256 KiB, or what is left, and 28 bytes",
            required=True,
        )


@_of_chat("GET", "/chat", "A visit's conversation: who takes part, and under which keys")
async def get_chat(chats: NamedDependency[Chats], asks: NamedDependency[Caller], room_id: FromPath[UUID]) -> wire.Chat:
    """For patient and provider, whoever may join for the patient, and who was let into the room."""
    async with taking_part(chats, asks, room_id) as part:
        return await queries.state(part)


@_of_chat("GET", "/messages", "Messages of a conversation")
async def get_messages(
    chats: NamedDependency[Chats],
    asks: NamedDependency[Caller],
    room_id: FromPath[UUID],
    after: Place = None,
    before: Place = None,
) -> wire.Messages:
    """Ciphertext, in order: a hundred `after` a place, or the last hundred (`before` one)."""
    async with taking_part(chats, asks, room_id) as part:
        return await queries.messages(part, after, before)


@_of_chat(
    "POST", "/messages", "Send a message", ChatClosed, RekeyNeeded, OutOfStep, NotAReader, FileNotWhole, status=201
)
async def send_message(
    chats: NamedDependency[Chats],
    asks: NamedDependency[Caller],
    room_id: FromPath[UUID],
    data: JSONBody[wire.NewMessage],
) -> wire.Message:
    """Encrypted and signed in the browser."""
    return await commands.send(chats, asks, room_id, data)


@_of_chat("POST", "/epochs", "Begin a new content key", ChatClosed, RekeyNeeded, NotAReader, status=201)
async def start_epoch(
    chats: NamedDependency[Chats],
    asks: NamedDependency[Caller],
    room_id: FromPath[UUID],
    data: JSONBody[wire.NewEpoch],
) -> wire.Chat:
    """Sealed to everybody who has a key now, and to nobody else."""
    return await commands.start_epoch(chats, asks, room_id, data)


@_of_chat("POST", "/keys", "Hand a content key on", NotAReader)
async def hand_on_keys(
    chats: NamedDependency[Chats],
    asks: NamedDependency[Caller],
    room_id: FromPath[UUID],
    data: JSONBody[wire.HandedOn],
) -> wire.Chat:
    """To the visit's own people who made their keys later; by the provider to others, where the clinic allows it."""
    return await commands.hand_on(chats, asks, room_id, data)


@_of_chat("PUT", "/marks", "Say how far one has read", status=204)
async def put_marks(
    chats: NamedDependency[Chats],
    asks: NamedDependency[Caller],
    room_id: FromPath[UUID],
    data: JSONBody[wire.Mark],
) -> None:
    """Marks never go back."""
    await commands.mark(chats, asks, room_id, data)


@_of_chat("POST", "/files", "Begin to send a file", ChatClosed, status=201)
async def begin_file(
    chats: NamedDependency[Chats],
    asks: NamedDependency[Caller],
    room_id: FromPath[UUID],
    data: JSONBody[wire.NewFile],
) -> wire.File:
    """Its parts follow; a message tells of it."""
    return await files.begin(chats, asks, room_id, data)


@_of_chat("GET", "/files/{file_id:uuid}", "A file, and which of its parts have arrived", FileNotFound)
async def get_file(
    chats: NamedDependency[Chats],
    asks: NamedDependency[Caller],
    room_id: FromPath[UUID],
    file_id: FromPath[UUID],
) -> wire.File:
    """Sending goes on where it broke off."""
    return await files.one(chats, asks, room_id, file_id)


@_of_chat(
    "PUT",
    "/files/{file_id:uuid}/parts/{number:int}",
    "Send a part of a file",
    ChatClosed,
    FileNotFound,
    FileNotWhole,
    status=204,
    operation_class=PartUpload,
)
async def put_part(
    chats: NamedDependency[Chats],
    asks: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    room_id: FromPath[UUID],
    file_id: FromPath[UUID],
    number: FromPath[int],
) -> None:
    """Encrypted in the browser; the same part again takes its place."""
    content = await request.body()
    if len(content) > _MOST or not 0 <= number < 1000:
        raise Invalid("This is no part of a file")
    await files.put(chats, asks, room_id, (file_id, number), content)


@route(
    "GET",
    _ROOM + "/files/{file_id:uuid}/parts/{number:int}",
    permission="chat:open",
    summary="A part of a file",
    can_fail=[ChatNotFound, FileNotFound],
    tags=_TAGS,
    dependencies=_GIVEN,
    media_type="application/octet-stream",
)
async def get_part(
    chats: NamedDependency[Chats],
    asks: NamedDependency[Caller],
    room_id: FromPath[UUID],
    file_id: FromPath[UUID],
    number: FromPath[int],
) -> Response[bytes]:
    """Ciphertext, never shown by a browser as it is."""
    if not 0 <= number < 1000:
        raise FileNotFound
    content = await files.chunk(chats, asks, room_id, (file_id, number))
    headers = {"Content-Disposition": "attachment"}
    return Response(content, media_type="application/octet-stream", headers=headers)


@route(
    "GET",
    "/telehealth/unread",
    permission="chat:own",
    summary="Conversations with messages the caller has not read",
    tags=_TAGS,
)
async def get_unread(
    db: NamedDependency[Database], now: NamedDependency[datetime], actor: NamedDependency[Actor]
) -> wire.Unread:
    """Counts alone."""
    async with db.connection() as connection:
        return await queries.unread(connection, actor, now)


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/chat-rules",
    permission="chat-rules:read",
    summary="How long conversations are open at a clinic, and what may be sent",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def get_chat_rules(
    db: NamedDependency[Database], actor: NamedDependency[Actor], clinic_id: FromPath[UUID]
) -> wire.ChatRules:
    """For the clinic's people."""
    async with db.connection() as connection:
        return await rules.told(connection, actor, clinic_id)


@route(
    "PUT",
    "/clinics/{clinic_id:uuid}/chat-rules",
    permission="chat-rules:edit",
    summary="Set how long conversations are open, and what may be sent",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def put_chat_rules(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    data: JSONBody[wire.ChatRules],
) -> wire.ChatRules:
    """For admins."""
    async with db.transaction() as connection:
        return await rules.change(connection, actor, clinic_id, data, now)


ROUTES: list[HTTPRouteHandler] = [
    get_chat, get_messages, send_message, start_epoch, hand_on_keys, put_marks, begin_file, get_file, put_part,
    get_part, get_unread, get_chat_rules, put_chat_rules,
]  # fmt: skip
