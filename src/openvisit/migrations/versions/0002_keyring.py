"""the keyring: wrapped keys, one for each person

Revision: 0002, after 0001
"""

from alembic import op

from openvisit.platform.keyring.schema import CREATE, DROP

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Changes nothing where the schema is there already: an old backup is restored beside the present keyring.
    op.execute("SET LOCAL lock_timeout = '3s'")
    for statement in CREATE.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute(DROP)
