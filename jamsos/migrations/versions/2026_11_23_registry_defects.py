"""How good a load is: its defects by village, what was done about each, and where to look."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_registry_defects"
down_revision = "2026_11_23_registry_repairs"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
