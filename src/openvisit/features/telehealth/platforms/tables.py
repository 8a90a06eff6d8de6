"""Where clinics hold their video visits, and each visit's room there."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from openvisit.platform.tables import instant, metadata

_PLATFORMS = "platform IN ('built-in', 'livekit', 'twilio', 'zoom', 'teams', 'external')"

video_rules = Table(
    "video_rules",
    metadata,
    Column("clinic_id", UUID, ForeignKey("clinic.id"), primary_key=True),
    Column("choices", LargeBinary, nullable=False),  # sealed JSON: it may name people's rooms and accounts at a vendor
    Column("updated_at", instant(), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
)

video_room = Table(
    "video_room",
    metadata,
    Column("appointment_id", UUID, ForeignKey("appointment.id"), primary_key=True),
    Column("clinic_id", UUID, nullable=False),
    # As it was chosen when the visit was booked: a clinic's later choices do not move visits that people know of.
    Column("provider_id", UUID),  # for whom and what it was chosen; null in rows from before this was kept
    Column("visit_type_id", UUID),
    Column("platform", Text, nullable=False),
    Column("host", Text, nullable=False, server_default=""),
    Column("address", LargeBinary),  # sealed: where an external platform is
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),  # our name of the room, which the vendor knows
    Column("vendor_id", Text, nullable=False, server_default=""),
    Column("link", LargeBinary),  # sealed: where people join
    Column("starts_at", instant(), nullable=False),
    Column("ends_at", instant(), nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    # The vendor was asked and nobody knows whether it made the room: until that is known, it is not forgotten.
    Column("in_doubt", Boolean, nullable=False, server_default="false"),
    Column("why", Text, nullable=False, server_default=""),  # a code: why it could not be made, moved or closed
    Column("updated_at", instant(), nullable=False),
    CheckConstraint(_PLATFORMS, name="known_platform"),
    CheckConstraint("state IN ('planned', 'ready', 'failed', 'closed')", name="known_state"),
    Index("uq_video_room_key", "key", unique=True),
    Index("ix_video_room_planned", "starts_at", postgresql_where="state = 'planned'"),
)
