"""Differences have an owner, are settled and carried; minutes that both sides signed freeze their month."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_reconciliation"
down_revision = "2026_11_23_frozen_lists"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
