"""The metadata every table belongs to, its naming of constraints, and the platform's own tables."""

from sqlalchemy import (
    Boolean,
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
    text,
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
    Column("message_id", Text),  # of the message that a report is about
    Column("content", LargeBinary),  # of a reply, sealed, for a week
    Column("received_at", instant(), nullable=False),
    CheckConstraint("kind IN ('delivery', 'reply')", name="known_kind"),
    UniqueConstraint("vendor", "event_id", name="uq_vendor_event_vendor_event_id"),
    Index("ix_vendor_event_received_at", "received_at"),
    Index("ix_vendor_event_message_id", "message_id"),
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

# The pipeline: what consumers have taken, and what they could not take.
consumed_event = Table(
    "consumed_event",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("event_id", UUID, primary_key=True),
    Column("at", instant(), nullable=False),
    Index("ix_consumed_event_at", "at"),
)

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("consumer", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", instant(), nullable=False),
    # As far as the message could be read:
    Column("event_id", UUID),
    Column("type", Text),
    Column("subject", UUID),
    Column("clinic_id", UUID),
    Column("size", Integer, nullable=False),  # bytes of the message as it came
    Column("body", LargeBinary, nullable=False),  # sealed: nobody knows what a stranger sent
    Column("whole", Boolean, nullable=False),  # false: only its beginning was kept
    Column("digest", LargeBinary, nullable=False),
    Column("replayed_at", instant()),
    Column("replayed_by", UUID),
    Column("dismissed_at", instant()),
    Column("dismissed_by", UUID),
    CheckConstraint("replayed_at IS NULL OR dismissed_at IS NULL", name="one_end"),
    Index("ix_dead_letter_at", "at"),
    # The same message is set aside twice when its consumer is killed in between.
    Index(
        "uq_dead_letter_waiting",
        "consumer",
        "digest",
        unique=True,
        postgresql_where=text("replayed_at IS NULL AND dismissed_at IS NULL"),
    ),
)
