"""Requests, what they made, what the law keeps, and each clinic's rules."""

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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from openvisit.platform.tables import instant, metadata

clinic_privacy = Table(
    "clinic_privacy",
    metadata,
    Column("clinic_id", UUID, ForeignKey("clinic.id"), primary_key=True),
    Column("medical_years", Integer, nullable=False),
    Column("billing_years", Integer, nullable=False),
    Column("audit_years", Integer, nullable=False),
    Column("message_months", Integer, nullable=False),
    Column("smallest_group", Integer, nullable=False),  # the k of k-anonymity
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint(
        "medical_years BETWEEN 0 AND 100 AND billing_years BETWEEN 0 AND 100 AND audit_years BETWEEN 6 AND 100"
        " AND message_months BETWEEN 1 AND 1200",
        name="years",
    ),
    CheckConstraint("smallest_group BETWEEN 5 AND 1000", name="smallest_group"),
)

privacy_request = Table(
    "privacy_request",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("clinics", ARRAY(UUID), nullable=False),  # who sees it: those that knew the person when it was asked
    Column("appointment_id", UUID),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("asked_at", instant(), nullable=False),
    Column("due_at", instant(), nullable=False),
    Column("runs_at", instant()),  # an erasure, when its days for second thoughts are over
    Column("done_at", instant()),
    Column("progress", Integer, nullable=False, server_default="0"),  # percent
    Column("step", Text, nullable=False, server_default=""),
    Column("wish", LargeBinary),  # sealed under the person's key: what is to be corrected
    Column("answer", LargeBinary),  # sealed likewise
    Column("accepted", Boolean),
    Column("answered_by", UUID),
    Column("contact", LargeBinary),  # sealed under the system's key: whom to tell that an erasure is done
    Column("facts", JSONB, nullable=False),  # counts, dates and ids alone
    CheckConstraint(
        "kind IN ('export', 'erase', 'correct', 'restrict', 'resume', 'object', 'allow')", name="known_kind"
    ),
    CheckConstraint("status IN ('open', 'waiting', 'running', 'done', 'cancelled')", name="known_status"),
    Index("ix_privacy_request_person_id", "person_id", "asked_at"),
    Index("ix_privacy_request_clinics", "clinics", postgresql_using="gin"),
)

privacy_export = Table(
    "privacy_export",
    metadata,
    Column("request_id", UUID, ForeignKey("privacy_request.id"), primary_key=True),
    Column("content", LargeBinary, nullable=False),  # a ZIP, sealed under the person's key
    Column("size", Integer, nullable=False),
    Column("expires_at", instant(), nullable=False),
    Index("ix_privacy_export_expires_at", "expires_at"),
)

retained_record = Table(
    "retained_record",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("clinic_id", UUID, ForeignKey("clinic.id"), nullable=False),
    Column("request_id", UUID, ForeignKey("privacy_request.id"), nullable=False),
    Column("content", LargeBinary, nullable=False),  # JSON, sealed under the system's key: the law keeps it
    Column("visits", Integer, nullable=False),
    Column("retained_at", instant(), nullable=False),
    Column("keep_until", instant(), nullable=False),
    Index("ix_retained_record_clinic_id", "clinic_id"),
    Index("uq_retained_record_request_id_clinic_id", "request_id", "clinic_id", unique=True),
)
