"""signing in by identity providers

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("ALTER TABLE email_code DROP CONSTRAINT ck_email_code_purpose")
    op.execute(
        """ALTER TABLE email_code ADD CONSTRAINT ck_email_code_purpose
           CHECK (purpose IN ('register', 'invite', 'reset', 'email', 'step-up', 'connect'))"""
    )
    op.create_table(
        "federated_identity",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_federated_identity_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_federated_identity")),
        sa.UniqueConstraint("issuer", "subject", name="uq_federated_identity_issuer_subject"),
    )
    op.create_index("ix_federated_identity_person_id", "federated_identity", ["person_id"])
    op.create_table(
        "federation_attempt",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("next", sa.Text(), server_default="", nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("expires_at > begun_at", name=op.f("ck_federation_attempt_lasts")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_federation_attempt_person_id")),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_federation_attempt")),
    )
    op.create_index("ix_federation_attempt_expires_at", "federation_attempt", ["expires_at"])
    op.create_table(
        "federation_proof",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        sa.Column("next", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_federation_proof")),
        sa.UniqueConstraint("browser_hash", name="uq_federation_proof_browser_hash"),
    )
    op.create_index("ix_federation_proof_expires_at", "federation_proof", ["expires_at"])
    op.create_table(
        "federated_session",
        sa.Column("session_id", sa.UUID(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=True),
        sa.Column("id_token", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_federated_session_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_federated_session")),
    )
    op.create_index("ix_federated_session_issuer_subject", "federated_session", ["issuer", "subject"])
    op.create_table(
        "federation_logout",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("jti", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "jti", name=op.f("pk_federation_logout")),
    )
    op.create_index("ix_federation_logout_expires_at", "federation_logout", ["expires_at"])


def downgrade() -> None:
    for table in (
        "federation_logout",
        "federated_session",
        "federation_proof",
        "federation_attempt",
        "federated_identity",
    ):
        op.drop_table(table)
    op.execute("DELETE FROM email_code WHERE purpose = 'connect'")
    op.execute("ALTER TABLE email_code DROP CONSTRAINT ck_email_code_purpose")
    op.execute(
        """ALTER TABLE email_code ADD CONSTRAINT ck_email_code_purpose
           CHECK (purpose IN ('register', 'invite', 'reset', 'email', 'step-up'))"""
    )
