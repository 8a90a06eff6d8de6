"""Delegations and emergency access. Names, relations and reasons are sealed under the patient's key."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from openvisit.platform.tables import instant, metadata

delegation = Table(
    "delegation",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("patient_id", UUID, ForeignKey("patient.id"), nullable=False),
    Column("delegate_id", UUID, ForeignKey("person.id")),  # null until somebody accepts
    Column("kind", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("clinic_id", UUID),  # the clinic that entered it; null when the patient did
    Column("proof", Text),  # what the clinic was shown
    Column("invited", LargeBinary),  # sealed address, until accepted
    Column("invited_index", LargeBinary),  # blind index of it
    Column("code_hash", LargeBinary),
    Column("created_at", instant(), nullable=False),
    Column("created_by", UUID, ForeignKey("person.id"), nullable=False),
    Column("accepted_at", instant()),
    Column("expires_at", instant(), nullable=False),
    Column("ended_at", instant()),
    Column("ended_by", UUID),
    CheckConstraint("kind IN ('parent', 'carer', 'interpreter')", name="kind"),
    CheckConstraint(
        "scopes <@ ARRAY['visits', 'book', 'health', 'join'] AND cardinality(scopes) > 0 AND 'visits' = ANY(scopes)",
        name="scopes",
    ),
    CheckConstraint("(accepted_at IS NULL) = (delegate_id IS NULL)", name="accepted"),
    CheckConstraint(
        "proof IN ('identity-document', 'birth-certificate', 'court-order', 'patient-present')", name="proof"
    ),
    Index("ix_delegation_patient_id", "patient_id"),
    Index("ix_delegation_delegate_id", "delegate_id", postgresql_where=text("ended_at IS NULL")),
    Index("ix_delegation_invited_index", "invited_index"),
    Index("uq_delegation_code_hash", "code_hash", unique=True),
)

emergency_access = Table(
    "emergency_access",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("patient_id", UUID, ForeignKey("patient.id"), nullable=False),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("clinic_id", UUID, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", LargeBinary, nullable=False),  # sealed under the patient's key
    Column("opened_at", instant(), nullable=False),
    Column("expires_at", instant(), nullable=False),
    Column("ended_at", instant()),
    Column("reviewed_at", instant()),
    Column("reviewed_by", UUID),
    Column("verdict", Text),
    Column("review_note", LargeBinary),  # sealed under the patient's key
    CheckConstraint("reason IN ('life-threatening', 'unconscious', 'urgent-treatment', 'transfer')", name="reason"),
    CheckConstraint("verdict IN ('justified', 'not-justified')", name="verdict"),
    CheckConstraint("(verdict IS NULL) = (reviewed_at IS NULL)", name="reviewed"),
    Index("ix_emergency_access_person_id", "person_id", postgresql_where=text("ended_at IS NULL")),
    Index("ix_emergency_access_clinic_id", "clinic_id", "opened_at"),
    Index("ix_emergency_access_patient_id", "patient_id"),
)
