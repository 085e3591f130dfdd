"""What a likeness of a row and a person rests on; reviews of those only likely one."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_match_likenesses"
down_revision = "2026_11_23_own_complaints"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
