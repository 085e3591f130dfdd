"""An appeal has a deadline of its own."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_29_appeal_deadlines"
down_revision = "2026_11_29_approved_lists"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
