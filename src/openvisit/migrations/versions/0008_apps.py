"""apps

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "oauth_client",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("auth_method", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=True),
        sa.Column("jwks", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("jwks_uri", sa.Text(), nullable=True),
        sa.Column("redirect_uris", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("post_logout_redirect_uris", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("id_token_alg", sa.Text(), server_default="ES256", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "auth_method IN ('none', 'private_key_jwt', 'client_secret_basic', 'client_secret_post')",
            name=op.f("ck_oauth_client_auth_method"),
        ),
        sa.CheckConstraint("id_token_alg IN ('ES256', 'EdDSA')", name=op.f("ck_oauth_client_id_token_alg")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_client")),
    )
    op.create_index("ix_oauth_client_clinic_id", "oauth_client", ["clinic_id"], unique=False)
    op.create_table(
        "oauth_assertion",
        sa.Column("client_id", sa.UUID(), nullable=False),
        sa.Column("jti_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_client.id"], name=op.f("fk_oauth_assertion_client_id")),
        sa.PrimaryKeyConstraint("client_id", "jti_hash", name=op.f("pk_oauth_assertion")),
    )
    op.create_index("ix_oauth_assertion_expires_at", "oauth_assertion", ["expires_at"], unique=False)
    op.create_table(
        "oauth_consent",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("client_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_client.id"], name=op.f("fk_oauth_consent_client_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_oauth_consent_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_consent")),
    )
    op.create_index("ix_oauth_consent_person_id", "oauth_consent", ["person_id"], unique=False)
    op.create_index(
        "uq_oauth_consent_client_id_person_id",
        "oauth_consent",
        ["client_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "oauth_request",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("client_id", sa.UUID(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pushed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_client.id"], name=op.f("fk_oauth_request_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_request")),
    )
    op.create_index("ix_oauth_request_expires_at", "oauth_request", ["expires_at"], unique=False)
    op.create_table(
        "oauth_authorization",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("client_id", sa.UUID(), nullable=False),
        sa.Column("consent_id", sa.UUID(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("session_id", sa.UUID(), nullable=True),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("code_challenge", sa.Text(), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nonce", sa.Text(), nullable=True),
        sa.Column("auth_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("amr", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_client.id"], name=op.f("fk_oauth_authorization_client_id")),
        sa.ForeignKeyConstraint(["consent_id"], ["oauth_consent.id"], name=op.f("fk_oauth_authorization_consent_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_oauth_authorization_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_authorization")),
    )
    op.create_index("ix_oauth_authorization_client_id", "oauth_authorization", ["client_id"], unique=False)
    op.create_index("ix_oauth_authorization_consent_id", "oauth_authorization", ["consent_id"], unique=False)
    op.create_index("ix_oauth_authorization_person_id", "oauth_authorization", ["person_id"], unique=False)
    op.create_index("uq_oauth_authorization_code_hash", "oauth_authorization", ["code_hash"], unique=True)
    op.create_table(
        "oauth_access_token",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("authorization_id", sa.UUID(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["authorization_id"],
            ["oauth_authorization.id"],
            name=op.f("fk_oauth_access_token_authorization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_access_token")),
    )
    op.create_index("ix_oauth_access_token_authorization_id", "oauth_access_token", ["authorization_id"], unique=False)
    op.create_index("ix_oauth_access_token_expires_at", "oauth_access_token", ["expires_at"], unique=False)
    op.create_table(
        "oauth_refresh_token",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("authorization_id", sa.UUID(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["authorization_id"],
            ["oauth_authorization.id"],
            name=op.f("fk_oauth_refresh_token_authorization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_oauth_refresh_token")),
    )
    op.create_index(
        "ix_oauth_refresh_token_authorization_id", "oauth_refresh_token", ["authorization_id"], unique=False
    )
    op.add_column("signing_key", sa.Column("purpose", sa.Text(), server_default="session", nullable=False))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_column("signing_key", "purpose")
    op.drop_index("ix_oauth_refresh_token_authorization_id", table_name="oauth_refresh_token")
    op.drop_table("oauth_refresh_token")
    op.drop_index("ix_oauth_access_token_expires_at", table_name="oauth_access_token")
    op.drop_index("ix_oauth_access_token_authorization_id", table_name="oauth_access_token")
    op.drop_table("oauth_access_token")
    op.drop_index("uq_oauth_authorization_code_hash", table_name="oauth_authorization")
    op.drop_index("ix_oauth_authorization_person_id", table_name="oauth_authorization")
    op.drop_index("ix_oauth_authorization_consent_id", table_name="oauth_authorization")
    op.drop_index("ix_oauth_authorization_client_id", table_name="oauth_authorization")
    op.drop_table("oauth_authorization")
    op.drop_index("ix_oauth_request_expires_at", table_name="oauth_request")
    op.drop_table("oauth_request")
    op.drop_index(
        "uq_oauth_consent_client_id_person_id",
        table_name="oauth_consent",
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_index("ix_oauth_consent_person_id", table_name="oauth_consent")
    op.drop_table("oauth_consent")
    op.drop_index("ix_oauth_assertion_expires_at", table_name="oauth_assertion")
    op.drop_table("oauth_assertion")
    op.drop_index("ix_oauth_client_clinic_id", table_name="oauth_client")
    op.drop_table("oauth_client")
