"""Identities at providers, and what is kept while somebody is on the way there and back."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import UUID

from openvisit.platform.tables import instant, metadata

federated_identity = Table(
    "federated_identity",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("provider", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("email", LargeBinary),  # sealed; as the provider told it when it was connected
    Column("linked_at", instant(), nullable=False),
    Column("last_used_at", instant(), nullable=False),
    UniqueConstraint("issuer", "subject", name="uq_federated_identity_issuer_subject"),
    Index("ix_federated_identity_person_id", "person_id"),
)

federation_attempt = Table(
    "federation_attempt",
    metadata,
    Column("state_hash", LargeBinary, primary_key=True),
    Column("browser_hash", LargeBinary, nullable=False),
    Column("provider", Text, nullable=False),
    Column("person_id", UUID, ForeignKey("person.id")),  # who connects; null for signing in
    Column("next", Text, nullable=False, server_default=""),
    Column("time_zone", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("begun_at", instant(), nullable=False),
    Column("expires_at", instant(), nullable=False),
    CheckConstraint("expires_at > begun_at", name="lasts"),
    Index("ix_federation_attempt_expires_at", "expires_at"),
)

federation_proof = Table(
    "federation_proof",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("browser_hash", LargeBinary, nullable=False),
    Column("provider", Text, nullable=False),
    Column("identity", LargeBinary, nullable=False),  # sealed: who the provider says it is
    Column("email_index", LargeBinary, nullable=False),  # blind index of the address it is for
    Column("vouched", Boolean, nullable=False),
    Column("next", Text, nullable=False, server_default=""),
    Column("expires_at", instant(), nullable=False),
    UniqueConstraint("browser_hash", name="uq_federation_proof_browser_hash"),
    Index("ix_federation_proof_expires_at", "expires_at"),
)

federated_session = Table(
    "federated_session",
    metadata,
    Column("session_id", UUID, ForeignKey("session.id", ondelete="CASCADE"), primary_key=True),
    Column("provider", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sid", Text),  # the provider's session
    Column("id_token", LargeBinary, nullable=False),  # sealed; the hint for signing out there
    Index("ix_federated_session_issuer_subject", "issuer", "subject"),
)

federated_ticket = Table(
    "federated_ticket",
    metadata,
    Column("ticket_hash", LargeBinary, primary_key=True),  # of the ticket for a second factor
    Column("provider", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sid", Text),
    Column("id_token", LargeBinary, nullable=False),  # sealed
    Column("expires_at", instant(), nullable=False),
    Index("ix_federated_ticket_expires_at", "expires_at"),
)

federation_logout = Table(
    "federation_logout",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("jti", Text, primary_key=True),
    Column("expires_at", instant(), nullable=False),
    Index("ix_federation_logout_expires_at", "expires_at"),
)
