"""How the steps of the check went, the latest of each person for each visit."""

from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from openvisit.platform.tables import instant, metadata

visit_check = Table(
    "visit_check",
    metadata,
    Column("appointment_id", UUID, ForeignKey("appointment.id"), primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id"), primary_key=True),
    Column("steps", JSONB, nullable=False),  # step to outcome; nothing of devices
    Column("checked_at", instant(), nullable=False),
    Index("ix_visit_check_person_id", "person_id"),
)
