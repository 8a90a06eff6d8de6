"""Schedules, openings, and claims on time: `claim` is the single owner of "no double booking"."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE, UUID, ExcludeConstraint

from openvisit.platform.tables import instant, metadata

schedule = Table(
    "schedule",
    metadata,
    Column("provider_id", UUID, ForeignKey("provider.id"), primary_key=True),
    Column("time_zone", Text, nullable=False),
    Column("weekly", JSONB, nullable=False),
    Column("breaks", JSONB, nullable=False),
    Column("overrides", JSONB, nullable=False),
    Column("holidays", ARRAY(Date), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("materialised_until", Date),  # local date up to which openings exist, inclusive
)

opening = Table(
    "opening",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("provider_id", UUID, ForeignKey("provider.id"), nullable=False),
    Column("starts_at", instant(), nullable=False),
    Column("ends_at", instant(), nullable=False),
    Column("location_id", UUID),
    Column("modes", ARRAY(Text), nullable=False),
    CheckConstraint("starts_at < ends_at", name="forward"),
    Index("ix_opening_provider_id_starts_at", "provider_id", "starts_at"),
)

absence = Table(
    "absence",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("provider_id", UUID, ForeignKey("provider.id"), nullable=False),
    Column("starts_at", instant(), nullable=False),
    Column("ends_at", instant(), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),  # before it was sealed; written no more
    Column("sealed_reason", LargeBinary),  # under a key of the provider's
    Column("created_at", instant(), nullable=False),
    CheckConstraint("starts_at < ends_at", name="forward"),
    Index("ix_absence_provider_id", "provider_id", "starts_at"),
)

claim = Table(
    "claim",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("resource", UUID, nullable=False),  # a provider, patient, room or device
    Column("during", TSTZRANGE, nullable=False),  # a provider's claim includes the visit's buffers
    Column("kind", Text, nullable=False),
    Column("exclusive", Boolean, nullable=False),
    Column("appointment_id", UUID),
    Column("hold_id", UUID),
    Column("absence_id", UUID),
    Column("expires_at", instant()),  # holds only
    CheckConstraint("kind IN ('visit', 'hold', 'absence', 'external', 'overbook')", name="known_kind"),
    CheckConstraint("NOT isempty(during)", name="some_time"),
    CheckConstraint("(kind = 'hold') = (expires_at IS NOT NULL)", name="holds_expire"),
    ExcludeConstraint(
        ("resource", "="),
        ("during", "&&"),
        name="no_double_booking",
        using="gist",
        where=text("exclusive"),
    ),
    # The constraint's index sees exclusive claims only; this one also finds absences, external events and overbooks.
    Index(
        "ix_claim_other",
        "resource",
        "during",
        postgresql_using="gist",
        postgresql_where=text("NOT exclusive"),
    ),
    Index("ix_claim_appointment_id", "appointment_id", postgresql_where=text("appointment_id IS NOT NULL")),
    Index("ix_claim_hold_id", "hold_id", postgresql_where=text("hold_id IS NOT NULL")),
    Index("ix_claim_expires_at", "expires_at", postgresql_where=text("expires_at IS NOT NULL")),
)

next_free = Table(
    "next_free",
    metadata,
    Column("provider_id", UUID, ForeignKey("provider.id"), primary_key=True),
    Column("visit_type_id", UUID, ForeignKey("visit_type.id"), primary_key=True),
    Column("mode", Text, primary_key=True),
    Column("starts", ARRAY(instant()), nullable=False),  # the next few free starts, soonest first
    Column("location_ids", ARRAY(UUID), nullable=False),  # beside `starts`
    Column("first_start", instant()),
    Column("refreshed_at", instant(), nullable=False),
    Index("ix_next_free_first_start", "first_start", postgresql_where=text("first_start IS NOT NULL")),
)
