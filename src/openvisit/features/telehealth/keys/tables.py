"""Keys of people and of clinics. What is sealed here is sealed by a secret that only a browser has seen."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import UUID

from openvisit.platform.tables import instant, metadata

person_key = Table(
    "person_key",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("key_id", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("made_at", instant(), nullable=False),
    Column("retired_at", instant()),  # still needed: what was signed by it is verified by it
    Index("uq_person_key_key_id", "key_id", unique=True),
    Index("uq_person_key_person_id", "person_id", unique=True, postgresql_where=text("retired_at IS NULL")),
    Index("ix_person_key_person_id", "person_id"),
)

person_key_seal = Table(
    "person_key_seal",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_key_id", UUID, ForeignKey("person_key.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("iterations", Integer, nullable=False),
    Column("credential", Text),  # of the passkey whose secret it is
    Column("sealed", Text, nullable=False),
    Column("made_at", instant(), nullable=False),
    CheckConstraint("kind IN ('phrase', 'passkey')", name="kind"),
    CheckConstraint("(kind = 'passkey') = (credential IS NOT NULL)", name="credential"),
    Index("uq_person_key_seal_phrase", "person_key_id", unique=True, postgresql_where=text("kind = 'phrase'")),
    Index("uq_person_key_seal_credential", "person_key_id", "credential", unique=True),
)

clinic_key = Table(
    "clinic_key",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("clinic_id", UUID, ForeignKey("clinic.id"), nullable=False),
    Column("key_id", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("iterations", Integer, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("made_by", UUID, nullable=False),
    Column("made_at", instant(), nullable=False),
    Column("retired_at", instant()),
    Index("uq_clinic_key_key_id", "key_id", unique=True),
    Index("uq_clinic_key_clinic_id", "clinic_id", unique=True, postgresql_where=text("retired_at IS NULL")),
)
