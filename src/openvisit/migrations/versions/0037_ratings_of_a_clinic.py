"""a clinic's admins read and judge its ratings by a right of their own, not by waiving the second wall

Revision: 0037, after 0036
"""

from alembic import op

from openvisit.migrations.row_security import ANY_ADMIN, ANY_PATIENT, protect, unprotect

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute(unprotect("visit_rating"))
    op.execute(protect("visit_rating", f"patient_id = {ANY_PATIENT} OR clinic_id = {ANY_ADMIN}"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute(unprotect("visit_rating"))
    op.execute(protect("visit_rating", f"patient_id = {ANY_PATIENT}"))
