"""platforms for video visits

Revision: 0025, after 0024
"""

import sqlalchemy as sa
from alembic import op

from openvisit.migrations.row_security import ANY_ADMIN, protect

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_POLICIES = [
    protect("video_rules", f"clinic_id = {ANY_ADMIN}"),
    # Ways in: told by the application to those who have been let in, and to nobody by the table.
    protect("video_room", "false"),
]


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "video_rules",
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("choices", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_video_rules_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_video_rules")),
    )
    op.create_table(
        "video_room",
        sa.Column("appointment_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("vendor_id", sa.Text(), server_default="", nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "platform IN ('built-in', 'livekit', 'twilio', 'zoom', 'teams', 'external')",
            name=op.f("ck_video_room_known_platform"),
        ),
        sa.CheckConstraint("state IN ('planned', 'ready', 'failed', 'closed')", name=op.f("ck_video_room_known_state")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_video_room_appointment_id")),
        sa.PrimaryKeyConstraint("appointment_id", name=op.f("pk_video_room")),
    )
    op.create_index("uq_video_room_key", "video_room", ["key"], unique=True)
    op.create_index("ix_video_room_planned", "video_room", ["starts_at"], postgresql_where=sa.text("state = 'planned'"))
    for statements in _POLICIES:
        for statement in statements.split(";\n"):
            op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("video_room")
    op.drop_table("video_rules")
