"""Signed minutes may be opened again by somebody who signed neither side; others then follow on them."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_minutes_reopenings"
down_revision = "2026_11_23_proven_approvals"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
