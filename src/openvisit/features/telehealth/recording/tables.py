"""Who agreed to be recorded, and recordings: ciphertext in pieces, their keys sealed to people."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from openvisit.platform.tables import instant, metadata

recording_rules = Table(
    "recording_rules",
    metadata,
    Column("clinic_id", UUID, ForeignKey("clinic.id"), primary_key=True),
    Column("allowed", Boolean, nullable=False),
    Column("keep_days", Integer, nullable=False),
    CheckConstraint("keep_days BETWEEN 1 AND 36500", name="keep_days"),
)

recording_consent = Table(
    "recording_consent",
    metadata,
    Column("room_id", UUID, ForeignKey("visit_room.id"), primary_key=True),
    Column("participant", Text, primary_key=True),  # person:<id> or guest:<id>
    Column("person_id", UUID, ForeignKey("person.id")),
    Column("revision", Integer, nullable=False),  # of the room: a moved visit asks anew
    Column("answer", Text, nullable=False),
    Column("answered_at", instant(), nullable=False),
    CheckConstraint("answer IN ('yes', 'no')", name="answer"),
    Index("ix_recording_consent_person_id", "person_id"),
)

recording_answer = Table(
    "recording_answer",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("room_id", UUID, ForeignKey("visit_room.id"), nullable=False),
    Column("participant", Text, nullable=False),
    Column("person_id", UUID, ForeignKey("person.id")),
    Column("answer", Text, nullable=False),
    Column("answered_at", instant(), nullable=False),
    CheckConstraint("answer IN ('yes', 'no')", name="answer"),
    Index("ix_recording_answer_room_id", "room_id", "answered_at"),
    Index("ix_recording_answer_person_id", "person_id"),
)

recording = Table(
    "recording",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("room_id", UUID, ForeignKey("visit_room.id"), nullable=False),
    Column("clinic_id", UUID, nullable=False),
    Column("provider_id", UUID, nullable=False),
    Column("patient_id", UUID, ForeignKey("patient.id"), nullable=False),
    Column("made_by", UUID, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("keys", JSONB, nullable=False),  # for each receiver: who, which key, and the sealed key
    Column("started_at", instant(), nullable=False),
    Column("stopped_at", instant()),
    Column("stopped_why", Text),
    Column("completed_at", instant()),  # its last piece is there
    Column("size", BigInteger, nullable=False, server_default="0"),
    Column("pieces", Integer, nullable=False, server_default="0"),
    Column("pieces_made", Integer),  # until it was stopped, as its browser says
    Column("heard_at", instant(), nullable=False),  # when something last came
    Column("keep_until", instant(), nullable=False),
    Column("deletion_asked_at", instant()),
    CheckConstraint("(stopped_at IS NULL) = (stopped_why IS NULL)", name="stopped"),
    CheckConstraint(
        "stopped_why IN ('stopped', 'withdrawn', 'unanswered', 'not-allowed', 'ended', 'lost')", name="stopped_why"
    ),
    CheckConstraint("completed_at IS NULL OR stopped_at IS NOT NULL", name="completed"),
    Index("ix_recording_room_id", "room_id"),
    Index("ix_recording_patient_id", "patient_id"),
    Index("ix_recording_keep_until", "keep_until"),
    # One at a time in a room.
    Index("uq_recording_running", "room_id", unique=True, postgresql_where=text("stopped_at IS NULL")),
)

recording_piece = Table(
    "recording_piece",
    metadata,
    Column("recording_id", UUID, ForeignKey("recording.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("starts", BigInteger, nullable=False),  # how many bytes come before it
    Column("content", LargeBinary, nullable=False),  # ciphertext
)
