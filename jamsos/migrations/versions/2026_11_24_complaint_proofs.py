"""Each step of the office on a complaint by another key."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_24_complaint_proofs"
down_revision = "2026_11_24_load_times"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
