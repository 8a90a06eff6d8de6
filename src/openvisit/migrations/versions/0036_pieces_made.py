"""how many pieces of a recording were made until it was stopped

Revision: 0036, after 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("recording", sa.Column("pieces_made", sa.Integer()))


def downgrade() -> None:
    op.drop_column("recording", "pieces_made")
