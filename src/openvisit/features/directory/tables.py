"""Clinics and what they offer."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from openvisit.platform.tables import instant, metadata

_TRUE = text("true")
_FALSE = text("false")

clinic = Table(
    "clinic",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("phone", Text, nullable=False, server_default=""),
    Column("email", Text, nullable=False, server_default=""),
    Column("website", Text, nullable=False, server_default=""),
    Column("currency", Text, nullable=False, server_default="USD"),
    Column("cancellation_notice_minutes", Integer, nullable=False, server_default="1440"),
    Column("cancellation_reason_required", Boolean, nullable=False, server_default=_FALSE),
    Column("created_at", instant(), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
)

location = Table(
    "location",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("clinic_id", UUID, ForeignKey("clinic.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False, server_default=""),
    Column("city", Text, nullable=False, server_default=""),
    Column("region", Text, nullable=False, server_default=""),
    Column("postal_code", Text, nullable=False, server_default=""),
    Column("country", Text, nullable=False, server_default=""),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("time_zone", Text, nullable=False),
    Column("phone", Text, nullable=False, server_default=""),
    Column("wheelchair_accessible", Boolean, nullable=False, server_default=_TRUE),
    Column("active", Boolean, nullable=False, server_default=_TRUE),
    Column("version", Integer, nullable=False, server_default="1"),
    Index("ix_location_clinic_id", "clinic_id"),
)

room = Table(
    "room",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("clinic_id", UUID, ForeignKey("clinic.id"), nullable=False),
    Column("location_id", UUID, ForeignKey("location.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("wheelchair_accessible", Boolean, nullable=False, server_default=_TRUE),
    Column("active", Boolean, nullable=False, server_default=_TRUE),
    Column("version", Integer, nullable=False, server_default="1"),
    Index("ix_room_location_id", "location_id"),
)

device = Table(
    "device",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("clinic_id", UUID, ForeignKey("clinic.id"), nullable=False),
    Column("location_id", UUID, ForeignKey("location.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default=""),
    Column("active", Boolean, nullable=False, server_default=_TRUE),
    Column("version", Integer, nullable=False, server_default="1"),
    Index("ix_device_location_id", "location_id"),
)

visit_type = Table(
    "visit_type",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("clinic_id", UUID, ForeignKey("clinic.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("duration_minutes", Integer, nullable=False),
    Column("step_minutes", Integer, nullable=False),
    Column("buffer_before_minutes", Integer, nullable=False, server_default="0"),
    Column("buffer_after_minutes", Integer, nullable=False, server_default="0"),
    Column("minimum_notice_minutes", Integer, nullable=False, server_default="0"),
    Column("booking_window_days", Integer, nullable=False, server_default="60"),
    Column("daily_cap", Integer),
    Column("modes", ARRAY(Text), nullable=False),
    Column("price_minor", Integer),
    Column("price_currency", Text),
    Column("needs_room", Boolean, nullable=False, server_default=_FALSE),
    Column("needs_device", Boolean, nullable=False, server_default=_FALSE),
    Column("approval_needed", Boolean, nullable=False, server_default=_FALSE),
    Column("bookable_by", ARRAY(Text), nullable=False),  # roles: patient, provider, staff, admin
    Column("active", Boolean, nullable=False, server_default=_TRUE),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name="duration"),
    CheckConstraint("step_minutes BETWEEN 1 AND 1440", name="step"),
    CheckConstraint("buffer_before_minutes BETWEEN 0 AND 1440", name="buffer_before"),
    CheckConstraint("buffer_after_minutes BETWEEN 0 AND 1440", name="buffer_after"),
    CheckConstraint("booking_window_days BETWEEN 0 AND 400", name="window"),
    CheckConstraint("(price_minor IS NULL) = (price_currency IS NULL)", name="price"),
    Index("ix_visit_type_clinic_id", "clinic_id"),
)

provider = Table(
    "provider",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("clinic_id", UUID, ForeignKey("clinic.id"), nullable=False),
    Column("person_id", UUID, ForeignKey("person.id")),
    Column("full_name", Text, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("bio", Text, nullable=False, server_default=""),
    Column("time_zone", Text, nullable=False),
    Column("specialties", ARRAY(Text), nullable=False),  # NUCC taxonomy codes
    Column("languages", ARRAY(Text), nullable=False),  # BCP 47
    Column("insurance_plans", ARRAY(Text), nullable=False),
    Column("default_visit_type_id", UUID, ForeignKey("visit_type.id")),
    Column("active", Boolean, nullable=False, server_default=_TRUE),
    Column("version", Integer, nullable=False, server_default="1"),
    Index("ix_provider_clinic_id", "clinic_id"),
    Index("uq_provider_person_id", "person_id", unique=True),
    Index("ix_provider_specialties", "specialties", postgresql_using="gin"),
    Index("ix_provider_full_name_trgm", text("full_name gin_trgm_ops"), postgresql_using="gin"),
)

provider_photo = Table(
    "provider_photo",
    metadata,
    Column("provider_id", UUID, ForeignKey("provider.id"), primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("at", instant(), nullable=False),
)

provider_location = Table(
    "provider_location",
    metadata,
    Column("provider_id", UUID, ForeignKey("provider.id"), primary_key=True),
    Column("location_id", UUID, ForeignKey("location.id"), primary_key=True),
    Index("ix_provider_location_location_id", "location_id"),
)

provider_visit_type = Table(
    "provider_visit_type",
    metadata,
    Column("provider_id", UUID, ForeignKey("provider.id"), primary_key=True),
    Column("visit_type_id", UUID, ForeignKey("visit_type.id"), primary_key=True),
    Column("fee_minor", Integer),  # overrides the visit type's price
    Column("fee_currency", Text),
    CheckConstraint("(fee_minor IS NULL) = (fee_currency IS NULL)", name="fee"),
    Index("ix_provider_visit_type_visit_type_id", "visit_type_id"),
)

clinic_patient = Table(
    "clinic_patient",
    metadata,
    Column("clinic_id", UUID, ForeignKey("clinic.id"), primary_key=True),
    Column("patient_id", UUID, ForeignKey("patient.id"), primary_key=True),
    Column("since", instant(), nullable=False),
    Index("ix_clinic_patient_patient_id", "patient_id"),
)
