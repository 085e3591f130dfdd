"""A line of an amendment fits a place of its decree, and amendments follow each other as they were signed."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_30_fitting_amendments"
down_revision = "2026_11_29_event_withdrawals"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
