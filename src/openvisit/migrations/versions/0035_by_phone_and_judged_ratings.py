"""visits by video held by telephone after all; ratings put aside; rooms at vendors that nobody knows to be made

Revision: 0035, after 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("visit_room", sa.Column("by_phone_at", sa.DateTime(timezone=True)))
    op.add_column("visit_rating", sa.Column("moderated_at", sa.DateTime(timezone=True)))
    op.add_column("visit_rating", sa.Column("moderated_by", sa.UUID()))
    op.add_column("visit_rating", sa.Column("moderation_reason", sa.LargeBinary()))
    op.create_index("ix_visit_rating_clinic_id", "visit_rating", ["clinic_id", "id"])
    op.add_column("video_room", sa.Column("provider_id", sa.UUID()))
    op.add_column("video_room", sa.Column("visit_type_id", sa.UUID()))
    op.add_column("video_room", sa.Column("in_doubt", sa.Boolean(), nullable=False, server_default="false"))
    op.execute("UPDATE video_room SET in_doubt = true WHERE state IN ('planned', 'failed') AND tries > 0")


def downgrade() -> None:
    for column in ("in_doubt", "visit_type_id", "provider_id"):
        op.drop_column("video_room", column)
    op.drop_index("ix_visit_rating_clinic_id", "visit_rating")
    for column in ("moderation_reason", "moderated_by", "moderated_at"):
        op.drop_column("visit_rating", column)
    op.drop_column("visit_room", "by_phone_at")
