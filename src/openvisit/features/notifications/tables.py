"""Messages: one row for each event, person and channel, so that nobody hears the same news twice."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import UUID

from openvisit.platform.tables import instant, metadata

message = Table(
    "message",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("event_id", UUID, nullable=False),
    Column("appointment_id", UUID),  # null for a time that is only offered
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("kind", Text, nullable=False),  # the letter's name in the catalogue
    Column("channel", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", instant(), nullable=False),
    Column("sending_since", instant()),
    Column("sent_at", instant()),
    # When a send was found cut off half-way: nobody knows whether it had left. It was, or could not be, sent again.
    Column("doubtful_at", instant()),
    Column("error", Text),  # what the last try said: a reply code, never an address
    Column("message_id", Text, nullable=False),
    CheckConstraint("channel IN ('email')", name="known_channel"),
    CheckConstraint("status IN ('pending', 'sending', 'sent', 'failed', 'doubtful', 'outdated')", name="known_status"),
    UniqueConstraint("event_id", "person_id", "channel", name="uq_message_event_id_person_id_channel"),
    Index("ix_message_appointment_id", "appointment_id"),
    Index("ix_message_status", "status", postgresql_where=text("status <> 'sent'")),
    Index("ix_message_person_id", "person_id"),
)
