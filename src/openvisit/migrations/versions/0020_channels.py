"""what vendors tell, and where push messages go

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op

from openvisit.migrations.row_security import ME, protect

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "vendor_event",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("vendor", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('delivery', 'reply')", name=op.f("ck_vendor_event_known_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_event")),
        sa.UniqueConstraint("vendor", "event_id", name="uq_vendor_event_vendor_event_id"),
    )
    op.create_index("ix_vendor_event_received_at", "vendor_event", ["received_at"])
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("session_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('browser', 'app')", name=op.f("ck_push_subscription_known_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_push_subscription_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_push_subscription_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("address_index", name="uq_push_subscription_address_index"),
    )
    op.create_index("ix_push_subscription_person_id", "push_subscription", ["person_id"])
    op.create_index("ix_push_subscription_session_id", "push_subscription", ["session_id"])
    op.create_table(
        "vapid_key",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number = 1", name=op.f("ck_vapid_key_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vapid_key")),
        sa.UniqueConstraint("number", name="uq_vapid_key_number"),
    )
    policies = (
        protect("vendor_event", "false"),
        protect("push_subscription", f"person_id = {ME}"),
        protect("vapid_key", "false"),
    )
    for statement in ";\n".join(policies).split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("vapid_key")
    op.drop_table("push_subscription")
    op.drop_table("vendor_event")
