"""A life event that was wrong can be withdrawn, and said again."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_29_event_withdrawals"
down_revision = "2026_11_29_appeal_deadlines"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
