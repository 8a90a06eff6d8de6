"""People, sessions, signing keys and roles. E-mail addresses and phone numbers are sealed; a blind index finds them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from openvisit.platform.tables import instant, metadata

person = Table(
    "person",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("email", LargeBinary),  # sealed; null for who cannot sign in, such as a child entered by a parent
    Column("email_index", LargeBinary),  # blind index of the lower-cased address
    Column("phone", LargeBinary),  # sealed
    Column("full_name", Text, nullable=False),
    Column("password_hash", Text),  # argon2id; null until the person chose one
    Column("verified_at", instant()),
    Column("time_zone", Text, nullable=False, server_default="UTC"),
    Column("language", Text, nullable=False, server_default="en"),
    Column("created_at", instant(), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("switched_off_at", instant()),
    Column("switched_off_by", UUID),  # the clinic whose admin did it
    UniqueConstraint("email_index", name="uq_person_email_index"),
    Index("ix_person_full_name_trgm", text("full_name gin_trgm_ops"), postgresql_using="gin"),
)

patient = Table(
    "patient",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("born_on", Date),
    Column("created_at", instant(), nullable=False),
    Column("restricted_at", instant()),  # the person paused the use of their data (GDPR article 18)
    Column("objected_at", instant()),  # the person objected to analytics (GDPR article 21)
    UniqueConstraint("person_id", name="uq_patient_person_id"),
)

role = Table(
    "role",
    metadata,
    Column("person_id", UUID, ForeignKey("person.id"), primary_key=True),
    Column("clinic_id", UUID, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("granted_at", instant(), nullable=False),
    Column("scopes", ARRAY(Text), nullable=False, server_default="{}"),  # what somebody on the staff does
    CheckConstraint("role IN ('provider', 'staff', 'admin')", name="known"),
    CheckConstraint(
        "scopes <@ ARRAY['front-desk', 'billing', 'clinical', 'analytics', 'privacy']"
        " AND (role = 'staff' OR scopes = '{}')",
        name="scopes",
    ),
    Index("ix_role_clinic_id", "clinic_id"),
)

email_code = Table(
    "email_code",
    metadata,
    Column("person_id", UUID, ForeignKey("person.id"), primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("code_hash", LargeBinary),  # keyed; null until the mail with the code is written
    Column("expires_at", instant(), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column(
        "registration", JSONB
    ),  # what was asked for at registration, the password hashed; takes effect with the code
    Column("browser_hash", LargeBinary),  # of the cookie given to the browser that registered last
    Column("contested", Boolean, nullable=False, server_default=text("false")),  # registered twice, not alike
    CheckConstraint(
        "purpose IN ('register', 'invite', 'reset', 'email', 'step-up', 'connect', 'phone', 'mailbox')", name="purpose"
    ),
)

session = Table(
    "session",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("created_at", instant(), nullable=False),
    Column("expires_at", instant(), nullable=False),
    Column("revoked_at", instant()),
    Column("revoked_because", Text),
    Column(
        "authenticated_at", instant(), nullable=False, server_default=text("now()")
    ),  # when the person last proved who they are
    Column("last_seen_at", instant(), nullable=False, server_default=text("now()")),  # to a minute or so
    Column("amr", ARRAY(Text), nullable=False, server_default="{}"),  # how they proved it (RFC 8176)
    Column("enrolling", Boolean, nullable=False, server_default=text("false")),  # may only set up a second factor
    Column("user_agent", Text, nullable=False, server_default=""),
    Column("device", Text, nullable=False, server_default=""),  # in words: `Firefox on Windows`
    Column("place", Text, nullable=False, server_default=""),  # in words: a city, or the network
    Column("address", LargeBinary),  # sealed
    Index("ix_session_person_id", "person_id"),
)

known_device = Table(
    "known_device",
    metadata,
    Column("person_id", UUID, ForeignKey("person.id"), primary_key=True),
    Column("browser_hash", LargeBinary, primary_key=True),  # of the device cookie
    Column("first_seen_at", instant(), nullable=False),
    Column("last_seen_at", instant(), nullable=False),
)

email_change = Table(
    "email_change",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("old_email", LargeBinary, nullable=False),  # sealed
    Column("old_index", LargeBinary, nullable=False),
    Column("new_email", LargeBinary, nullable=False),  # sealed
    Column("new_index", LargeBinary, nullable=False),
    Column("asked_at", instant(), nullable=False),
    Column("done_at", instant()),
    Column("undone_at", instant()),
    Index("ix_email_change_person_id", "person_id"),
)

account_link = Table(
    "account_link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),  # of the secret in a mailed link
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("email_change_id", UUID, ForeignKey("email_change.id")),
    Column("expires_at", instant(), nullable=False),
    CheckConstraint("purpose IN ('not-me', 'undo-email')", name="purpose"),
    Index("ix_account_link_person_id", "person_id"),
)

refresh_token = Table(
    "refresh_token",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("session_id", UUID, ForeignKey("session.id"), nullable=False),
    Column("issued_at", instant(), nullable=False),
    Column("expires_at", instant(), nullable=False),
    Column("used_at", instant()),
    Index("ix_refresh_token_session_id", "session_id"),
)

signing_key = Table(
    "signing_key",
    metadata,
    Column("id", UUID, primary_key=True),  # the `kid`
    Column("purpose", Text, nullable=False, server_default="session"),  # `session`, or `oauth` and an algorithm
    Column("private", LargeBinary, nullable=False),  # sealed JWK
    Column("public", JSONB, nullable=False),  # JWK
    Column("created_at", instant(), nullable=False),
    Column("signs_until", instant(), nullable=False),
    Column("verifies_until", instant(), nullable=False),
)
