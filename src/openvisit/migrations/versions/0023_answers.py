"""answers by SMS, and codes to telephones and mailboxes

Revision: 0023, after 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_BEFORE = "'register', 'invite', 'reset', 'email', 'step-up', 'connect'"


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "sms_question",
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("appointment_id", sa.UUID(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("phone_index", name=op.f("pk_sms_question")),
    )
    op.drop_constraint(op.f("ck_email_code_purpose"), "email_code", type_="check")
    op.create_check_constraint(
        op.f("ck_email_code_purpose"), "email_code", f"purpose IN ({_BEFORE}, 'phone', 'mailbox')"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("DELETE FROM email_code WHERE purpose IN ('phone', 'mailbox')")
    op.drop_constraint(op.f("ck_email_code_purpose"), "email_code", type_="check")
    op.create_check_constraint(op.f("ck_email_code_purpose"), "email_code", f"purpose IN ({_BEFORE})")
    op.drop_table("sms_question")
