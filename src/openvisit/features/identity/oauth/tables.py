"""Apps, what people let them do, and the tokens that came of it. Codes, secrets and refresh tokens are digests."""

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
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from openvisit.platform.tables import instant, metadata

oauth_client = Table(
    "oauth_client",
    metadata,
    Column("id", UUID, primary_key=True),  # the `client_id`
    Column("clinic_id", UUID, nullable=False),  # whose admins registered it
    Column("name", Text, nullable=False),
    Column("auth_method", Text, nullable=False),
    Column("secret_hash", LargeBinary),  # of a secret of ours of 256 random bits
    Column("jwks", JSONB),  # the app's public keys
    Column("jwks_uri", Text),  # or where they are published
    Column("redirect_uris", ARRAY(Text), nullable=False),
    Column("post_logout_redirect_uris", ARRAY(Text), nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),  # the most it may ask for
    Column("id_token_alg", Text, nullable=False, server_default="ES256"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", instant(), nullable=False),
    Column("created_by", UUID, nullable=False),  # person
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint(
        "auth_method IN ('none', 'private_key_jwt', 'client_secret_basic', 'client_secret_post')", name="auth_method"
    ),
    CheckConstraint("id_token_alg IN ('ES256', 'EdDSA')", name="id_token_alg"),
    Index("ix_oauth_client_clinic_id", "clinic_id"),
)

oauth_consent = Table(
    "oauth_consent",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("client_id", UUID, ForeignKey("oauth_client.id"), nullable=False),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),  # what was agreed to, all in all
    Column("given_at", instant(), nullable=False),  # the last time
    Column("last_used_at", instant()),
    Column("revoked_at", instant()),
    Index(
        "uq_oauth_consent_client_id_person_id",
        "client_id",
        "person_id",
        unique=True,
        postgresql_where=text("revoked_at IS NULL"),
    ),
    Index("ix_oauth_consent_person_id", "person_id"),
)

oauth_request = Table(
    "oauth_request",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("client_id", UUID, ForeignKey("oauth_client.id"), nullable=False),
    Column("parameters", JSONB, nullable=False),
    Column("pushed", Boolean, nullable=False),  # by the app (RFC 9126); else kept by us while the person signs in anew
    Column("created_at", instant(), nullable=False),
    Column("expires_at", instant(), nullable=False),
    Column("used_at", instant()),
    Index("ix_oauth_request_expires_at", "expires_at"),
)

oauth_authorization = Table(
    "oauth_authorization",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("client_id", UUID, ForeignKey("oauth_client.id"), nullable=False),
    Column("consent_id", UUID, ForeignKey("oauth_consent.id")),
    Column("person_id", UUID, ForeignKey("person.id")),  # null for a server on its own
    Column("session_id", UUID),  # where the person agreed; without `offline_access` it ends with it
    Column("scopes", ARRAY(Text), nullable=False),
    Column("created_at", instant(), nullable=False),
    Column("redirect_uri", Text),
    Column("code_hash", LargeBinary),
    Column("code_challenge", Text),  # S256
    Column("code_expires_at", instant()),
    Column("code_used_at", instant()),
    Column("nonce", Text),
    Column("auth_time", instant()),
    Column("amr", ARRAY(Text), nullable=False, server_default="{}"),
    Column("revoked_at", instant()),
    Column("revoked_because", Text),
    Index("uq_oauth_authorization_code_hash", "code_hash", unique=True),
    Index("ix_oauth_authorization_person_id", "person_id"),
    Index("ix_oauth_authorization_consent_id", "consent_id"),
    Index("ix_oauth_authorization_client_id", "client_id"),
)

oauth_access_token = Table(
    "oauth_access_token",
    metadata,
    Column("id", UUID, primary_key=True),  # the `jti`
    Column("authorization_id", UUID, ForeignKey("oauth_authorization.id", ondelete="CASCADE"), nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("issued_at", instant(), nullable=False),
    Column("expires_at", instant(), nullable=False),
    Column("revoked_at", instant()),
    Index("ix_oauth_access_token_authorization_id", "authorization_id"),
    Index("ix_oauth_access_token_expires_at", "expires_at"),
)

oauth_refresh_token = Table(
    "oauth_refresh_token",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("authorization_id", UUID, ForeignKey("oauth_authorization.id", ondelete="CASCADE"), nullable=False),
    Column("issued_at", instant(), nullable=False),
    Column("expires_at", instant(), nullable=False),
    Column("used_at", instant()),
    Index("ix_oauth_refresh_token_authorization_id", "authorization_id"),
)

oauth_assertion = Table(
    "oauth_assertion",
    metadata,
    Column("client_id", UUID, ForeignKey("oauth_client.id"), primary_key=True),
    Column("jti_hash", LargeBinary, primary_key=True),
    Column("expires_at", instant(), nullable=False),
    Index("ix_oauth_assertion_expires_at", "expires_at"),
)
