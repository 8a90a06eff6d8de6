"""second factors

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_constraint(op.f("ck_email_code_purpose"), "email_code", type_="check")
    op.create_check_constraint(
        op.f("ck_email_code_purpose"), "email_code", "purpose IN ('register', 'invite', 'reset', 'email', 'step-up')"
    )
    op.create_table(
        "clinic_policy",
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("mfa_required_for", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("mfa_grace_days", sa.Integer(), server_default="14", nullable=False),
        sa.Column("mfa_required_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "mfa_required_for <@ ARRAY['provider', 'staff', 'admin']", name=op.f("ck_clinic_policy_roles")
        ),
        sa.CheckConstraint("mfa_grace_days BETWEEN 0 AND 90", name=op.f("ck_clinic_policy_grace")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_clinic_policy")),
    )
    op.create_table(
        "passkey_challenge",
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("bound_to", sa.UUID(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("challenge", name=op.f("pk_passkey_challenge")),
    )
    op.create_index("ix_passkey_challenge_expires_at", "passkey_challenge", ["expires_at"], unique=False)
    op.create_table(
        "factor_reset",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("requested_by", sa.UUID(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stop_hash", sa.LargeBinary(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_how", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.UUID(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_factor_reset_person_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_factor_reset_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_reset")),
    )
    op.create_index("ix_factor_reset_clinic_id", "factor_reset", ["clinic_id"], unique=False)
    op.create_index(
        "uq_factor_reset_person_id_pending",
        "factor_reset",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("uq_factor_reset_stop_hash", "factor_reset", ["stop_hash"], unique=True)
    op.create_table(
        "factor_ticket",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("ticket_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("amr", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_factor_ticket_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_ticket")),
    )
    op.create_index("ix_factor_ticket_expires_at", "factor_ticket", ["expires_at"], unique=False)
    op.create_index("ix_factor_ticket_person_id", "factor_ticket", ["person_id"], unique=False)
    op.create_index("uq_factor_ticket_ticket_hash", "factor_ticket", ["ticket_hash"], unique=True)
    op.create_table(
        "passkey",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("aaguid", sa.UUID(), nullable=False),
        sa.Column("backup_eligible", sa.Boolean(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_passkey_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
    )
    op.create_index("ix_passkey_person_id", "passkey", ["person_id"], unique=False)
    op.create_index("uq_passkey_credential_id", "passkey", ["credential_id"], unique=True)
    op.create_table(
        "passkey_handle",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("handle", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_passkey_handle_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_passkey_handle")),
    )
    op.create_index("uq_passkey_handle_handle", "passkey_handle", ["handle"], unique=True)
    op.create_table(
        "recovery_code",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("person_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "totp",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_totp_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_totp")),
    )
    op.create_index(
        "uq_totp_person_id_confirmed",
        "totp",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("confirmed_at IS NOT NULL"),
    )
    op.create_index(
        "uq_totp_person_id_pending",
        "totp",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("confirmed_at IS NULL"),
    )
    op.add_column("session", sa.Column("enrolling", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("DELETE FROM email_code WHERE purpose = 'step-up'")
    op.drop_constraint(op.f("ck_email_code_purpose"), "email_code", type_="check")
    op.create_check_constraint(
        op.f("ck_email_code_purpose"), "email_code", "purpose IN ('register', 'invite', 'reset', 'email')"
    )
    op.drop_column("session", "enrolling")
    op.drop_index("uq_totp_person_id_pending", table_name="totp", postgresql_where=sa.text("confirmed_at IS NULL"))
    op.drop_index(
        "uq_totp_person_id_confirmed", table_name="totp", postgresql_where=sa.text("confirmed_at IS NOT NULL")
    )
    op.drop_table("totp")
    op.drop_table("recovery_code")
    op.drop_index("uq_passkey_handle_handle", table_name="passkey_handle")
    op.drop_table("passkey_handle")
    op.drop_index("uq_passkey_credential_id", table_name="passkey")
    op.drop_index("ix_passkey_person_id", table_name="passkey")
    op.drop_table("passkey")
    op.drop_index("uq_factor_ticket_ticket_hash", table_name="factor_ticket")
    op.drop_index("ix_factor_ticket_person_id", table_name="factor_ticket")
    op.drop_index("ix_factor_ticket_expires_at", table_name="factor_ticket")
    op.drop_table("factor_ticket")
    op.drop_index("uq_factor_reset_stop_hash", table_name="factor_reset")
    op.drop_index(
        "uq_factor_reset_person_id_pending", table_name="factor_reset", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_index("ix_factor_reset_clinic_id", table_name="factor_reset")
    op.drop_table("factor_reset")
    op.drop_index("ix_passkey_challenge_expires_at", table_name="passkey_challenge")
    op.drop_table("passkey_challenge")
    op.drop_table("clinic_policy")
