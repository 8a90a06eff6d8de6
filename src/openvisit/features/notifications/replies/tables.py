"""What a telephone was asked last."""

from sqlalchemy import Column, LargeBinary, Table
from sqlalchemy.dialects.postgresql import UUID

from openvisit.platform.tables import instant, metadata

sms_question = Table(
    "sms_question",
    metadata,
    Column("phone_index", LargeBinary, primary_key=True),
    Column("appointment_id", UUID, nullable=False),  # whether to cancel this visit
    Column("starts_at", instant(), nullable=False),  # as it was then: a visit that moved is another question
    Column("asked_at", instant(), nullable=False),
)
