"""Rooms, the links into them, guests, and who waits or is in. A room has the id of its appointment."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from openvisit.platform.tables import instant, metadata

visit_room = Table(
    "visit_room",
    metadata,
    Column("id", UUID, ForeignKey("appointment.id"), primary_key=True),
    Column("clinic_id", UUID, nullable=False),
    Column("provider_id", UUID, nullable=False),
    Column("patient_id", UUID, nullable=False),
    # What the visit's were when the room was last made or moved; other ones begin a new revision.
    Column("starts_at", instant(), nullable=False),
    Column("ends_at", instant(), nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("made_at", instant(), nullable=False),
    Column("closed_at", instant()),  # cancelled, or no visit by video any more
    Column("by_phone_at", instant()),  # when it was noted that the visit is held by telephone after all
    Index("ix_visit_room_provider_id", "provider_id", "starts_at"),
)

visit_link = Table(
    "visit_link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("room_id", UUID, ForeignKey("visit_room.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("session_id", UUID, nullable=False),  # with whose end the link ends
    Column("made_at", instant(), nullable=False),
    Column("expires_at", instant(), nullable=False),
    Index("ix_visit_link_room_id", "room_id"),
    Index("ix_visit_link_person_id", "person_id"),
    Index("ix_visit_link_expires_at", "expires_at"),
)

visit_guest = Table(
    "visit_guest",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("room_id", UUID, ForeignKey("visit_room.id"), nullable=False),
    Column("name", LargeBinary, nullable=False),  # sealed with the patient's key
    Column("role", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("invited_by", UUID, nullable=False),
    Column("invited_at", instant(), nullable=False),
    Column("answered_by", UUID),  # who agreed to, or took back, what was asked or given
    Column("answered_at", instant()),
    Column("public_key", Text),  # of the key in the link's fragment
    Column("token_hash", LargeBinary),
    CheckConstraint("role IN ('interpreter', 'family', 'specialist', 'other')", name="role"),
    CheckConstraint("status IN ('asked', 'invited', 'withdrawn')", name="status"),
    CheckConstraint("status <> 'invited' OR (token_hash IS NOT NULL AND public_key IS NOT NULL)", name="invited"),
    Index("ix_visit_guest_room_id", "room_id"),
    Index("uq_visit_guest_token_hash", "token_hash", unique=True),
)

visit_presence = Table(
    "visit_presence",
    metadata,
    Column("room_id", UUID, ForeignKey("visit_room.id"), primary_key=True),
    Column("participant", Text, primary_key=True),  # person:<id> or guest:<id>, as it is told to browsers
    Column("person_id", UUID),
    Column("guest_id", UUID, ForeignKey("visit_guest.id")),
    Column("role", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("peer", UUID, nullable=False),  # the tab
    Column("process", UUID),  # that holds the tab's socket; null when it has gone
    Column("came_at", instant(), nullable=False),
    Column("admitted_at", instant()),
    Column("admitted_by", UUID),
    Column("left_at", instant()),
    Column("late_minutes", Integer),
    Column("late_at", instant()),
    CheckConstraint("role IN ('patient', 'provider', 'guest', 'staff')", name="role"),
    CheckConstraint("state IN ('waiting', 'admitted', 'removed')", name="state"),
    CheckConstraint("(process IS NULL) = (left_at IS NOT NULL)", name="left"),
    CheckConstraint("(person_id IS NULL) <> (guest_id IS NULL)", name="one_of_two"),
    Index("ix_visit_presence_process", "process"),
)

visit_process = Table(
    "visit_process",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("lease_until", instant(), nullable=False),
)

visit_relay = Table(
    "visit_relay",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("body", Text, nullable=False),
    Column("at", instant(), nullable=False),
    Index("ix_visit_relay_at", "at"),
    prefixes=["UNLOGGED"],
)

visit_rules = Table(
    "visit_rules",
    metadata,
    Column("clinic_id", UUID, ForeignKey("clinic.id"), primary_key=True),
    Column("opens_before_minutes", Integer, nullable=False),
    Column("closes_after_minutes", Integer, nullable=False),
    Column("phone", Text),
    Column("no_show_minutes", Integer, nullable=False, server_default="10"),
    CheckConstraint("opens_before_minutes BETWEEN 0 AND 120", name="opens_before_minutes"),
    CheckConstraint("closes_after_minutes BETWEEN 0 AND 1440", name="closes_after_minutes"),
    CheckConstraint("no_show_minutes BETWEEN 1 AND 240", name="no_show_minutes"),
)
