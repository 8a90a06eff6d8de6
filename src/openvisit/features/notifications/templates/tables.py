"""Clinics' own words, what their short messages may say, and previews of words that nobody has kept yet."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from openvisit.platform.tables import instant, metadata

_CHANNELS = "channel IN ('email', 'sms', 'voice', 'push')"

message_template = Table(
    "message_template",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("clinic_id", UUID, ForeignKey("clinic.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text),  # null: from this version on, ours is in force
    Column("made_at", instant(), nullable=False),
    Column("made_by", UUID, nullable=False),
    CheckConstraint(_CHANNELS, name="known_channel"),
    CheckConstraint("language IN ('en', 'es')", name="known_language"),
    UniqueConstraint("clinic_id", "kind", "channel", "language", "version", name="uq_message_template_version"),
)

message_policy = Table(
    "message_policy",
    metadata,
    Column("clinic_id", UUID, ForeignKey("clinic.id"), primary_key=True),
    Column("short_may_name", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint(
        "short_may_name <@ ARRAY['greeting', 'name', 'with_whom', 'place', 'how', 'custom']", name="known_names"
    ),
)

template_preview = Table(
    "template_preview",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),  # who looks at it
    Column("clinic_id", UUID, ForeignKey("clinic.id"), nullable=False),
    Column("secret_hash", LargeBinary, nullable=False),  # of the address that its page has
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("expires_at", instant(), nullable=False),
    UniqueConstraint("secret_hash", name="uq_template_preview_secret_hash"),
    Index("ix_template_preview_person_id", "person_id"),
)
