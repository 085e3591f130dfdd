"""Differences close with the life event that they rest on, and open anew when it is said again."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_29_withdrawn_differences"
down_revision = "2026_11_29_run_receipts"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
