"""Worker-months added up as they come, and the states of months read from an index alone."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_worker_month_sums"
down_revision = "2026_11_23_registry_defects"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
