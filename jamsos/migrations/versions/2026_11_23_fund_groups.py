"""For which groups a fund may pay, as dated rules; a worker-month of another group is refused by the database."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_fund_groups"
down_revision = "2026_11_23_decree_origins"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
