"""what is proposed instead of a visit is kept for a while; reminders and calls about it

Revision: 0024, after 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_STATUS = "ck_away_proposal_status"


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("away", sa.Column("video", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("away_proposal", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("away_proposal", sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("away_proposal", sa.Column("reminders", sa.Integer(), server_default="0", nullable=False))
    op.add_column("away_proposal", sa.Column("called_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("away_proposal", sa.Column("called_by", sa.UUID(), nullable=True))
    op.drop_constraint(op.f(_STATUS), "away_proposal")
    op.create_check_constraint(
        op.f(_STATUS), "away_proposal", "status IN ('open', 'accepted', 'declined', 'withdrawn')"
    )
    op.create_index("ix_away_proposal_status", "away_proposal", ["status"], postgresql_where=sa.text("status = 'open'"))
    op.add_column("waitlist_rules", sa.Column("proposal_hours", sa.Integer(), server_default="24", nullable=False))
    op.create_check_constraint(
        op.f("ck_waitlist_rules_proposal_hours"), "waitlist_rules", "proposal_hours BETWEEN 1 AND 168"
    )
    # What was proposed before is asked already, of choices that are named from now on.
    op.execute(
        """UPDATE away_proposal r SET asked_at = w.created_at, choices = coalesce(
               (SELECT jsonb_agg(choice || jsonb_build_object('id', gen_random_uuid()) ORDER BY place)
                FROM jsonb_array_elements(r.choices) WITH ORDINALITY AS each (choice, place)), '[]')
           FROM away w WHERE w.id = r.away_id"""
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_waitlist_rules_proposal_hours"), "waitlist_rules")
    op.drop_column("waitlist_rules", "proposal_hours")
    op.drop_index("ix_away_proposal_status", table_name="away_proposal")
    op.execute("UPDATE away_proposal SET status = 'declined' WHERE status = 'withdrawn'")
    op.drop_constraint(op.f(_STATUS), "away_proposal")
    op.create_check_constraint(op.f(_STATUS), "away_proposal", "status IN ('open', 'accepted', 'declined')")
    for column in ("called_by", "called_at", "reminders", "kept_until", "asked_at"):
        op.drop_column("away_proposal", column)
    op.drop_column("away", "video")
