"""Wordings, the present state of each consent, and everything that ever happened to one."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from openvisit.platform.tables import instant, metadata

_KINDS = "kind IN ('treatment', 'telehealth', 'recording', 'messaging', 'data-use', 'third-party-sharing')"

consent_text = Table(
    "consent_text",
    metadata,
    # SHA-256 of clinic, kind, version and words: the id of a wording proves that it was not changed.
    Column("hash", LargeBinary, primary_key=True),
    Column("clinic_id", UUID),  # null: the wording that comes with OpenVisit
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("words", JSONB, nullable=False),  # by language: title and text
    Column("published_at", instant(), nullable=False),
    Column("published_by", UUID),
    CheckConstraint(_KINDS, name="known_kind"),
    Index(
        "uq_consent_text_clinic_id_kind_version",
        "clinic_id",
        "kind",
        "version",
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
)

consent = Table(
    "consent",
    metadata,
    Column("patient_id", UUID, ForeignKey("patient.id"), primary_key=True),
    Column("clinic_id", UUID, ForeignKey("clinic.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("given", Boolean, nullable=False),
    Column("text_hash", LargeBinary, nullable=False),  # the wording it was last given or withdrawn under
    Column("at", instant(), nullable=False),
    CheckConstraint(_KINDS, name="known_kind"),
    Index("ix_consent_clinic_id_kind", "clinic_id", "kind"),
)

consent_event = Table(
    "consent_event",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("patient_id", UUID, ForeignKey("patient.id"), nullable=False),
    Column("clinic_id", UUID, ForeignKey("clinic.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("text_hash", LargeBinary, nullable=False),
    Column("language", Text, nullable=False),  # the language it was read in
    Column("channel", Text, nullable=False),
    Column("by_person", UUID),  # null: the system
    Column("by_role", Text, nullable=False),
    Column("at", instant(), nullable=False),
    CheckConstraint(_KINDS, name="known_kind"),
    CheckConstraint("act IN ('given', 'withdrawn', 'lapsed')", name="known_act"),
    CheckConstraint("channel IN ('online', 'in-person', 'phone', 'paper', 'system')", name="known_channel"),
    CheckConstraint("by_role IN ('patient', 'delegate', 'clinic', 'system')", name="known_role"),
    Index("ix_consent_event_patient_id", "patient_id", "at"),
)
