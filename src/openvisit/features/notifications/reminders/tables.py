"""Messages that are planned, on their way, or over: one row for each thing to be said to a person about a visit."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from openvisit.platform.tables import instant, metadata

scheduled_reminder = Table(
    "scheduled_reminder",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("type", Text, nullable=False),
    # Of news: the letter, the event that it tells of, and the offer or proposal that it is about.
    Column("kind", Text),
    Column("event_id", UUID),
    Column("subject_id", UUID),
    Column("appointment_id", UUID),  # null for a time that is only offered
    Column("patient_id", UUID, nullable=False),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),  # who is told
    Column("clinic_id", UUID, nullable=False),
    Column("provider_id", UUID, nullable=False),
    # With type and appointment what makes a reminder this reminder: a visit that moved is reminded of anew.
    Column("starts_at", instant(), nullable=False),
    Column("minutes", Integer, nullable=False),  # before the start; after the end; late
    Column("was", instant()),  # the start before a move
    Column("due_at", instant(), nullable=False),
    Column("until", instant(), nullable=False),  # from then on it would say nothing of use
    Column("status", Text, nullable=False),
    Column("why", Text),  # of what is skipped or cancelled
    Column("by_hand", Boolean, nullable=False, server_default=text("false")),  # somebody set its time: plans leave it
    Column("merged_into", UUID),  # the message that tells of this visit too
    Column("channels", ARRAY(Text), nullable=False),  # in the order they are tried
    Column("channel", Text),  # tried last
    Column("tries", Integer, nullable=False, server_default="0"),  # by that channel
    Column("attempts", Integer, nullable=False, server_default="0"),  # by all
    Column("next_at", instant(), nullable=False),  # when it is, or was, tried (again)
    Column("lease", UUID),  # the worker's turn that has it
    Column("leased_until", instant()),
    Column("handed_at", instant()),  # when this try was given to a vendor that cannot tell one sent twice
    Column("doubtful_at", instant()),  # when a try was found cut off, nobody knowing whether it had left
    Column("vendor", Text),
    Column("vendor_message_id", Text),
    Column("error", Text),  # the vendor's word for why it was not sent or did not arrive: never an address
    Column("sent_at", instant()),
    Column("delivered_at", instant()),
    Column("created_at", instant(), nullable=False),
    Column("updated_at", instant(), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("type IN ('reminder', 'custom', 'join-link', 'follow-up', 'running-late', 'news')", name="type"),
    CheckConstraint(
        "(type = 'news') = (event_id IS NOT NULL) AND (type = 'news') = (kind IS NOT NULL)"
        " AND (type = 'news' OR appointment_id IS NOT NULL)",
        name="news",
    ),
    CheckConstraint(
        "status IN ('pending', 'sending', 'sent', 'delivered', 'failed', 'cancelled', 'skipped')", name="status"
    ),
    CheckConstraint("(status = 'sending') = (leased_until IS NOT NULL)", name="lease"),
    CheckConstraint("status NOT IN ('skipped', 'cancelled') OR why IS NOT NULL", name="why"),
    Index(
        "uq_scheduled_reminder_what",
        "appointment_id",
        "type",
        "minutes",
        "starts_at",
        unique=True,
        postgresql_where=text("event_id IS NULL"),
    ),
    # The same news is nobody's twice.
    Index(
        "uq_scheduled_reminder_news",
        "event_id",
        "person_id",
        unique=True,
        postgresql_where=text("event_id IS NOT NULL"),
    ),
    Index(
        "ix_scheduled_reminder_news_of",
        "appointment_id",
        "person_id",
        postgresql_where=text("event_id IS NOT NULL"),
    ),
    Index("ix_scheduled_reminder_due", "next_at", postgresql_where=text("status = 'pending'")),
    Index("ix_scheduled_reminder_leased_until", "leased_until", postgresql_where=text("status = 'sending'")),
    Index("ix_scheduled_reminder_clinic_id", "clinic_id", "due_at"),
    Index("ix_scheduled_reminder_person_id", "person_id"),
    Index("ix_scheduled_reminder_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    Index(
        "ix_scheduled_reminder_vendor_message_id",
        "vendor_message_id",
        "vendor",
        postgresql_where=text("vendor_message_id IS NOT NULL"),
    ),
)
