"""Where push messages go, and the key that browsers know us by."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import UUID

from openvisit.platform.tables import instant, metadata

push_subscription = Table(
    "push_subscription",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    # Nothing is shown on a device where the person has signed out.
    Column("session_id", UUID, ForeignKey("session.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("address", LargeBinary, nullable=False),  # sealed
    Column("address_index", LargeBinary, nullable=False),
    Column("device", Text, nullable=False),  # in words: `Firefox on Windows`
    Column("created_at", instant(), nullable=False),
    CheckConstraint("kind IN ('browser', 'app')", name="known_kind"),
    UniqueConstraint("address_index", name="uq_push_subscription_address_index"),
    Index("ix_push_subscription_person_id", "person_id"),
    Index("ix_push_subscription_session_id", "session_id"),
)

vapid_key = Table(
    "vapid_key",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("number", SmallInteger, nullable=False),
    Column("secret", LargeBinary, nullable=False),  # sealed
    Column("created_at", instant(), nullable=False),
    CheckConstraint("number = 1", name="only_one"),
    UniqueConstraint("number", name="uq_vapid_key_number"),
)
