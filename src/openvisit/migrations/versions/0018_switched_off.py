"""accounts that a clinic has switched off

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("person", sa.Column("switched_off_at", sa.TIMESTAMP(timezone=True)))
    op.add_column("person", sa.Column("switched_off_by", sa.UUID()))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_column("person", "switched_off_by")
    op.drop_column("person", "switched_off_at")
