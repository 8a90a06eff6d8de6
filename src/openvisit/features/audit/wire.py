"""What the audit's API answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class AuditNamed(msgspec.Struct):
    """Something with a name."""

    id: UUID
    name: str


class AccessBy(msgspec.Struct):
    """Who it was, and as what they acted: provider, colleague, staff, admin, delegate."""

    name: str
    role: str
    on_behalf_of: str | None  # a name


class AccessVisit(msgspec.Struct):
    """The visit that was looked at or changed."""

    id: UUID
    visit_type: str
    start: datetime
    time_zone: str


class Access(msgspec.Struct):
    """Somebody looked at the caller's record, or did something with it."""

    id: int
    at: datetime
    by: AccessBy
    clinic: AuditNamed | None
    action: str  # the permission that was used, such as patient:read
    reason: str | None  # treatment, operations, patient-request, payment, emergency
    visit: AccessVisit | None


class RecordAccess(msgspec.Struct):
    """Who looked at the caller's record and why, newest first."""

    items: list[Access]
    next_cursor: str | None


class AuditLink(msgspec.Struct):
    """Where the entry is held: its chain, its place there, and the hash that every later link builds on."""

    chain: UUID
    seq: int
    hash: str


class AuditEntry(msgspec.Struct):
    """One entry of the audit."""

    id: int
    at: datetime
    actor: AuditNamed | None  # null: OpenVisit itself
    acting_as: str | None
    on_behalf_of: AuditNamed | None
    action: str
    reason: str | None
    thing: str
    thing_id: UUID
    patient: AuditNamed | None
    data: dict[str, Any]
    link: AuditLink | None


class AuditEntries(msgspec.Struct):
    """A page of the audit, newest first."""

    items: list[AuditEntry]
    next_cursor: str | None


class AuditFinding(msgspec.Struct):
    """Something that is not as it was written."""

    kind: str  # changed, removed, inserted, reordered, rewritten, moved, checkpoint
    words: str
    chain: UUID | None = None
    seq: int | None = None
    entry: int | None = None


class AuditState(msgspec.Struct):
    """How the clinic's audit was found at the last check, and what of it is signed."""

    entries: int
    checked_at: datetime | None  # what was new by then is verified
    whole_checked_at: datetime | None  # every entry by then is
    findings: list[AuditFinding]
    checkpoint: int | None  # the newest one's number
    signed_at: datetime | None
    unsigned: int  # entries since then
