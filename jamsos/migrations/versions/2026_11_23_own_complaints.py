"""Whoever complains for herself, by NIK and family card, may be told her place."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_own_complaints"
down_revision = "2026_11_23_complaint_lists"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
