"""Requests and answers of conversations. What is said stands in them as ciphertext alone."""

from datetime import datetime
from typing import Annotated, Literal, get_args
from uuid import UUID

import msgspec
from msgspec import Meta

from openvisit.features.telehealth.keys.wire import Escrow, KeyId

_B64 = "^[A-Za-z0-9_-]+$"
FileKind = Literal["image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf", "text/plain", "text/csv"]
Role = Literal["patient", "provider", "staff", "guest", "clinic"]
FILE_KINDS: tuple[str, ...] = get_args(FileKind)
CHUNK = 256 * 1024
"""How many bytes of a file are encrypted together; the last part may be shorter."""

OVERHEAD = 28
"""What a part's ciphertext is longer: nonce and tag."""

Participant = Annotated[str, Meta(pattern="^(person|guest|clinic):[0-9a-f-]{36}$")]
Signature = Annotated[str, Meta(min_length=86, max_length=86, pattern=_B64, description="ECDSA P-256, 64 bytes")]
Number = Annotated[int, Meta(ge=1, le=1_000_000)]
Ciphertext = Annotated[str, Meta(min_length=38, max_length=88_000, pattern=_B64)]
Commitment = Annotated[str, Meta(min_length=43, max_length=43, pattern=_B64)]
Wrapped = Annotated[str, Meta(min_length=100, max_length=300, pattern=_B64)]


class Wrap(msgspec.Struct):
    """The content key of an epoch, sealed to one reader's key."""

    participant: Participant
    key_id: KeyId
    wrapped: Wrapped


class NewEpoch(msgspec.Struct):
    """A new content key for everybody who reads along now, and nobody else."""

    number: Number
    commitment: Commitment
    signature: Signature
    wraps: Annotated[list[Wrap], Meta(min_length=1, max_length=20)]


class HandedOn(msgspec.Struct):
    """Content keys of earlier epochs for somebody who could not read them."""

    number: Number
    wraps: Annotated[list[Wrap], Meta(min_length=1, max_length=20)]


class NewMessage(msgspec.Struct):
    """A message, encrypted and signed. The same `id` again is the same message."""

    id: UUID
    epoch: Number
    key_id: KeyId
    sequence: Number
    ciphertext: Ciphertext
    signature: Signature
    files: Annotated[list[UUID], Meta(max_length=5)] = []


class Message(msgspec.Struct):
    """A message. `place` is its order in the conversation, `sequence` the sender's own count."""

    place: int
    id: UUID
    epoch: int
    sender: str
    key_id: str
    sequence: int
    ciphertext: str
    signature: str
    sent_at: datetime


class Messages(msgspec.Struct):
    """Messages in their order; `more` says that there are others in the direction that was asked."""

    items: list[Message]
    more: bool


class Mark(msgspec.Struct):
    """How far somebody got: up to which place messages arrived at a device of theirs, and were shown."""

    delivered: Annotated[int, Meta(ge=0, le=1_000_000)]
    read: Annotated[int, Meta(ge=0, le=1_000_000)]


class MemberMark(msgspec.Struct):
    """How far one participant got."""

    participant: str
    delivered: int
    read: int


class Member(msgspec.Struct):
    """Somebody who takes part. `first_key` says that they never had another key: what was said before they made it
    may be handed on to it. Without a key they cannot read yet."""

    participant: str
    role: Role
    name: str
    key_id: str | None
    public_key: str | None
    first_key: bool


class KnownKey(msgspec.Struct):
    """A key that something in the conversation is signed by."""

    participant: str
    key_id: str
    public_key: str


class Epoch(msgspec.Struct):
    """An epoch with the caller's own wraps; `lacking` are readers of the visit itself who cannot open it yet."""

    number: int
    maker: str
    key_id: str
    commitment: str
    signature: str
    readers: list[str]
    wraps: list[Wrap]
    lacking: list[str]


class ClinicReading(msgspec.Struct):
    """That an admin opened the conversation with the clinic's own key: `by` whom, and `why` in their words."""

    at: datetime
    by: str
    why: str


class Chat(msgspec.Struct):
    """A conversation as the caller takes part in it. `escrow_key` is set where the clinic reads along; `readings`
    are told to patient and provider."""

    room_id: UUID
    you: str
    role: Role
    members: list[Member]
    keys: list[KnownKey]
    epochs: list[Epoch]
    marks: list[MemberMark]
    last_place: int
    next_sequence: int
    open: bool
    opens_at: datetime | None
    closes_at: datetime
    history: Literal["never", "provider"]
    file_bytes: int
    file_kinds: list[str]
    escrow_key: KnownKey | None
    readings: list[ClinicReading]


class OpenForClinic(msgspec.Struct):
    """Why the clinic reads a conversation, in words that patient and provider are shown."""

    reason: Annotated[str, Meta(min_length=10, max_length=500, pattern="^[^\\x00]*[^\\s\\x00][^\\x00]*$")]


class ClinicStanding(msgspec.Struct):
    """Whether anything of a conversation is sealed to the clinic's own key, and when it was opened with it."""

    possible: bool
    readings: list[ClinicReading]


class ClinicConversation(msgspec.Struct):
    """A conversation as the clinic reads it: the content keys that are sealed to it, and the clinic's `keys` for these,
    sealed by their phrases. Messages can be fetched `until` then."""

    chat: Chat
    keys: list[Escrow]
    until: datetime


class NewFile(msgspec.Struct):
    """A file that is about to be sent in parts of 256 KiB, each encrypted in the browser."""

    kind: FileKind
    size: Annotated[int, Meta(ge=1, le=50_000_000)]


class File(msgspec.Struct):
    """A file. `kind` is what its sender says: nobody but its readers can look."""

    id: UUID
    kind: str
    size: int
    chunks: int
    arrived: list[int]


class UnreadRoom(msgspec.Struct):
    """How many messages of a conversation the caller has not read."""

    room_id: UUID
    unread: int


class Unread(msgspec.Struct):
    """Conversations with messages the caller has not read."""

    total: int
    rooms: list[UnreadRoom]


class ChatRules(msgspec.Struct):
    """A clinic's rules for conversations: from how long before a visit's start (`null`: from its booking) to how long
    after its end one can write, whether the provider may hand earlier messages on to who comes later, and how large
    files may be (0: none)."""

    hours_before: Annotated[int, Meta(ge=0, le=8760)] | None = None
    hours_after: Annotated[int, Meta(ge=0, le=8760)] = 168
    history: Literal["never", "provider"] = "provider"
    file_megabytes: Annotated[int, Meta(ge=0, le=50)] = 10
