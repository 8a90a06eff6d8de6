"""Who waits, times that came free, and offers of them. A freed time is held by claims like any other hold."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, Time, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from openvisit.platform.tables import instant, metadata

waitlist_entry = Table(
    "waitlist_entry",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("patient_id", UUID, ForeignKey("patient.id"), nullable=False),
    Column("clinic_id", UUID, ForeignKey("clinic.id"), nullable=False),
    Column("visit_type_id", UUID, ForeignKey("visit_type.id"), nullable=False),
    Column("provider_ids", ARRAY(UUID), nullable=False),  # whoever of them; or
    Column("specialty", Text),  # whoever of the clinic has it
    Column("appointment_id", UUID, ForeignKey("appointment.id")),  # a visit to be had earlier
    Column("modes", ARRAY(Text), nullable=False),  # the one liked best first
    Column("days", ARRAY(Integer), nullable=False),
    Column("windows", JSONB, nullable=False),  # wall minutes of a day, [[from, until], ...]
    Column("time_zone", Text, nullable=False),
    Column("near", LargeBinary),  # sealed JSON: latitude, longitude, km
    Column("until", instant(), nullable=False),
    Column("urgency", Text, nullable=False, server_default="routine"),
    Column("status", Text, nullable=False),
    Column("joined_at", instant(), nullable=False),
    Column("joined_by", UUID, nullable=False),
    Column("ended_at", instant()),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("(cardinality(provider_ids) > 0) <> (specialty IS NOT NULL)", name="for_whom"),
    CheckConstraint("modes <@ ARRAY['in-person', 'telehealth', 'phone'] AND cardinality(modes) > 0", name="modes"),
    CheckConstraint("urgency IN ('routine', 'soon', 'urgent')", name="urgency"),
    CheckConstraint("status IN ('waiting', 'booked', 'left', 'ended')", name="status"),
    CheckConstraint("(status = 'waiting') = (ended_at IS NULL)", name="ended"),
    Index("ix_waitlist_entry_patient_id", "patient_id"),
    Index("ix_waitlist_entry_clinic_id", "clinic_id", postgresql_where=text("status = 'waiting'")),
    # One wish for a visit to be earlier.
    Index(
        "uq_waitlist_entry_appointment_id",
        "appointment_id",
        unique=True,
        postgresql_where=text("status = 'waiting'"),
    ),
)

waitlist_slot = Table(
    "waitlist_slot",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("clinic_id", UUID, nullable=False),
    Column("provider_id", UUID, ForeignKey("provider.id"), nullable=False),
    Column("visit_type_id", UUID, ForeignKey("visit_type.id"), nullable=False),
    Column("mode", Text, nullable=False),
    Column("location_id", UUID),
    Column("starts_at", instant(), nullable=False),
    Column("ends_at", instant(), nullable=False),
    Column("hold_id", UUID, nullable=False),
    Column("status", Text, nullable=False),
    Column("offered_at", instant(), nullable=False),
    CheckConstraint("status IN ('offered', 'taken', 'given-back')", name="status"),
    Index("ix_waitlist_slot_provider_id", "provider_id", postgresql_where=text("status = 'offered'")),
)

waitlist_offer = Table(
    "waitlist_offer",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slot_id", UUID, ForeignKey("waitlist_slot.id"), nullable=False),
    Column("entry_id", UUID, ForeignKey("waitlist_entry.id"), nullable=False),
    Column("patient_id", UUID, ForeignKey("patient.id"), nullable=False),
    Column("clinic_id", UUID, nullable=False),
    Column("status", Text, nullable=False),
    Column("offered_at", instant(), nullable=False),
    Column("expires_at", instant(), nullable=False),
    Column("answered_at", instant()),
    Column("answered_by", UUID),
    Column("appointment_id", UUID),  # what came of it
    CheckConstraint("status IN ('open', 'accepted', 'declined', 'expired', 'taken', 'withdrawn')", name="status"),
    CheckConstraint("(status = 'accepted') = (appointment_id IS NOT NULL)", name="accepted"),
    Index("ix_waitlist_offer_slot_id", "slot_id"),
    Index("ix_waitlist_offer_entry_id", "entry_id"),
    Index("ix_waitlist_offer_expires_at", "expires_at", postgresql_where=text("status = 'open'")),
    # Nobody is asked two things at once: their mail stays readable, and no two offers overlap.
    Index("uq_waitlist_offer_patient_id", "patient_id", unique=True, postgresql_where=text("status = 'open'")),
    Index("ix_waitlist_offer_offered_at", "patient_id", "offered_at"),
)

waitlist_rules = Table(
    "waitlist_rules",
    metadata,
    Column("clinic_id", UUID, ForeignKey("clinic.id"), primary_key=True),
    Column("offer_minutes", Integer, nullable=False),
    Column("at_once", Integer, nullable=False),
    Column("offers_a_day", Integer, nullable=False),
    Column("proposal_hours", Integer, nullable=False, server_default="24"),  # for those whose provider is away
    Column("quiet_from", Time, nullable=False),
    Column("quiet_until", Time, nullable=False),
    CheckConstraint("offer_minutes BETWEEN 5 AND 1440", name="offer_minutes"),
    CheckConstraint("at_once BETWEEN 1 AND 5", name="at_once"),
    CheckConstraint("offers_a_day BETWEEN 1 AND 20", name="offers_a_day"),
    CheckConstraint("proposal_hours BETWEEN 1 AND 168", name="proposal_hours"),
)
