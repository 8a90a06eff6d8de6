"""The audit trail."""

from sqlalchemy import BigInteger, Column, Identity, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from openvisit.platform.tables import instant, metadata

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", instant(), nullable=False),
    Column("clinic_id", UUID),
    Column("actor_id", UUID),  # person; null for the system itself
    Column("action", Text, nullable=False),  # a permission's name, such as appointment:book
    Column("thing", Text, nullable=False),
    Column("thing_id", UUID, nullable=False),
    Column("data", JSONB, nullable=False),  # ids, codes and instants, never health text
    Index("ix_audit_thing_id", "thing_id"),
)
