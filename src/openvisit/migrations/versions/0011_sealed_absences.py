"""why a provider is away is sealed

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand: `absence.reason` keeps what was entered before, until `openvisit keys rotate` has sealed it.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("absence", sa.Column("sealed_reason", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("absence", "sealed_reason")
