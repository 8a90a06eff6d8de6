"""what somebody on the staff does

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from openvisit.migrations.row_security import ANY_CARE, ANY_PATIENT, ME, protect, unprotect

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("role", sa.Column("scopes", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    # Whoever is on the staff already goes on doing what staff did.
    op.execute("UPDATE role SET scopes = '{front-desk,clinical}' WHERE role = 'staff'")
    # A clinic sees to the delegates of patients it knows, whoever invited them.
    known = f"""EXISTS (SELECT FROM clinic_patient known
        WHERE known.patient_id = delegation.patient_id AND known.clinic_id = {ANY_CARE})"""
    mine = f"patient_id = {ANY_PATIENT} OR delegate_id = {ME} OR created_by = {ME} OR clinic_id = {ANY_CARE}"
    for policies in (unprotect("delegation"), protect("delegation", f"{mine} OR {known}", gate=True)):
        for statement in policies.split(";\n"):
            op.execute(statement)
    op.create_check_constraint(
        op.f("ck_role_scopes"),
        "role",
        "scopes <@ ARRAY['front-desk', 'billing', 'clinical', 'analytics', 'privacy']"
        " AND (role = 'staff' OR scopes = '{}')",
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_constraint(op.f("ck_role_scopes"), "role", type_="check")
    op.drop_column("role", "scopes")
