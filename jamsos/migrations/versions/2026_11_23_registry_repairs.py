"""Which row of a register stands in the place of which earlier one."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_registry_repairs"
down_revision = "2026_11_23_donor_names"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
