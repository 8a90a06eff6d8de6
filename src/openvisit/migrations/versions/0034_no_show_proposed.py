"""when it is proposed to note that a patient did not come to a visit by video

Revision: 0034, after 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("visit_rules", sa.Column("no_show_minutes", sa.Integer(), nullable=False, server_default="10"))
    op.create_check_constraint(
        op.f("ck_visit_rules_no_show_minutes"), "visit_rules", "no_show_minutes BETWEEN 1 AND 240"
    )


def downgrade() -> None:
    op.drop_column("visit_rules", "no_show_minutes")
