"""Notices of the payment provider, and the bank lines that tell of the same money."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_payment_notices"
down_revision = "2026_11_23_reconciliation"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
