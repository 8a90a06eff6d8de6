"""Holds and appointments. Their claims on time are in `availability.tables.claim`."""

from sqlalchemy import (
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
from sqlalchemy.dialects.postgresql import UUID

from openvisit.platform.tables import instant, metadata

hold = Table(
    "hold",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False),
    Column("person_id", UUID, nullable=False),
    Column("provider_id", UUID, nullable=False),
    Column("visit_type_id", UUID, nullable=False),
    Column("mode", Text, nullable=False),
    Column("starts_at", instant(), nullable=False),
    Column("ends_at", instant(), nullable=False),
    Column("location_id", UUID),
    Column("room_id", UUID),
    Column("device_id", UUID),
    Column("expires_at", instant(), nullable=False),
    Index("ix_hold_person_id", "person_id"),
    Index("ix_hold_expires_at", "expires_at"),
    Index("uq_hold_token_hash", "token_hash", unique=True),
)

appointment = Table(
    "appointment",
    metadata,
    Column("id", UUID, primary_key=True),
    # No foreign key: the provider's row has it, and every booking of a clinic would lock the clinic's one row.
    Column("clinic_id", UUID, nullable=False),
    Column("provider_id", UUID, ForeignKey("provider.id"), nullable=False),
    Column("patient_id", UUID, ForeignKey("patient.id"), nullable=False),
    Column("visit_type_id", UUID, ForeignKey("visit_type.id"), nullable=False),
    Column("location_id", UUID),
    Column("room_id", UUID),
    Column("device_id", UUID),
    Column("starts_at", instant(), nullable=False),
    Column("ends_at", instant(), nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", LargeBinary, nullable=False),  # sealed
    Column("accommodations", LargeBinary, nullable=False),  # sealed JSON
    Column("price_minor", Integer),
    Column("price_currency", Text),
    Column("overbooked", Boolean, nullable=False, server_default=text("false")),
    Column("private", Boolean, nullable=False, server_default=text("false")),  # from those who act for the patient
    Column("booked_by", UUID, nullable=False),
    Column("created_at", instant(), nullable=False),
    Column("updated_at", instant(), nullable=False),
    Column("closed_reason", LargeBinary),  # sealed: why cancelled or declined
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("starts_at < ends_at", name="forward"),
    CheckConstraint("mode IN ('in-person', 'telehealth', 'phone')", name="known_mode"),
    CheckConstraint(
        "status IN ('requested', 'scheduled', 'confirmed', 'rescheduled', 'checked-in', 'in-progress',"
        " 'completed', 'cancelled', 'no-show')",
        name="known_status",
    ),
    Index("ix_appointment_patient_id", "patient_id", "starts_at"),
    Index("ix_appointment_provider_id", "provider_id", "starts_at"),
    Index("ix_appointment_clinic_id", "clinic_id", "starts_at"),
)
