"""A determination has its run, an amendment its determination."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_decree_origins"
down_revision = "2026_11_23_one_decree_a_month"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
