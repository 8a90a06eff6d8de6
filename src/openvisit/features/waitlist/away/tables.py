"""Times that a provider is away, and what was proposed to whose visits fell into them."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from openvisit.platform.tables import instant, metadata

away = Table(
    "away",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("clinic_id", UUID, nullable=False),
    Column("provider_id", UUID, ForeignKey("provider.id"), nullable=False),
    Column("absence_id", UUID, nullable=False),
    Column("starts_at", instant(), nullable=False),
    Column("ends_at", instant(), nullable=False),
    Column("video", Boolean, nullable=False, server_default=text("false")),  # visits can still be held by video
    Column("created_at", instant(), nullable=False),
    Column("created_by", UUID, nullable=False),
    Index("ix_away_clinic_id", "clinic_id", "starts_at"),
)

away_proposal = Table(
    "away_proposal",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("away_id", UUID, ForeignKey("away.id"), nullable=False),
    Column("appointment_id", UUID, ForeignKey("appointment.id"), nullable=False),
    Column("patient_id", UUID, ForeignKey("patient.id"), nullable=False),
    Column("clinic_id", UUID, nullable=False),
    Column("was", instant(), nullable=False),
    Column("choices", JSONB, nullable=False),  # id, kind, provider_id, start, mode of each
    Column("status", Text, nullable=False),
    Column("asked_at", instant()),  # null: what can be had instead is still being looked for
    Column("kept_until", instant()),  # until when nobody else gets the times; the holds are the proposal's own
    Column("reminders", Integer, nullable=False, server_default="0"),
    Column("called_at", instant()),  # somebody has rung the patient about it
    Column("called_by", UUID),
    Column("answered_at", instant()),
    Column("answered_by", UUID),
    Column("chosen", Integer),
    CheckConstraint("status IN ('open', 'accepted', 'declined', 'withdrawn')", name="status"),
    CheckConstraint("(status = 'accepted') = (chosen IS NOT NULL)", name="chosen"),
    Index("uq_away_proposal_away_id_appointment_id", "away_id", "appointment_id", unique=True),
    Index("ix_away_proposal_status", "status", postgresql_where=text("status = 'open'")),
    Index("ix_away_proposal_patient_id", "patient_id"),
    Index("ix_away_proposal_appointment_id", "appointment_id"),
)
