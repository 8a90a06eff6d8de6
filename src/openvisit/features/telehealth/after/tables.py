"""Notes and summaries, what was added to them, ratings, and the numbers of calls."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import UUID

from openvisit.platform.tables import instant, metadata

visit_note = Table(
    "visit_note",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("appointment_id", UUID, ForeignKey("appointment.id"), nullable=False),
    Column("clinic_id", UUID, nullable=False),
    Column("provider_id", UUID, nullable=False),
    Column("patient_id", UUID, ForeignKey("patient.id"), nullable=False),
    Column("notes", LargeBinary, nullable=False),  # sealed: for those who treat the patient
    Column("summary", LargeBinary, nullable=False),  # sealed: for the patient, too, once it is finished
    Column("written_by", UUID, nullable=False),
    Column("updated_at", instant(), nullable=False),
    Column("finished_at", instant()),
    Column("finished_by", UUID),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("(finished_at IS NULL) = (finished_by IS NULL)", name="finished"),
    Index("uq_visit_note_appointment_id", "appointment_id", unique=True),
    Index("ix_visit_note_patient_id", "patient_id"),
)

visit_addendum = Table(
    "visit_addendum",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("appointment_id", UUID, ForeignKey("appointment.id"), nullable=False),
    Column("clinic_id", UUID, nullable=False),
    Column("patient_id", UUID, ForeignKey("patient.id"), nullable=False),
    Column("part", Text, nullable=False),
    Column("text", LargeBinary, nullable=False),  # sealed
    Column("written_by", UUID, nullable=False),
    Column("at", instant(), nullable=False),
    CheckConstraint("part IN ('notes', 'summary')", name="part"),
    Index("ix_visit_addendum_appointment_id", "appointment_id", "at"),
    Index("ix_visit_addendum_patient_id", "patient_id"),
)

visit_rating = Table(
    "visit_rating",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("appointment_id", UUID, ForeignKey("appointment.id"), nullable=False),
    Column("clinic_id", UUID, nullable=False),
    Column("provider_id", UUID, nullable=False),
    Column("patient_id", UUID, ForeignKey("patient.id"), nullable=False),
    Column("score", SmallInteger, nullable=False),
    Column("comment", LargeBinary),  # sealed
    Column("rated_at", instant(), nullable=False),
    Column("changed_at", instant(), nullable=False),
    Column("moderation", Text, nullable=False, server_default="unseen"),
    Column("moderated_at", instant()),
    Column("moderated_by", UUID),
    Column("moderation_reason", LargeBinary),  # sealed; the patient reads it, too
    CheckConstraint("score BETWEEN 1 AND 5", name="score"),
    CheckConstraint("moderation IN ('unseen', 'approved', 'rejected')", name="moderation"),
    Index("ix_visit_rating_clinic_id", "clinic_id", "id"),
    Index("uq_visit_rating_appointment_id", "appointment_id", unique=True),
    Index("ix_visit_rating_patient_id", "patient_id"),
    Index("ix_visit_rating_provider_id", "provider_id", "rated_at"),
)

visit_quality = Table(
    "visit_quality",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("appointment_id", UUID, ForeignKey("appointment.id"), nullable=False),
    Column("clinic_id", UUID, nullable=False),
    Column("peer", UUID, nullable=False),  # the tab that took part, under an id that says nothing of the person
    Column("seconds", Integer, nullable=False),
    Column("rtt_ms", Float, nullable=False),
    Column("rtt_p95_ms", Float, nullable=False),
    Column("loss_percent", Float, nullable=False),
    Column("jitter_ms", Float, nullable=False),
    Column("steps_down", Integer, nullable=False),
    Column("reconnects", Integer, nullable=False),
    Column("audio_only_seconds", Integer, nullable=False),
    Column("relayed", Boolean, nullable=False),
    Column("bad", Boolean, nullable=False),  # by the rule of `core.call_quality`
    Column("at", instant(), nullable=False),
    Index("uq_visit_quality_appointment_id_peer", "appointment_id", "peer", unique=True),
    Index("ix_visit_quality_clinic_id", "clinic_id", "at"),
)
