"""A decree holds the list that was approved, whoever writes it, and no officer approves twice in another spelling."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_29_approved_lists"
down_revision = "2026_11_24_groups_left"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
