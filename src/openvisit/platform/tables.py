"""The metadata every table belongs to, its naming of constraints, and the platform's own tables."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def instant() -> DateTime:
    """timestamptz."""
    return DateTime(timezone=True)


event = Table(
    "event",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("type", Text, nullable=False),
    Column("subject", UUID, nullable=False),
    Column("at", instant(), nullable=False),
    Column("data", JSONB, nullable=False),
    Index("ix_event_subject", "subject"),
)

rate_limit = Table(
    "rate_limit",
    metadata,
    Column("key", Text, primary_key=True),
    Column("window_start", instant(), nullable=False),
    Column("uses", Integer, nullable=False),
)

vendor_event = Table(
    "vendor_event",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("vendor", Text, nullable=False),
    Column("event_id", Text, nullable=False),  # the vendor's own
    Column("kind", Text, nullable=False),
    Column("content", LargeBinary),  # of a reply, sealed, for a week
    Column("received_at", instant(), nullable=False),
    CheckConstraint("kind IN ('delivery', 'reply')", name="known_kind"),
    UniqueConstraint("vendor", "event_id", name="uq_vendor_event_vendor_event_id"),
    Index("ix_vendor_event_received_at", "received_at"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("person_id", UUID, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # sealed
    Column("row_id", UUID, nullable=False),
    Column("at", instant(), nullable=False),
    Index("ix_idempotency_at", "at"),
)
