"""Amendments are approved like the lists they change, step by step, on the hash of their lines."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_approved_amendments"
down_revision = "2026_11_23_match_likenesses"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
