"""answers that are under way, and reports of vendors found by their message

Revision: 0031, after 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "reply_answer",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appointment_id", sa.UUID(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_reply_answer")),
    )
    op.add_column("sms_question", sa.Column("asked_by", sa.Text(), nullable=True))
    op.add_column("vendor_event", sa.Column("message_id", sa.Text(), nullable=True))
    op.create_index("ix_vendor_event_message_id", "vendor_event", ["message_id"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_index("ix_vendor_event_message_id", table_name="vendor_event")
    op.drop_column("vendor_event", "message_id")
    op.drop_column("sms_question", "asked_by")
    op.drop_table("reply_answer")
