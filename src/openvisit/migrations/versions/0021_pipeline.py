"""the pipeline: events that consumers have taken, and those they could not take

Revision: 0021, after 0020
"""

import sqlalchemy as sa
from alembic import op

from openvisit.migrations.row_security import ANY_ADMIN, protect

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "consumed_event",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event_id", name=op.f("pk_consumed_event")),
    )
    op.create_index("ix_consumed_event_at", "consumed_event", ["at"], unique=False)
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("subject", sa.UUID(), nullable=True),
        sa.Column("clinic_id", sa.UUID(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("replayed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replayed_by", sa.UUID(), nullable=True),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_by", sa.UUID(), nullable=True),
        sa.CheckConstraint("replayed_at IS NULL OR dismissed_at IS NULL", name=op.f("ck_dead_letter_one_end")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter")),
    )
    op.create_index("ix_dead_letter_at", "dead_letter", ["at"], unique=False)
    op.create_index(
        "uq_dead_letter_waiting",
        "dead_letter",
        ["consumer", "digest"],
        unique=True,
        postgresql_where=sa.text("replayed_at IS NULL AND dismissed_at IS NULL"),
    )
    # What names no visit of a clinic is every admin's: somebody has to see that something is wrong.
    nobodys = "clinic_id IS NULL AND cardinality((SELECT openvisit_admin())) > 0"
    for statement in protect("dead_letter", f"clinic_id = {ANY_ADMIN} OR {nobodys}").split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_index(
        "uq_dead_letter_waiting",
        table_name="dead_letter",
        postgresql_where=sa.text("replayed_at IS NULL AND dismissed_at IS NULL"),
    )
    op.drop_index("ix_dead_letter_at", table_name="dead_letter")
    op.drop_table("dead_letter")
    op.drop_index("ix_consumed_event_at", table_name="consumed_event")
    op.drop_table("consumed_event")
