"""The list of an issued decree takes no more names; a step of a complaint says who took it and what was decided."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_frozen_lists"
down_revision = "2026_11_23_worker_month_sums"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
