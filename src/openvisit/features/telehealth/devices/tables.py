"""The keys that people's browsers sign with."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID

from openvisit.platform.tables import instant, metadata

device_key = Table(
    "device_key",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("key_id", LargeBinary, nullable=False),  # SHA-256 of the public key
    Column("public_key", LargeBinary, nullable=False),  # a point of P-256, not compressed (SEC 1 section 2.3.3)
    Column("device", Text, nullable=False),  # in words: `Firefox on Windows`
    Column("created_at", instant(), nullable=False),
    Column("last_used_at", instant(), nullable=False),
    Column("revoked_at", instant()),  # kept after that: a key that was revoked never comes back
    UniqueConstraint("key_id", name="uq_device_key_key_id"),
    Index("ix_device_key_person_id", "person_id"),
)
