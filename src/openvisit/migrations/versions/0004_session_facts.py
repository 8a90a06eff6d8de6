"""session facts, known devices, changes of address

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    for name in ("authenticated_at", "last_seen_at"):
        op.add_column(
            "session",
            sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        )
    # Sessions of before count as used just now, so that the idle time-out spares who is at work.
    op.execute("UPDATE session SET authenticated_at = created_at")
    op.add_column("session", sa.Column("amr", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("session", sa.Column("device", sa.Text(), server_default="", nullable=False))
    op.add_column("session", sa.Column("place", sa.Text(), server_default="", nullable=False))
    op.add_column("session", sa.Column("address", sa.LargeBinary(), nullable=True))
    op.create_table(
        "known_device",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_known_device_person_id")),
        sa.PrimaryKeyConstraint("person_id", "browser_hash", name=op.f("pk_known_device")),
    )
    op.create_table(
        "email_change",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("old_email", sa.LargeBinary(), nullable=False),
        sa.Column("old_index", sa.LargeBinary(), nullable=False),
        sa.Column("new_email", sa.LargeBinary(), nullable=False),
        sa.Column("new_index", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_email_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_change")),
    )
    op.create_index("ix_email_change_person_id", "email_change", ["person_id"], unique=False)
    op.create_table(
        "account_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("email_change_id", sa.UUID(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('not-me', 'undo-email')", name=op.f("ck_account_link_purpose")),
        sa.ForeignKeyConstraint(["email_change_id"], ["email_change.id"], name=op.f("fk_account_link_email_change_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_link_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_account_link")),
    )
    op.create_index("ix_account_link_person_id", "account_link", ["person_id"], unique=False)
    op.drop_constraint(op.f("ck_email_code_purpose"), "email_code", type_="check")
    op.create_check_constraint(
        op.f("ck_email_code_purpose"), "email_code", "purpose IN ('register', 'invite', 'reset', 'email')"
    )
