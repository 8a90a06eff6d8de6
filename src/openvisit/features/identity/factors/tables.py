"""Second factors, and what signing in with them leaves behind for a few minutes."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from openvisit.platform.tables import instant, metadata

totp = Table(
    "totp",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("secret", LargeBinary, nullable=False),  # sealed
    Column("created_at", instant(), nullable=False),
    Column("confirmed_at", instant()),  # null until a code proved that the app holds the secret
    Column("last_step", BigInteger),  # of 30 s since 1970; this one and those before are used up
    Column("last_used_at", instant()),
    Index("uq_totp_person_id_confirmed", "person_id", unique=True, postgresql_where=text("confirmed_at IS NOT NULL")),
    Index("uq_totp_person_id_pending", "person_id", unique=True, postgresql_where=text("confirmed_at IS NULL")),
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("credential_id", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),  # COSE (RFC 9052)
    Column("sign_count", BigInteger, nullable=False),
    Column("transports", ARRAY(Text), nullable=False),
    Column("aaguid", UUID, nullable=False),
    Column("backup_eligible", Boolean, nullable=False),
    Column("backed_up", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", instant(), nullable=False),
    Column("last_used_at", instant()),
    Index("uq_passkey_credential_id", "credential_id", unique=True),
    Index("ix_passkey_person_id", "person_id"),
)

passkey_handle = Table(
    "passkey_handle",
    metadata,
    Column("person_id", UUID, ForeignKey("person.id"), primary_key=True),
    Column("handle", LargeBinary, nullable=False),  # 32 random bytes: authenticators keep it, it must say nothing
    Index("uq_passkey_handle_handle", "handle", unique=True),
)

passkey_challenge = Table(
    "passkey_challenge",
    metadata,
    Column("challenge", LargeBinary, primary_key=True),
    Column("purpose", Text, nullable=False),  # register, sign-in, factor, step-up
    Column("bound_to", UUID),  # the session or the ticket that asked for it; null for signing in by passkey alone
    Column("expires_at", instant(), nullable=False),
    Index("ix_passkey_challenge_expires_at", "expires_at"),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("person_id", UUID, ForeignKey("person.id"), primary_key=True),
    Column("code_hash", LargeBinary, primary_key=True),  # keyed
    Column("created_at", instant(), nullable=False),
    Column("used_at", instant()),
)

factor_ticket = Table(
    "factor_ticket",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("ticket_hash", LargeBinary, nullable=False),
    Column("browser_hash", LargeBinary, nullable=False),  # of the cookie of the browser that gave the first factor
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("amr", ARRAY(Text), nullable=False),
    Column("expires_at", instant(), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Index("uq_factor_ticket_ticket_hash", "ticket_hash", unique=True),
    Index("ix_factor_ticket_expires_at", "expires_at"),
    Index("ix_factor_ticket_person_id", "person_id"),
)

factor_reset = Table(
    "factor_reset",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("clinic_id", UUID, nullable=False),
    Column("requested_by", UUID, ForeignKey("person.id"), nullable=False),
    Column("requested_at", instant(), nullable=False),
    Column("due_at", instant(), nullable=False),
    Column("stop_hash", LargeBinary),  # of the secret that lets the person stop it; null until that mail is written
    Column("ended_at", instant()),
    Column("ended_how", Text),  # done, cancelled (by an admin), stopped (by mail), signed-in (with the factor)
    Column("ended_by", UUID),
    Index("uq_factor_reset_person_id_pending", "person_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    Index("ix_factor_reset_clinic_id", "clinic_id"),
    Index("uq_factor_reset_stop_hash", "stop_hash", unique=True),
)
