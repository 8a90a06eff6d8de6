"""The audit trail, and the chains that hold its entries together."""

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, LargeBinary, Table, Text, UniqueConstraint, text
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
    Column("acting_as", Text),  # what the person was to the patient then: provider, staff...
    Column("on_behalf_of", UUID),  # person, where the actor stands in for somebody
    Column("reason", Text),  # a code: why the record was looked at or changed
    Column("patient_id", UUID),  # whose record it is about
    Index("ix_audit_thing_id", "thing_id"),
    Index("ix_audit_patient_id_at", "patient_id", "at", postgresql_where=text("patient_id IS NOT NULL")),
    Index("ix_audit_clinic_id_at", "clinic_id", "at"),
    Index("ix_audit_actor_id_at", "actor_id", "at"),
)

audit_chain = Table(
    "audit_chain",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("clinic_id", UUID, nullable=False),  # the nil UUID for what belongs to no clinic
    Column("opened_at", instant(), nullable=False),
    Column("seq", BigInteger, nullable=False),  # of the last link
    Column("hash", LargeBinary, nullable=False),  # of the last link; zeros before the first
    Index("ix_audit_chain_clinic_id_id", "clinic_id", "id"),
)

audit_link = Table(
    "audit_link",
    metadata,
    Column("chain_id", UUID, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_id", BigInteger, nullable=False),
    Column("previous", LargeBinary, nullable=False),  # hash of the link before
    Column("hash", LargeBinary, nullable=False),  # of the entry, its place and `previous`
    UniqueConstraint("entry_id", name="uq_audit_link_entry_id"),
)

audit_key = Table(
    "audit_key",
    metadata,
    Column("id", UUID, primary_key=True),  # the `kid`
    Column("private", LargeBinary, nullable=False),  # sealed JWK
    Column("made_at", instant(), nullable=False),
)

audit_checkpoint = Table(
    "audit_checkpoint",
    metadata,
    Column("clinic_id", UUID, primary_key=True),  # the nil UUID for what belongs to no clinic
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", instant(), nullable=False),
    Column("jws", Text, nullable=False),  # the heads of the clinic's chains, signed
)

audit_check = Table(
    "audit_check",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("clinic_id", UUID, nullable=False),
    Column("at", instant(), nullable=False),
    Column("whole", Boolean, nullable=False),  # from the first entry on, not from the last checkpoint
    Column("entries", BigInteger, nullable=False),
    Column("findings", JSONB, nullable=False),
    Index("ix_audit_check_clinic_id_at", "clinic_id", "at"),
)

audit_cut = Table(
    "audit_cut",
    metadata,
    Column("chain_id", UUID, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # the last link that was taken out
    Column("at", instant(), nullable=False),
    Column("jws", Text, nullable=False),  # that link's hash, signed
)
